import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build } from 'vite'
import type { DeliveryId } from '#contract/primitives'
import { createAudit } from '#domains/audit'
import { createTickets, type Signal } from '#domains/tickets'
import { connectDatabase, type Database, transact } from '#platform/database'
import { createEvents } from '#platform/events'
import { newId } from '#platform/ids'
import { silentLog } from '#platform/log'
import { migrate } from '#platform/migrate'
import { createScheduler } from '#platform/scheduler'

const ROOT = join(import.meta.dirname, '../../..')
const TICKETS = 400
const KILLS = 6
/** Longer than a claim may be held. */
const LATER_MS = 120_000

const out = join(ROOT, 'node_modules', '.tmp', `triage-crash-${process.pid}`)
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qd-triage-'))
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: join(import.meta.dirname, 'triage-crash-child.suite.ts'),
      outDir: out,
      emptyOutDir: true,
      target: 'node24',
    },
  })
}, 60_000)
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await rm(out, { recursive: true, force: true })
})

/** A store at an address of its own, and how many consoles may share it. */
interface Place {
  readonly name: string
  readonly consoles: number
  open(): Promise<{ location: string; clear: () => Promise<void> }>
}

const peer = process.env['QD_TEST_POSTGRES']
const places: Place[] = [
  {
    name: 'SQLite',
    consoles: 1,
    open: async () => ({ location: join(folder, 'store.sqlite'), clear: async () => {} }),
  },
  ...(peer ? [{ name: 'PostgreSQL', consoles: 2, open: () => openSchema(peer) }] : []),
]

async function openSchema(url: string) {
  const schema = `qd_${randomBytes(6).toString('hex')}`
  const admin = connectDatabase(url)
  await sql`create schema ${sql.id(schema)}`.execute(admin.db)
  const address = new URL(url)
  address.searchParams.set('search_path', schema)
  return {
    location: address.href,
    async clear() {
      await sql`drop schema ${sql.id(schema)} cascade`.execute(admin.db)
      await admin.close()
    },
  }
}

describe.each(places)('triage by $consoles at once on $name', ({ consoles, open }) => {
  test(
    'looks at every ticket, and at none twice, whenever they are killed',
    { timeout: 240_000 },
    async () => {
      const { location, clear } = await open()
      const database = connectDatabase(location)
      await migrate(database)
      await openTickets(database)
      const counts = async () => {
        const { rows } = await sql<{ triage: string; n: number }>`
          select triage, count(*) as n from tickets group by triage`.execute(database.db)
        return Object.fromEntries(rows.map(({ triage, n }) => [triage, n]))
      }
      for (let kill = 0; kill < KILLS; kill++) {
        const children = Array.from({ length: consoles }, () => start(location, kill * LATER_MS))
        await Promise.all(children.map(({ stdout }) => once(stdout!, 'data')))
        await pause(15 + 25 * kill)
        for (const child of children) child.kill('SIGKILL')
        await Promise.all(children.map((child) => once(child, 'exit')))
      }
      const before = await counts()
      const last = start(location, KILLS * LATER_MS)
      const [code] = (await once(last, 'exit')) as [number]
      expect(code).toBe(0)
      console.table({ kills: KILLS * consoles, left: JSON.stringify(before) })
      expect(await counts()).toEqual({ done: TICKETS })
      const { rows } = await sql<{ lines: number; tickets: number }>`
        select lines, count(*) as tickets from (
          select count(*) as lines from ticket_timeline where kind = 'triaged' group by ticket_id
        ) as each group by lines`.execute(database.db)
      expect(rows.map(({ lines, tickets }) => [lines, tickets])).toEqual([[1, TICKETS]])
      const audit = createAudit({ database, clock: { now: Date.now } })
      expect(await audit.check()).toMatchObject({ ok: true })
      await database.close()
      await clear()
    },
  )
})

function start(location: string, ahead: number): ChildProcess {
  const program = join(out, 'triage-crash-child.suite.js')
  return spawn(process.execPath, [program, location, ROOT, String(ahead)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function openTickets(database: Database): Promise<void> {
  const clock = { now: () => Date.now() - LATER_MS }
  const scheduler = createScheduler(silentLog())
  const audit = createAudit({ database, clock })
  const people = { nameOf: async () => undefined }
  const events = createEvents()
  const tickets = createTickets({ database, clock, events, audit, people, scheduler })
  const signals = Array.from({ length: TICKETS }, (_, n): Signal => ({
    source: 'alertmanager',
    fingerprint: `f${n}`,
    state: 'firing',
    title: `Disk ${n} is full`,
    description: '',
    severity: 'high',
    service: 'checkout',
    host: `db-${n}`,
    labels: { alertname: 'DiskFull' },
    annotations: {},
    links: [],
    startsAt: clock.now(),
    endsAt: undefined,
    deliveryId: newId<DeliveryId>('dlv'),
  }))
  await transact(database.db, (tx) => tickets.takeSignals(tx, signals))
  await scheduler.stop()
}
