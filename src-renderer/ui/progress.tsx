import { X } from 'lucide-react'
import { cx } from './class-names'
import { IconButton } from './icon-button'

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

/** A long job: what is being done, how far it is, and a way to stop it. */
export function Job({
  title,
  value,
  detail,
  onCancel,
}: {
  title: string
  value: number | null
  detail?: string
  onCancel?: () => void
}) {
  return (
    <div
      role="status"
      className="flex items-center gap-3 rounded-card border border-line bg-surface px-4 py-3"
    >
      <div className="flex min-w-0 flex-1 flex-col gap-2">
        <div className="flex items-baseline justify-between gap-3">
          <span className="font-semibold">{title}</span>
          {detail !== undefined && <span className="text-small text-muted tnum">{detail}</span>}
        </div>
        <ProgressBar value={value} label={title} />
      </div>
      {onCancel !== undefined && (
        <IconButton label="Stop" icon={<X size={16} />} onClick={onCancel} />
      )}
    </div>
  )
}
