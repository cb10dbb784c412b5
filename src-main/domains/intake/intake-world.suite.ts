import { request } from 'node:http'
import { Refusal } from '#contract'
import type { DeliveryId, OperatorId } from '#contract/primitives'
import { TicketFilter } from '#contract/tickets'
import { createAudit } from '#domains/audit'
import { createChanges } from '#domains/changes'
import { createCredentials } from '#domains/credentials'
import { createScreening } from '#domains/screening'
import { createTickets, type Tickets } from '#domains/tickets'
import type { Caller } from '#platform/caller'
import type { Database } from '#platform/database'
import { createEvents } from '#platform/events'
import { newId } from '#platform/ids'
import { type Log, silentLog } from '#platform/log'
import { createMasking } from '#platform/masking'
import { createScheduler } from '#platform/scheduler'
import { createIntake } from '.'

const operator = { id: newId<OperatorId>('opr'), name: 'Ada', role: 'operator' as const }
export const ada: Caller = { operator, signal: new AbortController().signal }
export const viewer: Caller = { ...ada, operator: { ...operator, role: 'viewer' } }

interface Wish {
  readonly log?: Log
  readonly clock?: { now(): number }
  readonly takeSignals?: (tickets: Tickets) => Tickets['takeSignals']
  /** What the setting says; it may change while the world stands. */
  readonly settings?: { intakePort: number; keepDeliveriesDays: number; keepDeliveries: number }
  /** Certificates and subscriptions by address; what is not there cannot be reached. */
  readonly outside?: ReadonlyMap<string, string>
  /** May the vault be opened now? Default: always. */
  readonly vaultOpen?: () => boolean
}

/** Intake with all that it stands on, real but for the clock. */
export async function openWorld(database: Database, wish: Wish = {}) {
  const { log = silentLog(), clock = { now: () => Date.now() } } = wish
  const events = createEvents()
  const scheduler = createScheduler(log)
  const audit = createAudit({ database, clock })
  const ground = { database, clock, events, audit, log, scheduler }
  const tickets = createTickets({ ...ground, people: { nameOf: async () => 'Ada' } })
  const settings = wish.settings ?? {
    intakePort: 0,
    keepDeliveriesDays: 30,
    keepDeliveries: 1_000_000,
  }
  const visited: string[] = []
  const credentials = await createCredentials({
    ...ground,
    masking: createMasking(),
    tier: 'memory',
    console: 'ada@desk',
  })
  const changes = createChanges({ ...ground, ticketFacts: async () => undefined })
  const screening = await createScreening({
    ...ground,
    people: { nameOf: async () => 'Ada' },
    tickets,
    kindOf: (source) => intake.kindOf(source),
    pastSignals: (since) => intake.pastSignals(since),
  })
  const intake = createIntake({
    ...ground,
    settings: { current: () => settings },
    tickets: wish.takeSignals ? { ...tickets, takeSignals: wish.takeSignals(tickets) } : tickets,
    screening,
    changes,
    version: '0.0.0-test',
    credentials: {
      ...credentials,
      async lease(id, purpose) {
        if (wish.vaultOpen?.() === false) throw new Refusal('vault_locked', 'The vault is locked.')
        return credentials.lease(id, purpose)
      },
    },
    egress: {
      async fetch({ url: { href } }) {
        visited.push(href)
        const text = wish.outside?.get(href)
        if (text === undefined) throw new Refusal('unreachable', 'There is no network.')
        return { status: 200, headers: {}, body: Buffer.from(text) }
      },
    },
  })
  const list = { cursor: null, limit: 200 }
  return {
    events,
    audit,
    tickets,
    changes,
    screening,
    intake,
    /** What was asked for outside, in order. */
    visited,
    async close() {
      await intake.stop()
      await screening.stop()
      await scheduler.stop()
    },
    /** The address of a source, with its token. */
    async urlOf(name: string): Promise<string> {
      const sources = await intake.sources({}, ada)
      return sources.find((source) => source.name === name)!.url
    },
    async openTickets() {
      const filter = TicketFilter.parse({ view: 'all' })
      return (await tickets.list({ ...list, filter }, ada)).items
    },
    async deliveries(status: 'dead' | 'stored' | null = null) {
      return (await intake.deliveries({ ...list, source: null, status }, ada)).items
    },
    /** Ends when no delivery waits to be read. */
    async quiet(): Promise<void> {
      while ((await this.deliveries('stored')).length > 0)
        await new Promise((resolve) => void setTimeout(resolve, 2))
    },
  }
}
export type World = Awaited<ReturnType<typeof openWorld>>

/** What `send` is answered. */
export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: {
    readonly delivery?: DeliveryId
    readonly status?: string
    readonly message?: string
  }
}

/** What a page of the listener says. */
export async function anyBody(url: string): Promise<unknown> {
  return (await fetch(url)).json()
}

/** A request as it is: with any header that `fetch` would not send, such as a false `Host`. */
export function send(
  url: string,
  body: string | Uint8Array | object,
  { method = 'POST', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answered> {
  const bytes = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { method, headers: { 'content-type': 'application/json', ...headers } },
      (incoming) => {
        const parts: Buffer[] = []
        incoming.on('data', (part: Buffer) => parts.push(part))
        incoming.on('end', () => {
          const text = Buffer.concat(parts).toString()
          const isJson = /json/.test(incoming.headers['content-type'] ?? '')
          const answered = isJson && text !== '' ? (JSON.parse(text) as Answered['body']) : {}
          resolve({ status: incoming.statusCode!, headers: incoming.headers, body: answered })
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(bytes)
  })
}
