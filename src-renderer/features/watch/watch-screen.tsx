import { useQuery } from '@tanstack/react-query'
import { ErrorState } from '#ui/error-state'
import { Page, PageTitle, usePageHead } from '#ui/page'
import { dayName, useNow } from '#ui/relative-time'
import { CardSkeleton, Skeleton } from '#ui/skeleton'
import { FigureCards } from './figure-cards'
import { IntakeCard } from './intake-card'
import { NeedsCard } from './needs-card'
import { watchQueries } from './watch-queries'
import { leadSentence, needsSentence } from './watch-words'

/** What needs me, what is in hand, how it goes, what comes in: in this order. */
export function WatchScreen() {
  usePageHead('Watch', { note: dayName(useNow(60_000)) })
  const { data, error, refetch } = useQuery(watchQueries.watch())
  const counts = useQuery(watchQueries.counts()).data
  if (data === undefined) {
    return error === null ? (
      <WatchSkeleton />
    ) : (
      <ErrorState
        error={error}
        kept="Tickets and runs are safe; only the overview is missing."
        onRetry={() => void refetch()}
      />
    )
  }
  return (
    <Page className="min-[1000px]:h-full">
      <PageTitle lead={leadSentence(data, counts?.open ?? 0, counts?.bySeverity.critical ?? 0)}>
        {needsSentence(data.needs)}
      </PageTitle>
      <FigureCards figures={data.figures} />
      <div className="grid min-h-0 flex-1 gap-4 min-[1000px]:grid-cols-[minmax(0,1.14fr)_minmax(0,1fr)]">
        <NeedsCard watch={data} />
        <IntakeCard />
      </div>
    </Page>
  )
}

function WatchSkeleton() {
  return (
    <Page>
      <div className="flex flex-col gap-3 py-1">
        <Skeleton className="h-6 w-64" />
        <Skeleton className="w-96" />
      </div>
      <div className="grid grid-cols-[repeat(auto-fit,minmax(190px,1fr))] gap-4">
        {['a', 'b', 'c', 'd'].map((key) => (
          <CardSkeleton key={key} lines={2} />
        ))}
      </div>
      <div className="grid gap-4 min-[1000px]:grid-cols-2">
        <CardSkeleton lines={9} />
        <CardSkeleton lines={9} />
      </div>
    </Page>
  )
}
