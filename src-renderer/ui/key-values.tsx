import type { ReactNode } from 'react'
import { cx } from './class-names'

export interface KeyValue {
  name: ReactNode
  value: ReactNode
}

/** Facts in two columns, or stacked in a narrow pane. */
export function KeyValues({
  items,
  stacked = false,
  className,
}: {
  items: readonly KeyValue[]
  stacked?: boolean
  className?: string
}) {
  return (
    <dl
      className={cx(
        stacked
          ? 'flex flex-col gap-4'
          : 'grid grid-cols-[minmax(96px,max-content)_minmax(0,1fr)] gap-x-4 gap-y-1.5',
        className,
      )}
    >
      {items.map((item, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- facts keep their place
        <div key={index} className={stacked ? 'flex min-w-0 flex-col gap-0.5' : 'contents'}>
          <dt className="text-small text-muted">{item.name}</dt>
          <dd className="min-w-0 break-words">{item.value}</dd>
        </div>
      ))}
    </dl>
  )
}
