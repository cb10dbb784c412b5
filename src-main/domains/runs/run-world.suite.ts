import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Approval } from '#contract/approvals'
import type { DeliveryId, RunbookId, RunId, TicketId } from '#contract/primitives'
import type { Run, StepStatus } from '#contract/runs'
import { createApprovals } from '#domains/approvals'
import { type Audit, createAudit } from '#domains/audit'
import { type Connections, createConnections } from '#domains/connections'
import { createCredentials } from '#domains/credentials'
import { createPeople } from '#domains/people'
import { createPlans } from '#domains/plans'
import { decide, type Policies, type Policy } from '#domains/policies'
import { createQuality } from '#domains/quality'
import { classify } from '#domains/risk'
import { createRunbooks } from '#domains/runbooks'
import { createSettings } from '#domains/settings'
import { createTickets, type Signal } from '#domains/tickets'
import { createDatabases } from '#domains/databases'
import { createEgress } from '#domains/egress'
import { createLocal } from '#domains/local'
import { createOpenssh } from '#domains/openssh'
import { createSsh } from '#domains/ssh'
import { createWeb } from '#domains/web'
import type { Caller } from '#platform/caller'
import { systemClock } from '#platform/clock'
import { afterCommit, type Database, transact } from '#platform/database'
import { createEvents } from '#platform/events'
import { silentLog } from '#platform/log'
import { createMasking } from '#platform/masking'
import { newId } from '#platform/ids'
import { createScheduler } from '#platform/scheduler'
import { createRuns } from '.'

const startProgram = () => {
  throw new Error('No program is started here')
}

/**
 * A console that works: every domain below runs is the real one, steps run on this machine. `reached` is told of the
 * points at which a process may die.
 */
export async function openWorld(
  database: Database,
  folder: string,
  reached: (point: string) => void | Promise<void> = () => {},
  console = 'ada@desk',
) {
  const log = silentLog()
  let skew = 0
  const clock = { now: () => systemClock.now() + skew }
  const events = createEvents()
  const masking = createMasking()
  const scheduler = createScheduler(log)
  const platform = { database, clock, events, log, masking, scheduler, console }
  const realAudit = createAudit(platform)
  const audit: Audit = {
    ...realAudit,
    async record(tx, ...facts) {
      await realAudit.record(tx, ...facts)
      const action = facts.at(-1)?.action
      if (action === undefined) return
      afterCommit(tx, () => void reached(`after ${action}`))
      await reached(`in ${action}`)
    },
  }
  const below = { ...platform, audit }
  const people = await createPeople({ ...below, account: 'ada' })
  const tickets = createTickets({ ...below, people })
  const settings = await createSettings(below)
  const caller: Caller = { operator: people.current(), signal: new AbortController().signal }
  await settings.govern({ singleOperator: true }, caller) // one alone approves what they ask for
  const credentials = await createCredentials({ ...below, tier: 'memory' })
  const openssh = createOpenssh({ home: '/nonexistent', machineFolder: '/nonexistent' })
  const egress = await createEgress({
    ...below,
    settings: { current: () => ({ offline: false }) },
    console: 'ada@desk',
  })
  const connectors = {
    local: createLocal(below),
    ssh: createSsh({ ...below, credentials, openssh }),
    ...createDatabases({ ...below, credentials, startProgram }),
    http: createWeb({ ...below, credentials, egress }),
  }
  const real = await createConnections({ ...below, credentials, connectors, openssh })
  let isRemote = false
  const connections: Connections = {
    ...real,
    /** The sleep of a machine concerns lines to others; here there is only this one, under another kind. */
    toTarget: (connection) => ({
      ...real.toTarget(connection),
      ...(isRemote && { kind: 'ssh' as const }),
    }),
    async perform(given, how) {
      const action = isRemote
        ? { ...given, target: { ...given.target, kind: 'local' as const } }
        : given
      await reached('before the target')
      const outcome = await real.perform(action, {
        ...how,
        onOutput(channel, text) {
          void reached('at its output')
          how.onOutput(channel, text)
        },
      })
      await reached('after the target')
      return outcome
    },
  }
  const folders = { resources: join(folder, 'resources'), dataFolder: join(folder, 'data') }
  await mkdir(join(folders.resources, 'runbooks'), { recursive: true })
  const runbooks = await createRunbooks({ ...platform, ...folders, classify })
  let rules: Policy = { state: 'none' }
  const policies: Pick<Policies, 'decide'> = {
    decide: (subject) => decide(rules, { ...subject, at: clock.now() }),
  }
  const plans = createPlans({ runbooks, tickets, connections, classify, policies, people })
  const approvals = createApprovals({ ...below, people, settings, explain: connections.explain })
  const quality = createQuality({ ...below, runbooks })
  const needs = { ...below, tickets, plans, approvals, quality, connections, ...folders }
  const limits = { inStore: 4096, atMost: 16_384, batchMs: 5 }
  const runs = createRuns({ ...needs, graceMs: 200, outputLimits: limits })
  const get = (id: RunId) => runs.get({ id }, caller)

  function startBook(name: string, ticketId: TicketId | null = null, dryRun = false): Promise<Run> {
    return Promise.resolve(
      runs.start({ runbookId: name as RunbookId, ticketId, inputs: {}, dryRun }, caller),
    )
  }
  async function writeBook(name: string, markdown: string): Promise<void> {
    await writeFile(join(folders.resources, 'runbooks', `${name}.md`), markdown)
    await runbooks.reload({}, caller)
  }
  async function waiting(): Promise<Approval[]> {
    const page = { view: 'waiting', cursor: null, limit: 200 } as const
    return (await approvals.list(page, caller)).items
  }

  return {
    /** The organisation's rules from now on. */
    govern: (next: Policy) => void (rules = next),
    runs,
    approvals,
    quality,
    runbooks,
    connections,
    audit,
    events,
    caller,
    tickets,
    get,
    /** What the source says now; answers the ticket's id. */
    async alert(state: Signal['state']): Promise<TicketId> {
      const signal = {
        ...ALERT,
        state,
        startsAt: clock.now(),
        deliveryId: newId<DeliveryId>('dlv'),
      }
      const endsAt = state === 'resolved' ? clock.now() : undefined
      const [first] = await transact(database.db, (tx) =>
        tickets.takeSignals(tx, [{ ...signal, endsAt }]),
      )
      return first!.ticketId!
    },
    async timeline(id: TicketId): Promise<string[]> {
      const { items } = await tickets.timeline({ id, cursor: null, limit: 100 }, caller)
      return items.map(({ title }) => title)
    },
    async lines(id: TicketId): Promise<{ title: string; detail: string }[]> {
      const { items } = await tickets.timeline({ id, cursor: null, limit: 100 }, caller)
      return items.map(({ title, detail }) => ({ title, detail }))
    },
    pretendRemote: () => void (isRemote = true),
    later: (ms: number) => void (skew += ms),
    async start(markdown: string, ticketId: TicketId | null = null, dryRun = false): Promise<Run> {
      const name = `book-${Math.random().toString(36).slice(2)}`
      await writeBook(name, markdown)
      return startBook(name, ticketId, dryRun)
    },
    writeBook,
    /** More names for this machine: what has several targets goes to each of them. */
    async addTargets(tag: string, names: string[]): Promise<void> {
      for (const name of names)
        await connections.create(
          {
            name,
            kind: 'local',
            host: null,
            port: 22,
            username: null,
            auth: 'agent',
            credentialId: null,
            tags: [tag],
          },
          caller,
        )
    },
    startBook,
    /** Waits until the run is in one of these. */
    until: (id: RunId, ...statuses: Run['status'][]): Promise<Run> =>
      eventually(async () => {
        const run = await get(id)
        return statuses.includes(run.status) ? run : fail(run)
      }),
    untilStep: (id: RunId, index: number, status: StepStatus): Promise<Run> =>
      eventually(async () => {
        const run = await get(id)
        return run.steps[index]?.status === status ? run : fail(run)
      }),
    waiting,
    /** Waits for the one approval that is asked for now. */
    asked: (id: RunId): Promise<Approval> =>
      eventually(async () => {
        const found = (await waiting()).find(({ runId }) => runId === id)
        return found ?? fail(await get(id))
      }),
    answer: ({ id, subjectHash }: Approval, decision: 'approve' | 'reject' = 'approve') =>
      approvals.decide({ id, subjectHash, decision, comment: 'as asked' }, caller),
    async output(id: RunId, from = 0): Promise<string> {
      let text = ''
      for await (const chunk of runs.output({ id, from }, caller)) text += chunk.text
      return text
    },
    async close() {
      await runs.stop()
      await scheduler.stop()
      await quality.stop()
      await runbooks.close()
      await connections.close()
    },
  }
}
export type World = Awaited<ReturnType<typeof openWorld>>

const PATIENCE_MS = 15_000

function fail(run: Run): never {
  const steps = run.steps.map(({ name, status, summary }) => `${name}: ${status} ${summary}`)
  throw new Error(`${run.status}: ${run.reason}\n${steps.join('\n')}`)
}

/** Tries until it does not throw any more; with the last error when that takes too long. */
async function eventually<T>(look: () => Promise<T>): Promise<T> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      return await look()
    } catch (error) {
      if (Date.now() > end) throw error
      await pause(10)
    }
  }
}

const ALERT = {
  source: 'alertmanager',
  fingerprint: 'f1',
  title: 'Web is down',
  description: '',
  severity: 'high',
  service: 'web',
  host: 'web-2',
  labels: {},
  annotations: {},
  links: [],
} as const

/** A folder of its own, with a file in it where steps leave a mark each time they really run. */
export async function openFolder() {
  const path = await mkdtemp(join(tmpdir(), 'quarterdeck-runs-'))
  const marks = join(path, 'marks')
  return {
    path,
    marks,
    marked: async () => (await readFile(marks, 'utf8').catch(() => '')).split('\n').filter(Boolean),
    write: (name: string) => writeFile(join(path, name), ''),
    remove: () => rm(path, { recursive: true, force: true }),
  }
}

/** A step's fence. */
export function step(
  name: string,
  attributes: Record<string, string | boolean>,
  code: string,
): string {
  const own = Object.entries(attributes).map(([key, value]) => [
    key === 'interpreter' ? key : `qd.${key}`,
    String(value),
  ])
  const info = JSON.stringify({ name, ...Object.fromEntries(own) })
  const language = ['manual', 'approval', 'notify', 'wait', 'run'].includes(
    String(attributes['kind'] ?? (attributes['run'] && 'run')),
  )
    ? 'text'
    : 'sh'
  return `\n## ${name}\n\n\`\`\`${language} ${info}\n${code}\n\`\`\`\n`
}

/** A runbook on this machine. */
export function runbook(steps: string[], verify = ''): string {
  return `---\ntitle: A test\ntarget: local\n${verify}---\n${steps.join('')}`
}
