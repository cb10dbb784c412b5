import type { ReactNode } from 'react'
import { cx } from './class-names'

interface CardProps {
  title?: ReactNode
  icon?: ReactNode
  /** Where the claim comes from, at the right of the title. */
  note?: ReactNode
  tone?: 'neutral' | 'attention' | 'bad' | 'good'
  /** No padding around the body, for lists and tables. */
  flush?: boolean
  className?: string
  children: ReactNode
}
const TONE = {
  neutral: 'border-line',
  attention: 'border-high/55',
  bad: 'border-critical/55',
  good: 'border-ok/50',
}

/** A bordered surface with a heading that names it and a note that says where its facts come from. */
export function Card({
  title,
  icon,
  note,
  tone = 'neutral',
  flush = false,
  className,
  children,
}: CardProps) {
  return (
    <section
      className={cx('flex min-w-0 flex-col rounded-card border bg-surface', TONE[tone], className)}
    >
      {title !== undefined && <CardHeader title={title} icon={icon} note={note} />}
      <div
        className={cx(
          'flex min-h-0 min-w-0 flex-1 flex-col',
          !flush && (title === undefined ? 'p-4' : 'px-4 pb-4'),
        )}
      >
        {children}
      </div>
    </section>
  )
}

/** The heading line of a card, also for a second part inside one. */
export function CardHeader({
  title,
  icon,
  note,
}: {
  title: ReactNode
  icon?: ReactNode
  note?: ReactNode
}) {
  return (
    <header className="flex min-h-10 shrink-0 items-center gap-2 px-4 py-2">
      {icon !== undefined && <span className="text-muted">{icon}</span>}
      <h3 className="text-small font-semibold text-muted">{title}</h3>
      {note !== undefined && (
        <div className="ml-auto min-w-0 truncate text-small text-muted">{note}</div>
      )}
    </header>
  )
}
