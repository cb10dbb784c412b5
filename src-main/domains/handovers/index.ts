import type { Handover } from '#contract/handovers'
import type { TicketId } from '#contract/primitives'
import type { Ticket } from '#contract/tickets'
import type { Triage } from '#contract/triage'
import type { Changes } from '#domains/changes'
import type { Runs } from '#domains/runs'
import type { Tickets } from '#domains/tickets'
import type { TriageDomain } from '#domains/triage'
import type { Caller, Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { stuckStep, toAttempted } from './attempted'
import { toMarkdown } from './handover-markdown'

// What the next person on a ticket needs, put together from what the other domains know. Owns no table.
export type Handovers = Serves<'handovers'>

interface Needs {
  clock: Clock
  tickets: Tickets
  runs: Runs
  triage: Pick<TriageDomain, 'get'>
  changes: Pick<Changes, 'before'>
}

/** Older runs are counted; a page that nobody reads to its end hands nothing over. */
const SHOWN = 10

export function createHandovers(needs: Needs): Handovers {
  const { clock, tickets, triage, changes } = needs
  return {
    async get({ ticketId }, caller) {
      const ticket = await tickets.get({ id: ticketId }, caller)
      const [firingSince, tried, verdict, before] = await Promise.all([
        tickets.firingSince(ticketId),
        lookAtRuns(needs, ticketId, caller),
        triage.get({ ticketId }, caller),
        changes.before({ ticketId }, caller),
      ])
      const facts = toFacts(ticket, firingSince ?? null, clock.now())
      const page = { ...facts, ...tried }
      return { ...page, markdown: toMarkdown(page, aroundOf(ticket, verdict), before) }
    },
  }
}

async function lookAtRuns({ runs }: Needs, ticketId: TicketId, caller: Caller) {
  const page = { view: 'all', ticketId, cursor: null, limit: SHOWN } as const
  const { items, total } = await runs.list(page, caller)
  const whole = items.map(async ({ id }) => {
    const run = await runs.get({ id }, caller)
    const stuck = stuckStep(run)
    return toAttempted(run, stuck ? await runs.lastWords(id, stuck.index) : '')
  })
  return { attempts: await Promise.all(whole), earlier: total - items.length }
}

type Facts = Omit<Handover, 'attempts' | 'earlier' | 'markdown'>

function toFacts(ticket: Ticket, firingSince: number | null, madeAt: number): Facts {
  const { id: ticketId, title, status, severity, escalation, occurrences } = ticket
  return { ticketId, title, status, severity, escalation, occurrences, firingSince, madeAt }
}

function aroundOf(ticket: Ticket, triage: Triage | null) {
  const { source, service, host, description, links } = ticket
  return { source, service, host, description, links, causes: triage?.causes ?? [] }
}
