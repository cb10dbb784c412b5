import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'
import { useState } from 'react'
import type { Plan } from '#contract/plans'
import type { RunbookProblem } from '#contract/runbooks'
import { ErrorState } from '#ui/error-state'
import { PlainText } from '#ui/plain-text'
import { ScrollArea } from '#ui/scroll-area'
import { Select } from '#ui/select'
import { CardSkeleton } from '#ui/skeleton'
import { Tabs } from '#ui/tabs'
import { PlanPreview } from './plan-preview'
import { ProblemList } from './problems'
import { runbookQueries } from './runbook-queries'

type Preview = UseQueryResult<{ plan: Plan; problems: RunbookProblem[] }>

/** What the text comes to: its problems by line, and the plan, for no ticket or for one that is open. */
export function EditorPanel({
  preview: { data, error, refetch },
  ticketId,
  onChooseTicket,
  onGoTo,
}: {
  preview: Preview
  ticketId: string
  onChooseTicket: (id: string) => void
  onGoTo: (line: number) => void
}) {
  const [view, setView] = useState<'problems' | 'plan'>('plan')
  const count = data?.problems.length
  return (
    <aside
      aria-label="What the text comes to"
      className="flex min-h-0 min-w-0 flex-col border-l border-line max-[1250px]:border-t max-[1250px]:border-l-0"
    >
      <div className="shrink-0 border-b border-line px-3 py-2">
        <Tabs
          label="What is shown"
          look="segments"
          tabs={[
            { value: 'plan', label: 'Plan' },
            { value: 'problems', label: 'Problems', count },
          ]}
          value={view}
          onChoose={setView}
        />
      </div>
      <ScrollArea label={view === 'plan' ? 'Plan' : 'Problems'} className="min-h-0 flex-1">
        <div className="flex flex-col gap-3 p-3">
          {error !== null && (
            <ErrorState
              compact
              error={error}
              kept="Your text is untouched."
              onRetry={() => void refetch()}
            />
          )}
          {data === undefined && error === null && <CardSkeleton lines={5} />}
          {data !== undefined && view === 'problems' && (
            <Problems problems={data.problems} onGoTo={onGoTo} />
          )}
          {data !== undefined && view === 'plan' && (
            <>
              <TicketChoice ticketId={ticketId} onChoose={onChooseTicket} />
              <PlanPreview plan={data.plan} />
            </>
          )}
        </div>
      </ScrollArea>
    </aside>
  )
}

function Problems({
  problems,
  onGoTo,
}: {
  problems: readonly RunbookProblem[]
  onGoTo: (line: number) => void
}) {
  if (problems.length > 0) return <ProblemList problems={problems} onGoTo={onGoTo} />
  return (
    <p className="flex items-center gap-2 text-muted">
      <CircleCheck size={15} strokeWidth={2} className="text-ok" aria-hidden />
      Nothing is wrong with it.
    </p>
  )
}

/** Whose values fill the inputs. */
function TicketChoice({
  ticketId,
  onChoose,
}: {
  ticketId: string
  onChoose: (id: string) => void
}) {
  const tickets = useQuery(runbookQueries.openTickets()).data?.items ?? []
  return (
    <label className="flex flex-col gap-1 text-small text-muted">
      Planned for
      <Select
        value={ticketId}
        options={[
          { value: '', label: 'no ticket' },
          ...tickets.map(({ id, title }) => ({ value: id as string, label: title })),
        ]}
        onChoose={onChoose}
      />
      {tickets.length === 0 && <PlainText text="No ticket is open now." max={40} />}
    </label>
  )
}
