import type { ReactNode } from 'react'
import { cx } from './class-names'

export type Tone = 'neutral' | 'good' | 'bad' | 'attention' | 'active'

const TONE: Readonly<Record<Tone, string>> = {
  neutral: 'border-strong text-muted',
  good: 'border-ok/45 text-ok',
  bad: 'border-critical/45 text-critical',
  attention: 'border-high/45 text-high',
  active: 'border-accent/45 text-accent',
}
const DOT: Readonly<Record<Tone, string>> = {
  neutral: 'bg-faint',
  good: 'bg-ok',
  bad: 'bg-critical',
  attention: 'bg-high',
  active: 'bg-accent',
}

/** A state in a word. The tone repeats what the word says. */
export function Chip({
  tone = 'neutral',
  icon,
  children,
  className,
}: {
  tone?: Tone
  icon?: ReactNode
  children: ReactNode
  className?: string
}) {
  return (
    <span
      className={cx(
        'inline-flex h-[22px] items-center gap-1.5 rounded-chip border bg-transparent px-2 text-caption font-medium whitespace-nowrap',
        TONE[tone],
        className,
      )}
    >
      {icon}
      {children}
    </span>
  )
}

/** A lamp beside a word; `live` lets it breathe. */
export function Dot({ tone, live = false }: { tone: Tone; live?: boolean }) {
  return (
    <span
      aria-hidden
      className={cx(
        'inline-block size-[7px] shrink-0 rounded-full',
        DOT[tone],
        live && 'animate-breathe',
      )}
    />
  )
}

/** A count on a tab or a rail entry. Nothing is drawn for zero. */
export function CountBadge({ count, tone = 'neutral' }: { count: number; tone?: Tone }) {
  if (count === 0) return null
  return (
    <span
      className={cx(
        'inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-full px-1.5 text-caption font-semibold tnum',
        tone === 'neutral' && 'text-muted',
        tone === 'bad' && 'tint-critical text-critical',
        tone === 'good' && 'text-ok',
        tone === 'active' && 'text-accent',
        tone === 'attention' && 'text-high',
      )}
    >
      {count > 9999 ? `${Math.floor(count / 1000)}k` : count}
    </span>
  )
}
