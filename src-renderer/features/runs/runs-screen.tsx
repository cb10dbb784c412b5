import { useInfiniteQuery } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import { useState } from 'react'
import type { RunId } from '#contract/primitives'
import type { RunSummary } from '#contract/runs'
import { Chip } from '#ui/chip'
import { type Column, DataTable } from '#ui/data-table'
import { EmptyState } from '#ui/empty-state'
import { ErrorState } from '#ui/error-state'
import { AppLink, paths, useGo, useRouteId } from '#ui/links'
import { usePageHead } from '#ui/page'
import { PlainText } from '#ui/plain-text'
import { durationText, RelativeTime } from '#ui/relative-time'
import { ListSkeleton } from '#ui/skeleton'
import { Tabs } from '#ui/tabs'
import { runQueries, type RunsView } from './run-queries'
import { RunView } from './run-view'
import { RUN_WORDS } from './run-words'

/** All runs, or the one that was chosen. */
export function RunsScreen() {
  const chosen = useRouteId()
  return chosen === null ? <RunList /> : <RunView key={chosen} id={chosen as RunId} />
}

const COLUMNS: readonly Column<RunSummary>[] = [
  {
    key: 'status',
    header: 'Status',
    width: '148px',
    render: ({ status }) => <Chip tone={RUN_WORDS[status].tone}>{RUN_WORDS[status].word}</Chip>,
  },
  {
    key: 'runbook',
    header: 'Runbook',
    width: 'minmax(180px, 2fr)',
    render: (run) => (
      <span className="truncate font-medium">
        <PlainText text={run.runbookTitle} max={120} />
      </span>
    ),
  },
  {
    key: 'ticket',
    header: 'For',
    width: 'minmax(160px, 2fr)',
    render: ({ ticketId, ticketTitle }) =>
      ticketId === null ? (
        <span className="text-muted">no ticket</span>
      ) : (
        <AppLink href={paths.ticket(ticketId)} className="truncate">
          <PlainText text={ticketTitle ?? ticketId} max={120} />
        </AppLink>
      ),
  },
  {
    key: 'steps',
    header: 'Steps',
    width: '80px',
    align: 'right',
    render: (run) => (
      <span className="tnum">
        {run.stepsDone} of {run.stepsTotal}
      </span>
    ),
  },
  {
    key: 'by',
    header: 'Started by',
    width: '112px',
    render: (run) => <PlainText text={run.startedBy} max={40} />,
  },
  {
    key: 'at',
    header: 'When',
    width: '112px',
    render: (run) => <RelativeTime at={run.startedAt} className="text-muted" />,
  },
  {
    key: 'took',
    header: 'Took',
    width: '80px',
    align: 'right',
    render: ({ startedAt, endedAt }) => (
      <span className="tnum text-muted">
        {endedAt === null ? '' : durationText(endedAt - startedAt)}
      </span>
    ),
  },
]

function RunList() {
  const [view, setView] = useState<RunsView>('all')
  const go = useGo()
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    runQueries.pages(view),
  )
  const total = data?.pages[0]?.total
  usePageHead('Runs', {
    note: total === undefined ? null : `${total} ${view === 'all' ? 'in all' : view}`,
  })
  const rows = data?.pages.flatMap((page) => page.items) ?? []
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex h-11 shrink-0 items-center border-b border-line px-4">
        <Tabs
          label="Which runs"
          tabs={[
            { value: 'all', label: 'All' },
            { value: 'active', label: 'Under way' },
            { value: 'ended', label: 'Ended' },
          ]}
          value={view}
          onChoose={setView}
        />
      </div>
      {error !== null ? (
        <ErrorState
          error={error}
          kept="Runs go on whether this list can be read or not."
          onRetry={() => void refetch()}
        />
      ) : data === undefined ? (
        <ListSkeleton rows={10} label="Reading the runs" />
      ) : rows.length === 0 ? (
        <NoRuns view={view} />
      ) : (
        <div className="min-h-0 flex-1">
          <DataTable
            label="Runs, newest first"
            columns={COLUMNS}
            rows={rows}
            total={total}
            getKey={(run) => run.id}
            onOpen={(run) => go(paths.run(run.id))}
            onNearEnd={() => void (hasNextPage && !isFetchingNextPage && fetchNextPage())}
          />
        </div>
      )}
    </div>
  )
}

function NoRuns({ view }: { view: RunsView }) {
  return (
    <EmptyState
      icon={<Play size={20} strokeWidth={1.75} />}
      title={view === 'active' ? 'Nothing is running' : 'No run yet'}
    >
      A run starts from a ticket: open one, look at the plan of a runbook that fits, and start it.
      Every step, approval and line of output is kept here.
    </EmptyState>
  )
}
