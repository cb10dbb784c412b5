import { cx } from './class-names'

/** A thin bar from 0 to 1; null when it is not known how long it takes. Named for those who cannot see it. */
export function ProgressBar({
  value,
  label,
  tone = 'accent',
  className,
}: {
  value: number | null
  label: string
  tone?: 'accent' | 'ok' | 'critical' | 'muted'
  className?: string
}) {
  const percent = value === null ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100)
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className={cx('h-[5px] w-full overflow-hidden rounded-full bg-strong', className)}
    >
      <div
        className={cx(
          'h-full rounded-full transition-[width]',
          { accent: 'bg-accent', ok: 'bg-ok', critical: 'bg-critical', muted: 'bg-muted' }[tone],
          percent === undefined && 'w-1/3 animate-breathe',
        )}
        style={percent === undefined ? undefined : { width: `${percent}%` }}
      />
    </div>
  )
}
