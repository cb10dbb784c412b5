import { useInfiniteQuery } from '@tanstack/react-query'
import { MailCheck } from 'lucide-react'
import { EmptyState } from '#ui/empty-state'
import { ErrorState } from '#ui/error-state'
import { ListSkeleton } from '#ui/skeleton'
import { FeedTable } from './feed-table'
import { intakeQueries } from './intake-queries'
import { ReplayAll } from './replay-all'

/** Deliveries that were refused or not understood, each with its reason, until they are read again or dismissed. */
export function DeadLetters() {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    intakeQueries.dead(),
  )
  const rows = data?.pages.flatMap(({ items }) => items) ?? []
  if (error !== null)
    return (
      <ErrorState error={error} kept="The dead letters are kept." onRetry={() => void refetch()} />
    )
  if (data === undefined) return <ListSkeleton rows={8} label="Reading the dead letters" />
  if (rows.length === 0)
    return (
      <EmptyState
        icon={<MailCheck size={20} strokeWidth={1.75} />}
        title="Everything was understood"
      >
        What cannot be read is kept here with its reason. Correct the source, then read it again:
        nothing is lost by waiting.
      </EmptyState>
    )
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-3">
        <p className="min-w-60 flex-1 text-muted">
          Kept as they came. Open one to see why, correct its source, then read it again or dismiss
          it.
        </p>
        <ReplayAll />
      </div>
      <div className="min-h-0 flex-1">
        <FeedTable
          label="Dead letters, newest first"
          look="dead"
          rows={rows}
          total={data.pages[0]?.total}
          onNearEnd={() => void (hasNextPage && !isFetchingNextPage && fetchNextPage())}
        />
      </div>
    </div>
  )
}
