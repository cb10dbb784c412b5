import { ArrowLeft } from 'lucide-react'
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react'
import { Button } from './button'
import { cx } from './class-names'

/** Whether list and detail fit beside each other in this window, so that something may be opened unasked. */
export function isWide(): boolean {
  return window.matchMedia('(width >= 780px)').matches
}

interface SplitPaneProps {
  /** Under which name the width is remembered. */
  name: string
  /** The list and its name for screen readers. */
  list: ReactNode
  listLabel: string
  detail: ReactNode
  /** In a narrow window only one of the two is shown: the detail when this is true. */
  detailOpen: boolean
  /** Back to the list, in a narrow window. */
  onBack: () => void
  width?: number
  least?: number
  most?: number
}

function rememberedWidth(name: string, fallback: number): number {
  const kept = Number(localStorage.getItem(`quarterdeck.split.${name}`) ?? Number.NaN)
  return Number.isFinite(kept) ? kept : fallback
}

/** A list beside its detail. The border can be dragged or moved with the arrow keys; under 720 px the two stack. */
export function SplitPane({
  name,
  list,
  listLabel,
  detail,
  detailOpen,
  onBack,
  width = 380,
  least = 260,
  most = 520,
}: SplitPaneProps) {
  const [size, setSize] = useState(() => rememberedWidth(name, width))
  function resize(next: number) {
    const bounded = Math.round(Math.min(most, Math.max(least, next)))
    setSize(bounded)
    localStorage.setItem(`quarterdeck.split.${name}`, String(bounded))
  }
  return (
    <div className="@container h-full min-h-0">
      <div className="flex h-full min-h-0" style={{ '--split': `${size}px` }}>
        <section
          aria-label={listLabel}
          className={cx(
            'h-full min-h-0 w-full shrink-0 flex-col @min-[720px]:flex @min-[720px]:w-(--split) @min-[720px]:max-w-[42%]',
            detailOpen ? 'hidden' : 'flex',
          )}
        >
          {list}
        </section>
        <Divider size={size} least={least} most={most} onResize={resize} />
        <div
          className={cx(
            'h-full min-h-0 min-w-0 flex-1 flex-col @min-[720px]:flex',
            detailOpen ? 'flex' : 'hidden',
          )}
        >
          <div className="border-b border-line px-3 py-1.5 @min-[720px]:hidden">
            <Button variant="ghost" size="small" icon={<ArrowLeft size={15} />} onClick={onBack}>
              {listLabel}
            </Button>
          </div>
          <div className="min-h-0 flex-1">{detail}</div>
        </div>
      </div>
    </div>
  )
}

interface DividerProps {
  size: number
  least: number
  most: number
  onResize: (size: number) => void
}

function Divider({ size, least, most, onResize }: DividerProps) {
  const from = useRef<{ x: number; size: number }>(null)
  const move = (event: PointerEvent) => {
    if (from.current !== null) onResize(from.current.size + event.clientX - from.current.x)
  }
  const key = (press: KeyboardEvent) => {
    const step = { ArrowLeft: -16, ArrowRight: 16, Home: least - size, End: most - size }[press.key]
    if (step === undefined) return
    press.preventDefault()
    onResize(size + step)
  }
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the list"
      aria-valuenow={size}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      onKeyDown={key}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        from.current = { x: event.clientX, size }
      }}
      onPointerMove={move}
      onPointerUp={() => {
        from.current = null
      }}
      className="relative hidden w-px shrink-0 cursor-col-resize touch-none bg-line transition-colors before:absolute before:inset-y-0 before:-left-1 before:w-[9px] before:content-[''] hover:bg-accent focus-visible:bg-accent @min-[720px]:block"
    />
  )
}
