import { useQuery } from '@tanstack/react-query'
import { useCallback, useDeferredValue, useMemo } from 'react'
import type { TicketSummary } from '#contract/tickets'
import { Button } from '#ui/button'
import { EmptyState } from '#ui/empty-state'
import { ErrorState } from '#ui/error-state'
import { AppLink, paths } from '#ui/links'
import { useNow } from '#ui/relative-time'
import { ListSkeleton } from '#ui/skeleton'
import { useDensity } from '#ui/theme'
import { VirtualList } from '#ui/virtual-list'
import { useInboxView } from './inbox-store'
import { ticketQueries } from './ticket-queries'
import { TicketRow } from './ticket-row'
import { stateWords } from './ticket-words'
import type { useTicketPages } from './use-ticket-pages'

const ROW = { compact: 46, normal: 60, relaxed: 68 }

interface TicketListProps {
  pages: ReturnType<typeof useTicketPages>
  chosen: string | null
  onChoose: (id: string) => void
}

/** The tickets of the view, however many there are. */
export function TicketList({ pages, chosen, onChoose }: TicketListProps) {
  const density = useDensity()
  const describe = useStateWords()
  const renderRow = useCallback(
    (ticket: TicketSummary) => <TicketRow ticket={ticket} state={describe(ticket)} />,
    [describe],
  )
  const { rows, total, isLoading } = useDrawn(pages)
  const { error } = pages
  if (error !== null && rows.length === 0) {
    return (
      <ErrorState
        compact
        error={error}
        kept="No ticket is lost: they are in the store."
        onRetry={pages.retry}
      />
    )
  }
  if (isLoading) return <ListSkeleton rows={9} label="Reading the tickets" />
  if (rows.length === 0) return <NoTickets />
  return (
    <div
      className={pages.isStale ? 'min-h-0 flex-1 opacity-60 transition-opacity' : 'min-h-0 flex-1'}
    >
      <VirtualList
        label="Tickets"
        items={rows}
        total={total}
        getKey={(ticket) => ticket.id}
        rowHeight={ROW[density]}
        selectedKey={chosen}
        onSelect={(ticket) => onChoose(ticket.id)}
        onNearEnd={pages.loadMore}
        renderRow={renderRow}
        footer={
          pages.isMoreLoading && <p className="px-4 py-2 text-small text-muted">Reading more…</p>
        }
      />
    </div>
  )
}

/** What came in, drawn in pieces between frames: a screenful of rows is too much for one. */
function useDrawn({ rows, total, isLoading }: TicketListProps['pages']) {
  return useDeferredValue(useMemo(() => ({ rows, total, isLoading }), [rows, total, isLoading]))
}

/** Where each ticket stands, from the runs and approvals that are under way. */
function useStateWords() {
  const now = useNow(30_000)
  const me = useQuery(ticketQueries.me()).data?.id
  const runs = useQuery(ticketQueries.activeRuns()).data
  const waiting = useQuery(ticketQueries.waiting()).data
  return useMemo(() => {
    const asked = new Set((waiting?.items ?? []).map((approval) => approval.ticketId))
    const byTicket = new Map((runs?.items ?? []).map((run) => [run.ticketId, run]))
    return (ticket: Parameters<typeof stateWords>[0]) =>
      stateWords(ticket, { now, me, isWaiting: asked.has(ticket.id), run: byTicket.get(ticket.id) })
  }, [now, me, runs, waiting])
}

function NoTickets() {
  const { view, severities, text, clear } = useInboxView()
  if (severities.length > 0 || text !== '') {
    return (
      <EmptyState
        compact
        title="No ticket matches"
        actions={<Button onClick={clear}>Show all open tickets</Button>}
      >
        All words have to be there; the last one may be a beginning.
      </EmptyState>
    )
  }
  if (view === 'open') {
    return (
      <EmptyState
        compact
        title="Nothing is open"
        actions={<AppLink href={paths.start()}>Connect a source</AppLink>}
      >
        New alerts show up here by themselves, triaged, with the most severe first.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      compact
      title={EMPTY[view]}
      actions={<Button onClick={clear}>Show open tickets</Button>}
    />
  )
}

const EMPTY = {
  mine: 'No open ticket is yours',
  escalated: 'Nothing is escalated',
  snoozed: 'Nothing is snoozed',
  resolved: 'Nothing was resolved yet',
  all: 'There is no ticket yet',
}
