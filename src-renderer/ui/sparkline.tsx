import { cx } from './class-names'
import { sparkPath } from './spark-path'

const COLOR = {
  accent: 'text-accent',
  ok: 'text-ok',
  critical: 'text-critical',
  muted: 'text-muted',
}

/** A week at a glance. Gaps stay gaps. The numbers are in `label` for those who cannot see it. */
export function Sparkline({
  values,
  label,
  tone = 'accent',
  className,
}: {
  values: readonly (number | null)[]
  label: string
  tone?: keyof typeof COLOR
  className?: string
}) {
  const { line, area, dots } = sparkPath(values, 100, 30)
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox="0 0 100 32"
      preserveAspectRatio="none"
      className={cx('h-8 w-full overflow-visible', COLOR[tone], className)}
    >
      <path d={area} fill="currentColor" opacity={0.16} />
      <path
        d={line}
        fill="none"
        stroke="currentColor"
        strokeWidth={1.5}
        strokeLinejoin="round"
        strokeLinecap="round"
        vectorEffect="non-scaling-stroke"
      />
      {dots.map(([x, y]) => (
        <path
          key={x}
          d={`M${x} ${y}h0.01`}
          stroke="currentColor"
          strokeWidth={4}
          strokeLinecap="round"
          vectorEffect="non-scaling-stroke"
        />
      ))}
    </svg>
  )
}

/** Counts over time as bars, newest at the right; older ones are fainter. */
export function MiniBars({
  values,
  label,
  className,
}: {
  values: readonly number[]
  label: string
  className?: string
}) {
  const top = Math.max(4, ...values)
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${values.length * 8} 20`}
      preserveAspectRatio="none"
      className={cx('h-5 w-full text-accent', className)}
    >
      {values.map((value, index) => {
        const height = value === 0 ? 1.5 : Math.max(3, (value / top) * 20)
        return (
          <rect
            // oxlint-disable-next-line react/no-array-index-key -- a bar is its place in time
            key={index}
            x={index * 8 + 1}
            y={20 - height}
            width={5}
            height={height}
            rx={1}
            fill="currentColor"
            opacity={0.35 + (0.65 * (index + 1)) / values.length}
          />
        )
      })}
    </svg>
  )
}
