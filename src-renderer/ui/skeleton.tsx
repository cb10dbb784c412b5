import { cx } from './class-names'

/** A grey bar where text will be. Give it the final size, so that nothing jumps. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span
      aria-hidden
      className={cx('block h-3 animate-breathe rounded-[5px] bg-strong/70', className)}
    />
  )
}

/** Rows in the shape of a list that is being read. */
export function ListSkeleton({ rows = 8, label = 'Loading' }: { rows?: number; label?: string }) {
  return (
    <div role="status" className="flex flex-col">
      <span className="sr-only">{label}</span>
      {Array.from({ length: rows }, (_, index) => (
        <div
          key={index}
          className="flex min-h-14 items-center gap-3 border-b border-line px-4 py-2.5"
        >
          <Skeleton className="size-4 shrink-0 rounded-full" />
          <div className="flex flex-1 flex-col gap-2">
            <Skeleton className={['w-3/5', 'w-4/5', 'w-1/2'][index % 3] ?? 'w-3/5'} />
            <Skeleton className="h-2.5 w-2/5" />
          </div>
        </div>
      ))}
    </div>
  )
}

/** A card-sized skeleton with a heading and a few lines. */
export function CardSkeleton({ lines = 4, className }: { lines?: number; className?: string }) {
  return (
    <div role="status" className={cx('rounded-card border border-line bg-surface p-4', className)}>
      <span className="sr-only">Loading</span>
      <Skeleton className="mb-4 w-28" />
      <div className="flex flex-col gap-3">
        {Array.from({ length: lines }, (_, index) => (
          <Skeleton key={index} className={index % 2 === 0 ? 'w-4/5' : 'w-3/5'} />
        ))}
      </div>
    </div>
  )
}
