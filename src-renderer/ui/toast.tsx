import { CircleCheck, CircleX, Info, TriangleAlert, X } from 'lucide-react'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { Button } from './button'
import { cx } from './class-names'
import { PlainText } from './plain-text'
import { closeToast, type Toast, type ToastTone, toasts } from './toast-store'

const ICON = { neutral: Info, good: CircleCheck, bad: CircleX, attention: TriangleAlert }
const COLOR: Readonly<Record<ToastTone, string>> = {
  neutral: 'text-muted',
  good: 'text-ok',
  bad: 'text-critical',
  attention: 'text-high',
}

/** Where toasts appear: at the right, above the place of the primary action and over everything else, read aloud politely. One per window. */
export function Toaster() {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.get)
  const box = useRef<HTMLElement>(null)
  // The browser draws dialogs over everything; opening again moves the messages over them.
  useEffect(() => {
    box.current?.togglePopover(false)
    if (shown.length > 0) box.current?.togglePopover(true)
  }, [shown])
  return (
    <section
      ref={box}
      popover="manual"
      aria-label="Messages"
      aria-live="polite"
      className="pointer-events-none fixed top-auto right-4 bottom-[76px] left-auto m-0 w-[360px] max-w-[calc(100vw-32px)] flex-col gap-2 overflow-visible border-0 bg-transparent p-0 text-text open:flex"
    >
      {shown.map((one) => (
        <ToastCard key={one.id} toast={one} />
      ))}
    </section>
  )
}

function ToastCard({ toast: shown }: { toast: Toast }) {
  const [held, setHeld] = useState(false)
  const { id, staysMs, action } = shown
  useEffect(() => {
    if (staysMs === null || held) return undefined
    const timer = setTimeout(() => closeToast(id), staysMs)
    return () => clearTimeout(timer)
  }, [id, staysMs, held])
  const Icon = ICON[shown.tone]
  return (
    <div
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="pointer-events-auto flex animate-rise items-start gap-2.5 rounded-[10px] border border-strong bg-raised py-2.5 pr-2 pl-3 shadow-float"
    >
      <Icon
        size={16}
        strokeWidth={2}
        className={cx('mt-0.5 shrink-0', COLOR[shown.tone])}
        aria-hidden
      />
      <div className="min-w-0 flex-1 py-px">
        <p className="font-semibold break-words">
          <PlainText text={shown.title} max={400} />
        </p>
        {shown.detail !== '' && (
          <p className="line-clamp-4 text-small break-words text-muted">
            <PlainText text={shown.detail} max={2000} />
          </p>
        )}
      </div>
      {action !== null && (
        <Button
          size="small"
          onClick={() => {
            action.run()
            closeToast(id)
          }}
        >
          {action.label}
        </Button>
      )}
      <button
        type="button"
        aria-label="Close message"
        onClick={() => closeToast(id)}
        className="rounded-chip p-1 text-muted hover:bg-hover hover:text-text"
      >
        <X size={14} />
      </button>
    </div>
  )
}
