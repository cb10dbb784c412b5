import { Scale } from 'lucide-react'
import { ENOUGH_RUNS, type Quality } from '#contract/quality'
import { cx } from './class-names'

const PARTS = [
  { key: 'verified', word: 'verified', color: 'bg-ok' },
  { key: 'unproven', word: 'done, not verified by the runbook', color: 'bg-ok/45' },
  { key: 'unverified', word: 'fix did not show', color: 'bg-high' },
  { key: 'failed', word: 'failed', color: 'bg-critical' },
  { key: 'takenBack', word: 'taken back', color: 'bg-medium' },
  { key: 'stopped', word: 'stopped by a person', color: 'bg-strong' },
] as const satisfies readonly { key: keyof Quality; word: string; color: string }[]

/** What the parts of the bar say, in words: `8 verified, 1 failed`. */
export function qualityParts(quality: Quality): { key: string; words: string; color: string }[] {
  return PARTS.filter(({ key }) => quality[key] > 0).map(({ key, word, color }) => ({
    key,
    words: `${quality[key]} ${word}`,
    color,
  }))
}

/** Have enough runs spoken for or against it that a share means something? */
export function isTelling({ fixed, notFixed }: Quality): boolean {
  return fixed + notFixed >= ENOUGH_RUNS
}

/** How its runs ended, as one bar; its meaning is in its name, never in colour alone. */
export function QualityBar({ quality, className }: { quality: Quality; className?: string }) {
  const parts = qualityParts(quality)
  if (parts.length === 0) return null
  return (
    <span
      role="img"
      aria-label={`Runs: ${parts.map(({ words }) => words).join(', ')}`}
      title={parts.map(({ words }) => words).join(', ')}
      className={cx('flex h-1.5 gap-px overflow-hidden rounded-full', className)}
    >
      {parts.map(({ key, color }) => (
        <span
          key={key}
          className={color}
          style={{ flexGrow: quality[key as (typeof PARTS)[number]['key']], flexBasis: 0 }}
        />
      ))}
    </span>
  )
}

/** How a runbook did so far, in a line: honest with few runs, and plain about none. */
export function QualityLine({
  of,
  className,
}: {
  of: { summary: string; overall: Quality } | undefined
  className?: string
}) {
  return (
    <span className={cx('flex min-w-0 items-center gap-2 text-small text-muted', className)}>
      <Scale size={13} strokeWidth={1.75} aria-hidden className="shrink-0" />
      {of !== undefined && isTelling(of.overall) && (
        <QualityBar quality={of.overall} className="w-12 shrink-0" />
      )}
      <span className="min-w-0 truncate tnum">{of?.summary || 'never used here'}</span>
    </span>
  )
}
