import { Fingerprint } from 'lucide-react'
import {
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useEffectEvent,
  useId,
  useState,
} from 'react'
import { cx } from './class-names'
import { Kbd } from './kbd'
import { isDialogOpen, isTyping } from './shortcuts'

/** Milliseconds that a decision must be held. Long enough not to happen by accident, short enough for every night. */
export const HOLD_MS = 800
/** How long a press by assistive technology, which cannot hold, waits for the second one. */
const ARMED_MS = 4000

interface HoldButtonProps {
  children: ReactNode
  onHeld: () => void
  busy?: boolean
  disabled?: boolean
  tone?: 'good' | 'danger'
  /** A letter that may be held anywhere on the screen instead. */
  holdKey?: string
}

/**
 * A decision that is held, not clicked: pointer, Enter, Space or its key for 0.8 s. A press that has no length, as
 * screen readers and voice control send it, has to be repeated within four seconds instead.
 */
export function HoldButton({
  children,
  onHeld,
  busy = false,
  disabled = false,
  tone = 'good',
  holdKey,
}: HoldButtonProps) {
  const id = useId()
  const off = disabled || busy
  const { holding, hint, handlers } = useHold(onHeld, off, holdKey)
  return (
    <>
      <button
        type="button"
        aria-describedby={`${id}-how`}
        aria-busy={busy || undefined}
        disabled={off}
        {...handlers}
        className={cx(
          'relative inline-flex h-9 shrink-0 touch-none items-center gap-2 overflow-hidden rounded-control border px-4 font-semibold whitespace-nowrap transition-colors select-none',
          'disabled:cursor-not-allowed disabled:opacity-55',
          LOOK[tone].button,
        )}
      >
        <span
          aria-hidden
          className={cx(
            'absolute inset-0 origin-left ease-linear',
            LOOK[tone].fill,
            holding ? 'scale-x-100 transition-transform duration-[800ms]' : 'scale-x-0',
          )}
        />
        <HoldRing holding={holding} />
        <span className="relative">{hint === null ? children : HINT[hint]}</span>
        {holdKey !== undefined && <Kbd keys={holdKey} className="relative" />}
      </button>
      <span id={`${id}-how`} className="sr-only">
        Hold for 0.8 seconds, with the pointer, Enter or Space. With a screen reader press twice.
      </span>
    </>
  )
}

const HINT = { armed: 'Press once more to confirm', short: 'Keep it pressed' }

const LOOK = {
  good: { button: 'border-ok/70 text-ok hover:tint-ok', fill: 'tint-ok' },
  danger: {
    button: 'border-critical/70 text-critical hover:tint-critical',
    fill: 'tint-critical',
  },
}
const AROUND = 2 * Math.PI * 9

function HoldRing({ holding }: { holding: boolean }) {
  return (
    <span aria-hidden className="relative -ml-1 inline-flex size-5 items-center justify-center">
      <Fingerprint size={holding ? 12 : 16} strokeWidth={1.75} />
      <svg viewBox="0 0 20 20" className="absolute inset-0 -rotate-90">
        <circle
          cx={10}
          cy={10}
          r={9}
          fill="none"
          stroke="currentColor"
          strokeWidth={1.75}
          strokeDasharray={AROUND}
          strokeDashoffset={holding ? 0 : AROUND}
          className={
            holding ? 'transition-[stroke-dashoffset] duration-[800ms] ease-linear' : undefined
          }
        />
      </svg>
    </span>
  )
}

/** The timer lives outside of React's data: a press that ends must stop it at once, in the same event. */
function createHoldTimer() {
  let timer: ReturnType<typeof setTimeout> | undefined
  return {
    isRunning: () => timer !== undefined,
    start(done: () => void) {
      timer = setTimeout(done, HOLD_MS)
    },
    stop() {
      clearTimeout(timer)
      timer = undefined
    },
  }
}

function useHold(onHeld: () => void, off: boolean, holdKey: string | undefined) {
  const [holding, setHolding] = useState(false)
  const [hint, setHint] = useState<keyof typeof HINT | null>(null)
  const [timer] = useState(createHoldTimer)
  function end() {
    timer.stop()
    setHolding(false)
  }
  /** Let go too early: nothing was decided, and that has to be said. */
  function letGo() {
    if (timer.isRunning()) setHint('short')
    end()
  }
  function begin() {
    if (off || timer.isRunning()) return
    setHint(null)
    setHolding(true)
    timer.start(() => {
      end()
      onHeld()
    })
  }
  useEffect(() => () => timer.stop(), [timer])
  useEffect(() => {
    if (hint === null) return undefined
    const relax = setTimeout(() => setHint(null), ARMED_MS)
    return () => clearTimeout(relax)
  }, [hint])
  useHeldKey(holdKey, begin, letGo)
  function press() {
    if (hint === 'armed') onHeld()
    setHint(hint === 'armed' ? null : 'armed')
  }
  return { holding, hint, handlers: holdHandlers(begin, letGo, press) }
}

const isHoldKey = (key: KeyboardEvent) => key.key === 'Enter' || key.key === ' '

function holdHandlers(begin: () => void, end: () => void, press: () => void) {
  return {
    onPointerDown: (down: { button: number }) => {
      if (down.button === 0) begin()
    },
    onPointerUp: end,
    onPointerLeave: end,
    onPointerCancel: end,
    onBlur: end,
    onContextMenu: (menu: { preventDefault: () => void }) => menu.preventDefault(),
    onKeyDown: (key: KeyboardEvent) => {
      if (!isHoldKey(key)) return
      key.preventDefault() // no click follows: a short press decides nothing
      if (!key.repeat) begin()
    },
    onKeyUp: (key: KeyboardEvent) => {
      if (!isHoldKey(key)) return
      key.preventDefault()
      end()
    },
    onClick: (click: { detail: number }) => {
      if (click.detail === 0) press()
    },
  }
}

/** The letter may be held anywhere, but not while typing, in a dialog, or together with other keys. */
function useHeldKey(holdKey: string | undefined, begin: () => void, end: () => void) {
  const down = useEffectEvent((press: globalThis.KeyboardEvent) => {
    const other = press.ctrlKey || press.metaKey || press.altKey || press.repeat
    if (press.key.toLowerCase() !== holdKey || other) return
    if (!isTyping(press.target) && !isDialogOpen()) begin()
  })
  const up = useEffectEvent((press: globalThis.KeyboardEvent) => {
    if (press.key.toLowerCase() === holdKey) end()
  })
  const stop = useEffectEvent(end)
  useEffect(() => {
    if (holdKey === undefined) return undefined
    const onDown = (press: globalThis.KeyboardEvent) => down(press)
    const onUp = (press: globalThis.KeyboardEvent) => up(press)
    const onBlur = () => stop()
    window.addEventListener('keydown', onDown)
    window.addEventListener('keyup', onUp)
    window.addEventListener('blur', onBlur)
    return () => {
      window.removeEventListener('keydown', onDown)
      window.removeEventListener('keyup', onUp)
      window.removeEventListener('blur', onBlur)
    }
  }, [holdKey])
}
