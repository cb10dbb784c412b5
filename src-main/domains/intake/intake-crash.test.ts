import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { build } from 'vite'
import type { DeliveryId } from '#contract/primitives'
import { anAlert } from '#platform/an-alert.suite'
import { connectDatabase } from '#platform/database'
import { migrate } from '#platform/migrate'
import type { CrashNews } from './intake-crash-child.suite'
import { ada, openWorld, send } from './intake-world.suite'

const ROOT = join(import.meta.dirname, '../../..')
const KILLS = 8
const CONNECTIONS = 16

const out = join(ROOT, 'node_modules', '.tmp', `intake-crash-${process.pid}`)
let folder: string
let store: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qd-intake-'))
  store = join(folder, 'store.sqlite')
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: join(import.meta.dirname, 'intake-crash-child.suite.ts'),
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

test(
  'a delivery that got a 2xx is there, whenever the process is killed',
  { timeout: 240_000 },
  async () => {
    /** What senders were promised: the body of each delivery by its id. */
    const promised = new Map<DeliveryId, string>()
    let sent = 0

    /** Sends one delivery after the other until the connection breaks. */
    async function sendOn(url: string): Promise<void> {
      for (;;) {
        sent += 1
        const body = JSON.stringify(anAlert({ fingerprint: `alert-${sent % 500}` }, { n: sent }))
        try {
          const answer = await send(url, body)
          if (answer.status === 202) promised.set(answer.body.delivery!, body)
        } catch {
          return
        }
      }
    }

    for (let kill = 0; kill < KILLS; kill++) {
      const { child, news } = start('serve')
      const { url } = await heard(news, 'ready')
      const before = promised.size
      const senders = Array.from({ length: CONNECTIONS }, () => sendOn(url))
      await pause(30 + 55 * kill)
      while (promised.size === before) await pause(5) // a slow machine
      child.kill('SIGKILL')
      await Promise.all(senders)
    }
    const last = start('read')
    expect(await heard(last.news, 'read')).toMatchObject({ auditOk: true })

    const database = connectDatabase(store)
    await migrate(database)
    const world = await openWorld(database)
    const lost: string[] = []
    for (const [id, body] of promised) {
      const kept = await world.intake.delivery({ id }, ada)
      if (kept.body !== body || kept.status !== 'processed' || kept.ticketIds.length !== 1)
        lost.push(id)
    }
    const tickets = await world.tickets.counts({}, ada)
    const deliveries = await world.intake.deliveries(
      { cursor: null, limit: 1, source: null, status: null },
      ada,
    )
    console.table({
      kills: KILLS,
      sent,
      promised: promised.size,
      lost: lost.length,
      kept: deliveries.total,
      tickets: tickets.all,
    })
    expect(lost).toEqual([])
    expect(promised.size).toBeGreaterThanOrEqual(KILLS)
    expect(deliveries.total).toBeGreaterThanOrEqual(promised.size)
    expect(tickets.all).toBeLessThanOrEqual(500)
    await world.close()
    await database.close()
  },
)

function start(task: string): { child: ChildProcess; news: AsyncIterator<CrashNews> } {
  const child = spawn(process.execPath, [join(out, 'intake-crash-child.suite.js'), store, task], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return { child, news: read(child) }
}

async function* read(child: ChildProcess): AsyncGenerator<CrashNews> {
  for await (const line of createInterface({ input: child.stdout! }))
    yield JSON.parse(line) as CrashNews
}

async function heard<T extends CrashNews['type']>(
  news: AsyncIterator<CrashNews>,
  type: T,
): Promise<Extract<CrashNews, { type: T }>> {
  for (;;) {
    const { value, done } = await news.next()
    if (done) throw new Error(`the child ended before it was ${type}`)
    if (value.type === type) return value as Extract<CrashNews, { type: T }>
  }
}
