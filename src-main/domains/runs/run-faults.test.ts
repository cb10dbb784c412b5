import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build } from 'vite'
import { sshdMissing } from '#peers/sshd'
import { connectDatabase } from '#platform/database'
import { migrate } from '#platform/migrate'
import { createRandom, type Random, writeBooks } from './run-faults-books.suite'
import type { Fault, FaultNews, Life, Planned } from './run-faults-child.suite'
import { type FaultCounts, readLedger } from './run-faults-ledger.suite'
import {
  type FaultStore,
  type Hosts,
  openHosts,
  openPostgres,
  openSqlite,
  placeBooks,
} from './run-faults-peers.suite'
import { openFolder, openWorld } from './run-world.suite'

/** At least so many on each store; `QD_FAULTS` asks for more, and `QD_FAULTS_SEED` for the same ones again. */
const FAULTS = Number(process.env['QD_FAULTS'] ?? 30)
const SEED = Number(process.env['QD_FAULTS_SEED'] ?? Date.now() % 1_000_000)
const RUNS = 6
const LIVES = 20
/** How a console ends that found no store to start with. */
const NOT_STARTED = 75
const ROOT = join(import.meta.dirname, '../../..')
const url = process.env['QD_TEST_POSTGRES']

const EVERYWHERE: Fault[] = [
  'sshd killed',
  'SSH sessions killed',
  'clock a day ahead',
  'clock an hour back',
  'output disk full',
]
const STORES = [
  { name: 'SQLite', open: openSqlite, faults: [...EVERYWHERE, 'store full'] as Fault[] },
  ...(url
    ? [
        {
          name: 'PostgreSQL',
          open: () => openPostgres(url),
          faults: [...EVERYWHERE, 'store connections ended', 'store lines cut'] as Fault[],
        },
      ]
    : []),
]

/** Each has its turn as the place where the console is killed; in between it dies wherever it happens to be. */
const BORDERS = [
  'in run.started',
  'after run.started',
  'in run.frozen',
  'in approval.requested',
  'after run.asked',
  'in approval.approved',
  'after approval.approved',
  'in run.answered',
  'in approval.used',
  'in run.dispatched',
  'after run.dispatched',
  'before the target',
  'at its output',
  'after the target',
  'in run.finished',
  'after run.finished',
  'in run.timer',
  'in run.completed',
  'in run.ticked',
  'in run.condition',
  'in run.notified',
  'in run.restarted',
  'in run.decided',
  'in run.retried',
  'in run.undo_wanted',
  'after run.undo_wanted',
]

describe.skipIf(sshdMissing)('a console to which everything happens', () => {
  const out = join(ROOT, 'node_modules', '.tmp', `faults-${process.pid}`)
  let hosts: Hosts

  beforeAll(async () => {
    hosts = await openHosts()
    await build({
      root: ROOT,
      configFile: false,
      logLevel: 'error',
      build: {
        ssr: join(import.meta.dirname, 'run-faults-child.suite.ts'),
        outDir: out,
        emptyOutDir: true,
        target: 'node24',
      },
    })
  }, 60_000)
  afterAll(async () => {
    await hosts.close()
    await rm(out, { recursive: true, force: true })
  })

  test(
    'runs no step twice, loses none, and asks about what nobody can know',
    { timeout: 300_000 + FAULTS * 5000 },
    async () => {
      console.log(`seed ${SEED}`)
      const news: FaultNews[] = []
      const sums: FaultCounts[] = []
      for (const store of STORES)
        for (const began = injected(news); injected(news) - began < FAULTS;) {
          const random = createRandom(SEED + sums.length)
          sums.push(await oneRound(store, random, sums.length, news))
        }
      const total = (key: keyof FaultCounts) => sums.reduce((sum, one) => sum + one[key], 0)
      const faults = news.filter((one) => one.type === 'fault')
      const byKind = Map.groupBy(faults, ({ fault }) => fault)
      const borders = new Set(faults.map(({ fault, point }) => `${fault} ${point}`))
      console.table({
        'faults injected': faults.length,
        ...Object.fromEntries([...byKind].map(([fault, all]) => [`  ${fault}`, all.length])),
        '  at different borders': borders.size,
        runs: total('runs'),
        'steps that ran': total('steps'),
        'steps run twice': total('twice'),
        'steps lost': total('lost'),
        'unknowns asked': total('asked'),
        '  of them had happened': news.filter((one) => one.type === 'unknown' && one.happened)
          .length,
        'unknowns not asked': total('notAsked'),
        'approvals used twice': total('usedTwice'),
      })
      const problems = news.flatMap((one) => (one.type === 'problem' ? [one.what] : []))
      console.log('what the operator heard meanwhile', Object.fromEntries(countEach(problems)))
      const wrong = { twice: total('twice'), lost: total('lost') }
      const silent = { notAsked: total('notAsked'), usedTwice: total('usedTwice') }
      expect({ ...wrong, ...silent }).toEqual({ twice: 0, lost: 0, notAsked: 0, usedTwice: 0 })
      const bugs = news.filter(
        (one) => one.type === 'problem' && /^(TypeError|RangeError)/.test(one.what),
      )
      expect(bugs).toEqual([])
      expect(faults.length).toBeGreaterThanOrEqual(FAULTS * STORES.length)
    },
  )

  /** Some runs on a store and targets of their own, until all of them are at rest. */
  async function oneRound(
    { open, faults }: (typeof STORES)[number],
    random: Random,
    turn: number,
    news: FaultNews[],
  ): Promise<FaultCounts> {
    const folder = await openFolder()
    const store = await open(folder.path)
    const books = writeBooks(random, RUNS, folder.marks)
    placeBooks(folder.path, [...books, ...books.flatMap(({ parts }) => parts)])
    await furnish(store, folder.path)
    try {
      for (let life = 0; ; life += 1) {
        const plan = life < LIVES ? planOf(random, faults, turn * LIVES + life) : []
        const died = await live(
          { location: store.location, folder: folder.path, plan },
          store,
          news,
        )
        if (!died) break
      }
      expect(news.findLast(({ type }) => type === 'done')).toMatchObject({ auditOk: true })
      return await readLedger(store.location, books, await folder.marked())
    } finally {
      await store.close()
      await folder.remove()
    }
  }

  /** Connections to the hosts, their keys accepted. */
  async function furnish({ location }: FaultStore, folder: string): Promise<void> {
    const database = connectDatabase(location)
    await migrate(database)
    const world = await openWorld(database, folder)
    const of = { kind: 'ssh', port: hosts.sshd.port, username: hosts.sshd.username } as const
    for (const [name, host] of hosts.hosts) {
      const tags = name === 'far' ? [] : ['webs']
      const draft = { name, host, ...of, auth: 'agent', credentialId: null, tags } as const
      const { id } = await world.connections.create({ ...draft, tags }, world.caller)
      await world.connections.trustHostKey({ id, hostKey: hosts.sshd.hostKey }, world.caller)
    }
    await world.close()
    await database.close()
  }

  /** Lives until it is done or dead; true when it died. */
  function live(life: Life, store: FaultStore, news: FaultNews[]): Promise<boolean> {
    const child = spawn(
      process.execPath,
      [join(out, 'run-faults-child.suite.js'), JSON.stringify(life)],
      {
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
        env: { ...process.env, SSH_AUTH_SOCK: hosts.agent },
      },
    )
    createInterface({ input: child.stdout! }).on('line', (line) => {
      news.push(JSON.parse(line) as FaultNews)
    })
    child.on('message', async (fault: Fault) => {
      await outside(fault, store)
      if (child.connected) child.send('done', () => {})
    })
    return new Promise((resolve, reject) => {
      child.once('close', (code, signal) => {
        if (signal === 'SIGKILL' || code === NOT_STARTED) resolve(true)
        else if (code === 0) resolve(false)
        else reject(new Error(`the console ended with ${String(code ?? signal)}; seed ${SEED}`))
      })
    })
  }

  async function outside(fault: Fault, store: FaultStore): Promise<void> {
    if (fault === 'sshd killed') await hosts.sshd.crash()
    if (fault === 'SSH sessions killed') hosts.sshd.cutConnections()
    if (fault === 'store lines cut') store.cutLines()
    if (fault === 'store connections ended') await store.endBackends()
    await pause(1)
  }
})

const countEach = (words: readonly string[]) =>
  [...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length] as const)

const injected = (news: readonly FaultNews[]) => news.filter(({ type }) => type === 'fault').length

/** Some faults that it survives, and one that it does not. */
function planOf(random: Random, faults: readonly Fault[], turn: number): Planned[] {
  const survived = random.shuffled(faults).slice(0, 3)
  const isAnywhere = turn % 3 === 2
  const border = BORDERS[(turn - Math.floor(turn / 3)) % BORDERS.length]!
  return [
    ...survived.map((fault) => ({
      fault,
      after: random.below(fault === 'output disk full' ? 10 : 60),
      at: fault === 'output disk full' ? 'before the target' : '',
    })),
    isAnywhere
      ? { fault: 'console killed', after: random.below(150), at: '' }
      : { fault: 'console killed', after: random.below(4), at: border },
  ]
}
