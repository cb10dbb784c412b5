import type { ReactNode } from 'react'
import { cx } from './class-names'

/** Nothing here: says why that is fine or what the next step is. Never a dead end when there is something to do. */
export function EmptyState({
  icon,
  title,
  children,
  actions,
  compact = false,
}: {
  icon?: ReactNode
  title: ReactNode
  children?: ReactNode
  actions?: ReactNode
  /** Inside a card. */
  compact?: boolean
}) {
  return (
    <div
      className={cx(
        'flex flex-col items-center justify-center text-center',
        compact ? 'gap-1 px-4 py-6' : 'mx-auto min-h-64 max-w-md gap-1.5 px-6 py-10',
      )}
    >
      {icon !== undefined && (
        <span
          aria-hidden
          className={cx(
            'mb-2 flex items-center justify-center rounded-card border border-line bg-surface text-muted',
            compact ? 'size-9' : 'size-12',
          )}
        >
          {icon}
        </span>
      )}
      <p className={cx('font-semibold', !compact && 'text-lead tracking-tight')}>{title}</p>
      {children !== undefined && <div className="max-w-[52ch] text-muted">{children}</div>}
      {actions !== undefined && (
        <div className="mt-3 flex flex-wrap justify-center gap-2">{actions}</div>
      )}
    </div>
  )
}
