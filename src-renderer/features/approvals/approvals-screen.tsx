import { useQuery } from '@tanstack/react-query'
import { ShieldCheck } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ApprovalId } from '#contract/primitives'
import { EmptyState } from '#ui/empty-state'
import { ErrorState } from '#ui/error-state'
import { paths, useGo, useRouteId } from '#ui/links'
import { usePageHead } from '#ui/page'
import { CardSkeleton, ListSkeleton } from '#ui/skeleton'
import { isWide, SplitPane } from '#ui/split-pane'
import { Tabs } from '#ui/tabs'
import { VirtualList } from '#ui/virtual-list'
import { ApprovalCard } from './approval-card'
import { approvalQueries, type QueueView } from './approval-queries'
import { ApprovalRow } from './approval-row'
import { RememberedStrip } from './remembered-strip'

/** The queue at the left, the one to answer at the right. What is open never changes by itself under the hand. */
export function ApprovalsScreen() {
  const [view, setView] = useState<QueueView>('waiting')
  const queue = useQuery(approvalQueries.list(view))
  const waiting = useQuery(approvalQueries.list('waiting')).data?.total
  const chosen = useRouteId()
  const go = useGo()
  const shown = chosen
  useOpenFirst(chosen, queue.data?.items[0]?.id)
  usePageHead('Approvals', {
    note: waiting === undefined ? null : `${waiting === 0 ? 'none' : waiting} waiting`,
  })
  return (
    <SplitPane
      name="approvals"
      width={320}
      listLabel="Approvals"
      detailOpen={chosen !== null}
      onBack={() => go(paths.approvals())}
      list={
        <>
          <div className="flex h-11 shrink-0 items-center border-b border-line px-4">
            <Tabs
              label="Which approvals"
              tabs={[
                { value: 'waiting', label: 'Waiting', count: waiting },
                { value: 'decided', label: 'Decided' },
              ]}
              value={view}
              onChoose={(next) => {
                setView(next)
                go(paths.approvals())
              }}
            />
          </div>
          <Queue
            view={view}
            shown={shown}
            onChoose={(id) => go(paths.approval(id), { replace: chosen !== null })}
          />
          <RememberedStrip />
        </>
      }
      detail={
        shown === null ? (
          <NothingChosen view={view} ready={queue.data !== undefined} />
        ) : (
          <Chosen key={shown} id={shown as ApprovalId} />
        )
      }
    />
  )
}

/** Where there is room for it, the first to expire is open from the start; after that only the operator chooses. */
function useOpenFirst(chosen: string | null, first: string | undefined) {
  const go = useGo()
  const opens = chosen === null && first !== undefined && isWide()
  useEffect(() => {
    if (opens) go(paths.approval(first), { replace: true })
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- a new first one must not take the place of the chosen one
  }, [opens])
}

function Queue({
  view,
  shown,
  onChoose,
}: {
  view: QueueView
  shown: string | null
  onChoose: (id: string) => void
}) {
  const { data, error, refetch } = useQuery(approvalQueries.list(view))
  if (error !== null)
    return (
      <ErrorState
        compact
        error={error}
        kept="Nothing runs without an answer."
        onRetry={() => void refetch()}
      />
    )
  if (data === undefined) return <ListSkeleton rows={3} label="Reading the approvals" />
  if (data.items.length === 0) {
    return (
      <p className="px-4 py-6 text-center text-muted">
        {view === 'waiting' ? 'Nothing waits for an answer.' : 'Nothing was decided yet.'}
      </p>
    )
  }
  return (
    <VirtualList
      label={view === 'waiting' ? 'Waiting approvals' : 'Decided approvals'}
      items={data.items}
      total={data.total}
      getKey={(approval) => approval.id}
      rowHeight={64}
      selectedKey={shown}
      onSelect={(approval) => onChoose(approval.id)}
      renderRow={(approval) => <ApprovalRow approval={approval} />}
    />
  )
}

function Chosen({ id }: { id: ApprovalId }) {
  // Counts how often the action was read anew, after it changed under the reader.
  const [reading, setReading] = useState(0)
  const { data, error, refetch } = useQuery(approvalQueries.get(id))
  if (error !== null)
    return (
      <ErrorState
        error={error}
        kept="Nothing runs without an answer."
        onRetry={() => void refetch()}
      />
    )
  if (data === undefined) {
    return (
      <div className="flex flex-col gap-4 p-10">
        <CardSkeleton lines={3} />
        <CardSkeleton lines={5} />
      </div>
    )
  }
  return <ApprovalCard key={reading} approval={data} onReread={() => setReading(reading + 1)} />
}

function NothingChosen({ view, ready }: { view: QueueView; ready: boolean }) {
  if (!ready) return null
  return (
    <div className="flex h-full items-center">
      <EmptyState
        icon={<ShieldCheck size={20} strokeWidth={1.75} />}
        title={view === 'waiting' ? 'Nothing waits for you' : 'No decision yet'}
      >
        When a run reaches a step that changes something, the exact action is shown here. It runs
        only after you held the button; no answer means no.
      </EmptyState>
    </div>
  )
}
