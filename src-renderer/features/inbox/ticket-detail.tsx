import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { RunbookId, TicketId } from '#contract/primitives'
import type { Ticket } from '#contract/tickets'
import { ErrorState } from '#ui/error-state'
import { ScrollArea } from '#ui/scroll-area'
import { CardSkeleton, Skeleton } from '#ui/skeleton'
import { BelongsCard } from './belongs-card'
import { ChangesBeforeCard } from './changes-before-card'
import { CommentBox } from './comment-box'
import { EscalationCard } from './escalation-card'
import { PlanDialog } from './plan-dialog'
import { RunBanner } from './run-banner'
import { RunbookCard } from './runbook-card'
import { SeenBeforeCard } from './seen-before-card'
import { TicketActions } from './ticket-actions'
import { TicketFacts } from './ticket-facts'
import { TicketHead } from './ticket-head'
import { ticketQueries } from './ticket-queries'
import { TimelineCard } from './timeline-card'
import { TriageCard } from './triage-card'

/** Everything about one ticket: what is said, what is thought, what is done, and what can be done next. */
export function TicketDetail({ id }: { id: TicketId }) {
  const { data, error, refetch } = useQuery(ticketQueries.get(id))
  if (error !== null && data === undefined) {
    return (
      <div className="flex h-full items-center">
        <ErrorState
          error={error}
          kept="The other tickets are as they were."
          onRetry={() => void refetch()}
        />
      </div>
    )
  }
  return data === undefined ? <DetailSkeleton /> : <Detail ticket={data} />
}

function Detail({ ticket }: { ticket: Ticket }) {
  const [planned, setPlanned] = useState<RunbookId | null>(null)
  return (
    <div className="flex h-full min-h-0 flex-col">
      <ScrollArea label="Ticket" className="flex-1">
        <div className="@container mx-auto flex max-w-[1240px] flex-col gap-4 px-6 py-5 max-md:px-4">
          <TicketHead ticket={ticket} />
          <RunBanner ticket={ticket} />
          <EscalationCard ticket={ticket} />
          <div className="grid gap-4 @min-[680px]:grid-cols-[minmax(0,1.25fr)_minmax(0,1fr)]">
            <TriageCard ticket={ticket} />
            <div className="flex min-w-0 flex-col gap-4">
              <RunbookCard ticket={ticket} onPlan={setPlanned} />
              <BelongsCard ticketId={ticket.id} />
              <ChangesBeforeCard ticketId={ticket.id} />
              <SeenBeforeCard ticketId={ticket.id} />
            </div>
          </div>
          <div className="grid items-start gap-4 @min-[900px]:grid-cols-[minmax(0,1.9fr)_minmax(0,1fr)]">
            <TimelineCard ticketId={ticket.id} footer={<CommentBox ticketId={ticket.id} />} />
            <TicketFacts ticket={ticket} />
          </div>
        </div>
      </ScrollArea>
      <TicketActions ticket={ticket} onPlan={setPlanned} />
      {planned !== null && (
        <PlanDialog runbookId={planned} ticketId={ticket.id} onClose={() => setPlanned(null)} />
      )}
    </div>
  )
}

function DetailSkeleton() {
  return (
    <div className="flex flex-col gap-4 px-6 py-5">
      <Skeleton className="w-48" />
      <Skeleton className="h-6 w-80" />
      <Skeleton className="w-[28rem] max-w-full" />
      <div className="grid grid-cols-2 gap-4">
        <CardSkeleton lines={7} />
        <CardSkeleton lines={5} />
      </div>
      <CardSkeleton lines={8} />
    </div>
  )
}
