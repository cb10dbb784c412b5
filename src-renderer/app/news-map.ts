import type { QueryKey } from '@tanstack/react-query'
import type { AppEvents } from '#contract'

/** What is on the Watch screen depends on nearly everything. */
const WATCH: QueryKey = ['insights', 'watch']

type Stale = { [Name in keyof AppEvents]?: (payload: AppEvents[Name]) => readonly QueryKey[] }

const STALE: Stale = {
  'tickets.changed': ({ ids }) => [
    WATCH,
    ['tickets', 'counts'],
    ...ids.flatMap((id): QueryKey[] => [
      ['tickets', 'get', { id }],
      ['tickets', 'timeline', { id }],
      ['handovers', 'get', { ticketId: id }],
    ]),
    // Short lists, such as the next ones on the watch; the inbox has its own (`ticket-pages`).
    ['tickets', 'list'],
  ],
  'changes.changed': () => [['changes']],
  'triage.settled': ({ ticketId }) => [WATCH, ['triage'], ['tickets', 'get', { id: ticketId }]],
  'approvals.changed': () => [WATCH, ['approvals'], ['runs']],
  'runs.changed': () => [WATCH, ['runs'], ['approvals'], ['tickets', 'timeline'], ['handovers']],
  'quality.changed': () => [['quality']],
  'runbooks.changed': () => [['runbooks'], ['revisions'], ['plans']],
  'connections.changed': () => [['connections'], ['plans']],
  'credentials.changed': () => [WATCH, ['credentials'], ['connections']],
  'intake.received': () => [
    WATCH,
    ['intake', 'listener'],
    ['intake', 'sources'],
    ['intake', 'deliveries'],
  ],
  'intake.changed': () => [WATCH, ['intake']],
  'pulls.changed': () => [['pulls']],
  'screening.changed': () => [['screening']],
  'egress.changed': () => [['egress']],
  'demo.changed': () => [['demo']],
  'policies.changed': () => [['policies'], ['plans'], WATCH],
  'people.changed': () => [['people'], ['approvals']],
  'settings.changed': () => [['settings'], ['approvals'], ['intake', 'listener']],
}

/** The pieces of news that make something stale. */
export const REFRESHING = Object.keys(STALE) as readonly (keyof AppEvents)[]

/**
 * The beginnings of query keys `[domain, call, input]` that a piece of news makes stale. Pages of the inbox are not
 * among them: the inbox brings itself up to date row by row, so that a scrolled list does not jump.
 */
export function staleAfter<Name extends keyof AppEvents>(
  name: Name,
  payload: AppEvents[Name],
): readonly QueryKey[] {
  return STALE[name]?.(payload) ?? []
}
