import type { SourceKind } from '#contract/intake'
import type { DeliveryId, OperatorId } from '#contract/primitives'
import { type Condition, RuleDraft } from '#contract/screening'
import { TicketFilter } from '#contract/tickets'
import { createAudit } from '#domains/audit'
import { type Arrival, createTickets, type Reception, type Signal } from '#domains/tickets'
import type { Caller } from '#platform/caller'
import { type Database, transact } from '#platform/database'
import { createEvents } from '#platform/events'
import { newId } from '#platform/ids'
import { silentLog } from '#platform/log'
import { createScheduler } from '#platform/scheduler'
import { createScreening, type Screened } from '.'

const { signal } = new AbortController()
const asRole = (name: string, role: Caller['operator']['role']): Caller => ({
  operator: { id: newId<OperatorId>('opr'), name, role },
  signal,
})
export const admin = asRole('Ada', 'admin')
export const operator = asRole('Otto', 'operator')
export const eve = asRole('Eve', 'operator')

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
/** A Thursday. */
export const NOON = Date.UTC(2026, 0, 1, 12)

export interface Clock {
  at: number
}

export function aSignal(parts: Partial<Signal> & { startsAt: number }): Signal {
  return {
    source: 'alertmanager',
    fingerprint: 'f1',
    state: 'firing',
    title: 'Disk is full on db-2',
    description: '',
    severity: 'high',
    service: 'checkout',
    host: 'db-2',
    labels: {},
    annotations: {},
    links: [],
    endsAt: undefined,
    deliveryId: newId<DeliveryId>('dlv'),
    ...parts,
  }
}

export const aRule = (
  kind: RuleDraft['kind'],
  params: object,
  match: Condition[] = [],
  more: object = {},
): RuleDraft => RuleDraft.parse({ name: `a ${kind}`, kind, match, params, ...more })

export const only = (field: string, value: string, is: Condition['is'] = 'equal'): Condition => ({
  field,
  is,
  value,
})

/** Screening with the tickets it stands on, and what intake does with both. */
export async function openWorld(database: Database, clock: Clock) {
  const now = { now: () => clock.at }
  const log = silentLog()
  const scheduler = createScheduler(log)
  const ground = { database, clock: now, events: createEvents(), log, scheduler }
  const audit = createAudit({ database, clock: now })
  const names = new Map([admin, operator, eve].map((one) => [one.operator.id, one.operator.name]))
  const people = { nameOf: async (id: OperatorId) => names.get(id) }
  const tickets = createTickets({ ...ground, audit, people })
  const kinds = new Map<string, SourceKind>([
    ['alertmanager', 'alertmanager'],
    ['pager', 'pagerduty'],
    ['errors', 'sentry'],
  ])
  const past: Signal[] = []
  const screening = await createScreening({
    ...ground,
    audit,
    people,
    tickets,
    kindOf: (source) => kinds.get(source),
    async *pastSignals() {
      yield* past.toReversed()
    },
  })
  const list = { cursor: null, limit: 100 }
  return {
    audit,
    tickets,
    screening,
    past,
    says: (parts: Partial<Signal> = {}) =>
      aSignal({ startsAt: clock.at, receivedAt: clock.at, ...parts }),
    /** As intake does. */
    take(
      ...signals: Signal[]
    ): Promise<{ screened: Screened; reception: Reception | undefined }[]> {
      return transact(database.db, async (tx) => {
        const screened = await screening.screen(tx, signals)
        const passing = signals.flatMap((one, n): Arrival[] => {
          const { verdict, trace: _, ...wishes } = screened[n]!
          return verdict === 'pass' ? [{ ...one, ...wishes }] : []
        })
        const receptions = await tickets.takeSignals(tx, passing)
        const steps = await screening.follow(tx, passing, receptions)
        return signals.map((_, n) => {
          if (screened[n]!.verdict === 'held')
            return { screened: screened[n]!, reception: undefined }
          const at = screened.slice(0, n).filter(({ verdict }) => verdict === 'pass').length
          const trace = [...screened[n]!.trace, ...steps[at]!]
          return { screened: { ...screened[n]!, trace }, reception: receptions[at] }
        })
      })
    },
    addRule: (draft: RuleDraft) => screening.addRule({ draft }, admin),
    async openTickets() {
      const filter = TicketFilter.parse({ view: 'all' })
      return (await tickets.list({ ...list, filter }, admin)).items
    },
    async held() {
      return (await screening.held(list, admin)).items
    },
    async close() {
      await screening.stop()
      await scheduler.stop()
    },
  }
}
export type World = Awaited<ReturnType<typeof openWorld>>

/** In an order in which no row is missed by another. */
export const TABLES = [
  'tickets',
  'ticket_search',
  'ticket_timeline',
  'ticket_counts',
  'ticket_outcomes',
  'audit_entries',
  'audit_head',
  'held_signals',
  'signal_occurrences',
  'ticket_groups',
  'ticket_group_members',
]
