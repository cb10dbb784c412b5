import { useQuery } from '@tanstack/react-query'
import { api } from '#api'
import type { Ticket } from '#contract/tickets'
import { useCommand } from '#ui/command'
import { clockTime } from '#ui/relative-time'
import { severityWord } from '#ui/severity'
import { ticketQueries } from './ticket-queries'

/** Every order about a ticket, each with what its toast says and how it is taken back. */
export function useTicketCommands(ticket: Ticket) {
  const { id } = ticket
  const refresh = [
    ['tickets', 'get', { id }],
    ['tickets', 'timeline', { id }],
    ['tickets', 'counts'],
  ]
  const me = useQuery(ticketQueries.me()).data
  const acknowledge = useCommand(api.tickets.acknowledge, {
    done: 'Acknowledged',
    failed: 'It was not acknowledged',
    refresh,
  })
  const assign = useCommand(api.tickets.assign, {
    done: ({ ownerName }) =>
      ownerName === null ? 'Given back: it is nobody’s now' : `With ${ownerName} now`,
    failed: 'The owner was not changed',
    undo: () => void restoreOwner(),
    refresh,
  })
  const restoreOwner = () => api.tickets.assign({ id, ownerId: ticket.ownerId })
  return {
    me,
    acknowledge,
    assign,
    ...useMoveCommands(ticket, refresh),
    ...useSettingCommands(ticket, refresh),
  }
}

type Refresh = readonly (readonly unknown[])[]

function useMoveCommands({ id }: Ticket, refresh: Refresh) {
  const reopen = useCommand(api.tickets.reopen, {
    done: 'Reopened',
    failed: 'It was not reopened',
    refresh,
  })
  const back = () => reopen.mutate({ id, reason: 'taken back' })
  return {
    reopen,
    resolve: useCommand(api.tickets.resolve, {
      done: 'Resolved',
      failed: 'It was not resolved',
      undo: back,
      refresh,
    }),
    close: useCommand(api.tickets.close, {
      done: 'Closed',
      failed: 'It was not closed',
      undo: back,
      refresh,
    }),
    escalate: useCommand(api.tickets.escalate, {
      done: 'Escalated',
      failed: 'It was not escalated',
      undo: back,
      refresh,
    }),
  }
}

function useSettingCommands({ id, severity, snoozedUntil }: Ticket, refresh: Refresh) {
  return {
    snooze: useCommand(api.tickets.snooze, {
      done: (ticket) =>
        ticket.snoozedUntil === null
          ? 'Awake again'
          : `Snoozed until ${clockTime(ticket.snoozedUntil).slice(0, 5)}`,
      failed: 'It was not snoozed',
      undo: () => void api.tickets.snooze({ id, until: snoozedUntil }),
      refresh,
    }),
    setSeverity: useCommand(api.tickets.setSeverity, {
      done: (ticket) => `${severityWord(ticket.severity)} now, and triage will not change it`,
      failed: 'The severity was not changed',
      undo: () => void api.tickets.setSeverity({ id, severity }),
      refresh,
    }),
    declareIncident: useCommand(api.tickets.declareIncident, {
      done: 'Declared an incident',
      failed: 'It was not declared an incident',
      refresh,
    }),
  }
}
