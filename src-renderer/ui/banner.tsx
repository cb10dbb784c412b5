import { CircleCheck, CircleX, Info, TriangleAlert, WifiOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from './class-names'

const LOOK = {
  info: { Icon: Info, color: 'border-accent/40 tint-accent [&>svg]:text-accent' },
  attention: { Icon: TriangleAlert, color: 'border-high/45 tint-high [&>svg]:text-high' },
  good: { Icon: CircleCheck, color: 'border-ok/45 tint-ok [&>svg]:text-ok' },
  bad: { Icon: CircleX, color: 'border-critical/45 tint-critical [&>svg]:text-critical' },
  offline: { Icon: WifiOff, color: 'border-high/45 tint-high [&>svg]:text-high' },
}

/** A sentence that concerns the whole screen, with what to do about it. */
export function Banner({
  tone,
  title,
  children,
  actions,
  edge = false,
}: {
  tone: keyof typeof LOOK
  title?: ReactNode
  children?: ReactNode
  actions?: ReactNode
  /** From edge to edge under the top bar, without corners. */
  edge?: boolean
}) {
  const { Icon, color } = LOOK[tone]
  return (
    <div
      role={tone === 'info' ? 'note' : 'status'}
      className={cx(
        'flex min-h-10 items-center gap-3 border px-4 py-2',
        edge ? 'border-x-0 border-t-0' : 'rounded-card',
        color,
      )}
    >
      <Icon size={16} strokeWidth={2} className="shrink-0" aria-hidden />
      <div className="min-w-0 flex-1 break-words">
        {title !== undefined && <strong className="font-semibold">{title} </strong>}
        {children}
      </div>
      {actions}
    </div>
  )
}
