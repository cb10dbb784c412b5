import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { type ComponentType, type ReactNode, useState } from 'react'
import { type Column, DataTable } from '#ui/data-table'
import { ErrorState } from '#ui/error-state'
import { ClockTime, shortDay } from '#ui/relative-time'
import { ListSkeleton } from '#ui/skeleton'

interface LedgerLine {
  seq: number
  at: number
}

interface LedgerListProps<Line extends LedgerLine> {
  pages: UseInfiniteQueryResult<InfiniteData<{ items: Line[]; total: number }>>
  /** What a screen reader hears: the list's name, and what is said while its first page is read. */
  label: string
  reading: string
  /** The columns after number and time, which every ledger has. */
  columns: readonly Column<Line>[]
  empty: ReactNode
  /** One line, whole. */
  Detail: ComponentType<{ entry: Line; onClose: () => void }>
}

const LEADING: readonly Column<LedgerLine>[] = [
  {
    key: 'seq',
    header: 'No.',
    width: '56px',
    align: 'right',
    render: ({ seq }) => <span className="text-small text-muted tnum">{seq}</span>,
  },
  {
    key: 'at',
    header: 'When',
    width: '120px',
    render: ({ at }) => (
      <span className="text-small text-muted tnum">
        {shortDay(at)} <ClockTime at={at} />
      </span>
    ),
  },
]

/** A hash-chained ledger, newest first; a line opens whole. */
export function LedgerList<Line extends LedgerLine>(props: LedgerListProps<Line>) {
  const { pages, label, reading, columns, empty, Detail } = props
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = pages
  const [open, setOpen] = useState<Line | null>(null)
  if (error !== null)
    return (
      <ErrorState
        error={error}
        kept="The log itself is on disk and unchanged."
        onRetry={() => void refetch()}
      />
    )
  if (data === undefined) return <ListSkeleton rows={12} label={reading} />
  const rows = data.pages.flatMap((page) => page.items)
  if (rows.length === 0) return empty
  return (
    <div className="min-h-0 flex-1">
      <DataTable
        label={label}
        columns={[...LEADING, ...columns]}
        rows={rows}
        total={data.pages[0]?.total}
        getKey={(line) => String(line.seq)}
        onOpen={setOpen}
        onNearEnd={() => void (hasNextPage && !isFetchingNextPage && fetchNextPage())}
      />
      {open !== null && <Detail entry={open} onClose={() => setOpen(null)} />}
    </div>
  )
}
