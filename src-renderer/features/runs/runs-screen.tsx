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
import { ProgressBar } from '#ui/progress'
import { durationText, RelativeTime, useNow } from '#ui/relative-time'
import { ListSkeleton } from '#ui/skeleton'
import { Tabs } from '#ui/tabs'
import { ForeignRuns, PausedRuns } from './runs-notices'
import { runQueries, type RunsView } from './run-queries'
import { RunView } from './run-view'
import { BAR, RUN_WORDS } from './run-words'

/** All runs, or the one that was chosen. */
export function RunsScreen() {
  const chosen = useRouteId()
  return chosen === null ? <RunList /> : <RunView key={chosen} id={chosen as RunId} />
}

const COLUMNS: readonly Column<RunSummary>[] = [
  {
    key: 'status',
    header: 'Status',
    width: '132px',
    render: ({ status }) => <Chip tone={RUN_WORDS[status].tone}>{RUN_WORDS[status].word}</Chip>,
  },
  {
    key: 'runbook',
    header: 'Runbook',
    width: 'minmax(160px, 3fr)',
    render: (run) => (
      <span className="flex min-w-0 flex-col">
        <span className="truncate font-semibold">
          <PlainText text={run.runbookTitle} max={120} />
          {run.dryRun && <span className="ml-2 text-caption text-muted">dry run</span>}
        </span>
        <span className="truncate text-small text-muted">
          <PlainText text={run.reason || (run.currentStep ?? '')} max={200} />
        </span>
      </span>
    ),
  },
  {
    key: 'ticket',
    header: 'For',
    width: 'minmax(160px, 2fr)',
    least: 760,
    render: ({ ticketId, ticketTitle }) =>
      ticketId === null ? (
        <span className="text-muted">no ticket</span>
      ) : (
        <AppLink href={paths.ticket(ticketId)}>
          <PlainText text={ticketTitle ?? ticketId} max={120} />
        </AppLink>
      ),
  },
  {
    key: 'steps',
    header: 'Steps',
    width: '112px',
    render: ({ stepsDone, stepsTotal, status }) => (
      <span className="flex items-center gap-2.5">
        <ProgressBar
          value={stepsTotal === 0 ? 0 : stepsDone / stepsTotal}
          label="Steps done"
          tone={BAR[RUN_WORDS[status].tone]}
          className="flex-1"
        />
        <span className="shrink-0 text-small text-muted tnum">
          {stepsDone} of {stepsTotal}
        </span>
      </span>
    ),
  },
  {
    key: 'by',
    header: 'Started by',
    width: '104px',
    least: 960,
    render: (run) => <PlainText text={run.startedBy} max={40} />,
  },
  {
    key: 'at',
    header: 'When',
    width: '92px',
    align: 'right',
    render: (run) => <RelativeTime at={run.startedAt} long className="text-small text-muted" />,
  },
  {
    key: 'took',
    header: 'Took',
    width: '72px',
    align: 'right',
    least: 600,
    render: (run) => <Took run={run} />,
  },
]

function Took({ run: { startedAt, endedAt } }: { run: RunSummary }) {
  const now = useNow()
  return (
    <span className="text-small text-muted tnum">
      {durationText(Math.max(0, (endedAt ?? now) - startedAt))}
    </span>
  )
}

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
      <PausedRuns rows={rows} />
      <ForeignRuns />
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
            rowHeight={56}
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
