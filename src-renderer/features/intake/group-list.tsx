import { useQuery } from '@tanstack/react-query'
import { Group as GroupIcon, Siren } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import type { Group } from '#contract/screening'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { Chip, type Tone } from '#ui/chip'
import { useCommand } from '#ui/command'
import { AskReason } from '#ui/confirm'
import { EmptyState } from '#ui/empty-state'
import { ErrorState } from '#ui/error-state'
import { AppLink, paths } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { RelativeTime } from '#ui/relative-time'
import { SeverityIcon } from '#ui/severity'
import { CardSkeleton } from '#ui/skeleton'
import { ruleQueries } from './rule-queries'

const STATE: Readonly<Record<Group['state'], { word: string; tone: Tone }>> = {
  gathering: { word: 'gathering', tone: 'neutral' },
  proposed: { word: 'an incident?', tone: 'attention' },
  declared: { word: 'incident', tone: 'bad' },
  dismissed: { word: 'dismissed', tone: 'neutral' },
}
/** Tickets of a group that are named; the rest is counted. */
const NAMED = 8
const refresh = [['screening'], ['tickets']]

/** Tickets that belong together. Each stays a ticket of its own; an incident is declared by a person. */
export function GroupList() {
  const { data, error, refetch } = useQuery(ruleQueries.groups())
  if (error !== null) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <CardSkeleton lines={6} />
  if (data.items.length === 0)
    return (
      <EmptyState
        icon={<GroupIcon size={20} strokeWidth={1.75} />}
        title="No tickets belong together"
      >
        A correlation rule puts tickets together that share a service or open shortly after each
        other. From a number of your choice on it proposes an incident.
      </EmptyState>
    )
  return data.items.map((group) => <GroupCard key={group.id} group={group} />)
}

function GroupCard({ group }: { group: Group }) {
  const { what, rule, state, size, tickets, openedAt, decidedBy, incidentId } = group
  const { word, tone } = STATE[state]
  return (
    <Card
      title={<PlainText text={what} max={200} />}
      tone={state === 'proposed' ? 'attention' : 'neutral'}
      note={<Chip tone={tone}>{word}</Chip>}
    >
      <p className="mb-2 text-small text-muted">
        {size} tickets by the rule <PlainText text={rule} max={80} />, the first{' '}
        <RelativeTime at={openedAt} long />
        {decidedBy !== null && (
          <>
            ; {state} by <PlainText text={decidedBy} max={80} />
          </>
        )}
      </p>
      <ul className="flex flex-col gap-1">
        {tickets.slice(0, NAMED).map((ticket) => (
          <li key={ticket.id} className="flex min-w-0 items-center gap-2">
            <SeverityIcon
              severity={ticket.severity}
              quiet={ticket.status === 'resolved' || ticket.status === 'closed'}
            />
            <AppLink href={paths.ticket(ticket.id)} className="min-w-0 truncate">
              <PlainText text={ticket.title} max={200} />
            </AppLink>
            {ticket.id === incidentId && <Chip tone="bad">incident</Chip>}
            <span className="ml-auto shrink-0 text-small text-muted">
              {ticket.status.replace('_', ' ')}
            </span>
          </li>
        ))}
        {size > NAMED && <li className="text-small text-muted">and {size - NAMED} more</li>}
      </ul>
      {state === 'proposed' && <Decision group={group} />}
    </Card>
  )
}

function Decision({ group: { id } }: { group: Group }) {
  const [asked, setAsked] = useState(false)
  const declare = useCommand(api.screening.declare, {
    done: 'Declared: the worst ticket is the incident, the others are linked to it',
    failed: 'Nothing was declared',
    refresh,
  })
  const dismiss = useCommand(api.screening.dismiss, {
    done: 'Dismissed: the tickets stay as they are',
    failed: 'It is still proposed',
    refresh,
    onDone: () => setAsked(false),
  })
  return (
    <div className="mt-3 flex justify-end gap-2">
      <Button size="small" onClick={() => setAsked(true)}>
        Dismiss…
      </Button>
      <Button
        size="small"
        variant="primary"
        busy={declare.isPending}
        icon={<Siren size={14} strokeWidth={1.75} />}
        onClick={() => declare.mutate({ id })}
      >
        Declare an incident
      </Button>
      <AskReason
        open={asked}
        onClose={() => setAsked(false)}
        title="Dismiss the proposal"
        description="The tickets stay together and stay as they are."
        label="Why it is no incident"
        action="Dismiss"
        busy={dismiss.isPending}
        onAnswer={(reason) => dismiss.mutate({ id, reason })}
      />
    </div>
  )
}
