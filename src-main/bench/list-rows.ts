import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { TicketFilter, TicketView } from '#contract/tickets'
import type { BridgeClient } from '#bench/bridge-client'
import { startProduct } from '#bench/product'
import { type Measure, quantile } from '#bench/report'
import { seedTickets } from '#bench/seed-tickets'
import { newFolder } from '#bench/workshop'

const TICKETS = 100_000
const TIMES = 40
const PAGE = 50
const VIEWS = ['open', 'mine', 'escalated', 'snoozed', 'resolved', 'all'] as const
const SEARCHES = ['checkout', 'replicationlag host 17', 'payments diskfull']

/** Lists, search, counts, status changes and the watch with a hundred thousand tickets in the store. */
export async function measureLists(): Promise<Measure[]> {
  const folder = newFolder()
  const store = join(folder, 'quarterdeck.db')
  const owner = await prepare(folder, store)
  const product = await startProduct(folder)
  const client = await product.connect()
  const file = new Sqlite(store, { timeout: 5000 })
  file.pragma('synchronous = FULL')
  const bare = createBare(file, owner)
  try {
    return [
      { what: 'start → address, with them', value: product.startMs, unit: 'ms' },
      ...(await measureViews(client, bare)),
      ...(await measureSearch(client, bare)),
      ...(await measureChanges(client, bare)),
      await measureWatch(client, bare),
    ]
  } finally {
    file.close()
    client.close()
    await product.stop()
  }
}

/** A first start makes the store; the tickets go in while nobody has it open. */
async function prepare(folder: string, store: string) {
  const product = await startProduct(folder)
  const client = await product.connect()
  const { id } = await client.api.people.me({})
  client.close()
  await product.stop()
  seedTickets(store, TICKETS, id)
  return id
}

async function timesOf(ask: (n: number) => unknown): Promise<number[]> {
  const times: number[] = []
  for (let n = -5; n < TIMES; n += 1) {
    const began = performance.now()
    await ask(n)
    if (n >= 0) times.push(performance.now() - began)
  }
  return times
}

/** Both sides at the 95th percentile: through the bridge, and the bare statement. */
async function compare(
  what: string,
  budget: number,
  ask: (n: number) => unknown,
  bare: (n: number) => unknown,
): Promise<Measure> {
  const value = quantile(await timesOf(ask), 0.95)
  const floor = { what: 'the bare SQL', value: quantile(await timesOf(bare), 0.95) }
  return { what: `${what}, p95`, value, unit: 'ms', budget, floor }
}

type Client = BridgeClient
type Bare = ReturnType<typeof createBare>

async function measureViews({ api }: Client, bare: Bare): Promise<Measure[]> {
  const lines: Measure[] = []
  for (const view of VIEWS) {
    const first = await api.tickets.list({ limit: PAGE, filter: { view } })
    // Every second page is a later one: it must cost the same.
    const ask = (n: number) =>
      api.tickets.list({ limit: PAGE, filter: { view }, cursor: n % 2 === 0 ? null : first.next })
    lines.push(await compare(`list “${view}”`, 100, ask, () => bare.list({ view })))
  }
  const filter = { view: 'open', severities: ['critical', 'high'], source: 'alertmanager' } as const
  const ask = () =>
    api.tickets.list({ limit: PAGE, filter: { ...filter, severities: [...filter.severities] } })
  lines.push(
    await compare('list “open”, filtered', 100, ask, () =>
      bare.list({ ...filter, severities: [...filter.severities] }),
    ),
  )
  const counts = () => api.tickets.counts({})
  lines.push(await compare('counts', 100, counts, bare.counts))
  return lines
}

async function measureSearch({ api }: Client, bare: Bare): Promise<Measure[]> {
  const lines: Measure[] = []
  for (const text of SEARCHES) {
    for (const view of ['open', 'all'] as const) {
      const ask = () => api.tickets.list({ limit: PAGE, filter: { view, text } })
      lines.push(
        await compare(`search “${text}” in “${view}”`, 100, ask, () => bare.list({ view, text })),
      )
    }
  }
  return lines
}

async function measureChanges({ api }: Client, bare: Bare): Promise<Measure[]> {
  const { items } = await api.tickets.list({ limit: 200, filter: { statuses: ['open'] } })
  const idOf = (n: number) => ({ id: items[n + 5]!.id })
  const change = () => bare.change()
  return [
    await compare('acknowledge', 100, (n) => api.tickets.acknowledge(idOf(n)), change),
    await compare('resolve', 100, (n) => api.tickets.resolve(idOf(n)), change),
  ]
}

async function measureWatch({ api }: Client, bare: Bare): Promise<Measure> {
  const lists: Partial<TicketFilter>[] = [
    { view: 'escalated' },
    { view: 'open', severities: ['critical'] },
    { view: 'open', statuses: ['investigating'] },
  ]
  return compare(
    'watch',
    50,
    () => api.insights.watch({}),
    () => {
      for (const filter of lists) bare.list(filter)
    },
  )
}

const CONDITIONS: Record<TicketView, string> = {
  open: 'active = 1 and (snoozed_until is null or snoozed_until <= $now)',
  mine: 'active = 1 and (snoozed_until is null or snoozed_until <= $now) and owner_id = $owner',
  escalated:
    "active = 1 and (snoozed_until is null or snoozed_until <= $now) and status = 'escalated'",
  snoozed: 'active = 1 and snoozed_until > $now',
  resolved: "status = 'resolved'",
  all: '1',
}
const ORDERS: Partial<Record<TicketView, string>> = { all: 'opened_at', resolved: 'resolved_at' }

const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(', ')

/** The same questions as statements on the same file, without Kysely, contract and bridge. */
function createBare(file: Sqlite.Database, owner: string) {
  const bare = { now: Date.now(), owner }
  return {
    list({ view = 'open', severities = [], statuses = [], text = '' }: Partial<TicketFilter>) {
      const words = text.split(' ').map((word) => `"${word}"`)
      const where = [
        CONDITIONS[view],
        severities.length > 0 && `severity in (${quoted(severities)})`,
        statuses.length > 0 && `status in (${quoted(statuses)})`,
        text !== '' &&
          `+seq in (select rowid from ticket_search where ticket_search match '${words.join(' AND ')} *')`,
      ].filter(Boolean)
      const order = ORDERS[view] ?? 'urgency'
      const rows = `from tickets where ${where.join(' and ')}`
      const page = `select id, title, status, severity, host, service, opened_at ${rows} order by ${order} desc, id desc limit ${PAGE + 1}`
      file.prepare(page).all(bare)
      if (where.length > 1) file.prepare(`select count(*) ${rows}`).get(bare)
    },
    counts() {
      file.prepare('select * from ticket_counts').all()
      file
        .prepare(
          `select status, severity, count(*) from tickets where snoozed_until > $now group by 1, 2`,
        )
        .all(bare)
    },
    /** One row, flushed to the disk. */
    change() {
      file.prepare('update tickets set updated_at = ? where seq = 1').run(Date.now())
    },
  }
}
