import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import type { Approval } from '#contract/approvals'
import type { DeliveryId, RunbookId, RunId, TicketId } from '#contract/primitives'
import type { Run, StepStatus } from '#contract/runs'
import { createApprovals } from '#domains/approvals'
import { createAudit } from '#domains/audit'
import { createConnections } from '#domains/connections'
import { createCredentials } from '#domains/credentials'
import { createPeople } from '#domains/people'
import { createPlans } from '#domains/plans'
import { classify } from '#domains/risk'
import { createRunbooks } from '#domains/runbooks'
import { createSettings } from '#domains/settings'
import { createTickets, type Signal } from '#domains/tickets'
import type { Caller } from '#platform/caller'
import { systemClock } from '#platform/clock'
import { type Database, transact } from '#platform/database'
import { createEvents } from '#platform/events'
import { silentLog } from '#platform/log'
import { createMasking } from '#platform/masking'
import { newId } from '#platform/ids'
import { createScheduler } from '#platform/scheduler'
import { createRuns } from '.'

/** A console that works: every domain below runs is the real one, steps run on this machine. */
export async function openWorld(database: Database, folder: string) {
  const log = silentLog()
  let skew = 0
  const clock = { now: () => systemClock.now() + skew }
  const events = createEvents()
  const masking = createMasking()
  const scheduler = createScheduler(log)
  const platform = { database, clock, events, log, masking, scheduler, console: 'ada@desk' }
  const audit = createAudit(platform)
  const below = { ...platform, audit }
  const people = await createPeople({ ...below, account: 'ada' })
  const tickets = createTickets({ ...below, people })
  const settings = await createSettings(below)
  const credentials = await createCredentials({ ...below, tier: 'memory' })
  const connections = await createConnections({ ...below, credentials })
  const folders = { resources: join(folder, 'resources'), dataFolder: join(folder, 'data') }
  await mkdir(join(folders.resources, 'runbooks'), { recursive: true })
  const runbooks = await createRunbooks({ ...platform, ...folders, classify })
  const plans = createPlans({ runbooks, tickets, connections, classify })
  const approvals = createApprovals({ ...below, people, settings })
  const needs = { ...below, tickets, plans, approvals, connections, ...folders }
  const caller: Caller = { operator: people.current(), signal: new AbortController().signal }
  const limits = { inStore: 4096, atMost: 16_384, batchMs: 5 }
  const runs = createRuns({ ...needs, graceMs: 200, outputLimits: limits })
  const get = (id: RunId) => runs.get({ id }, caller)

  return {
    runs,
    approvals,
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
    later: (ms: number) => void (skew += ms),
    async start(markdown: string, ticketId: TicketId | null = null): Promise<Run> {
      const name = `book-${Math.random().toString(36).slice(2)}`
      await writeFile(join(folders.resources, 'runbooks', `${name}.md`), markdown)
      await runbooks.reload({}, caller)
      return runs.start({ runbookId: name as RunbookId, ticketId, inputs: {} }, caller)
    },
    /** Waits until the run is in one of these, and fails with the whole run when that takes too long. */
    until(id: RunId, ...statuses: Run['status'][]): Promise<Run> {
      return vi.waitFor(
        async () => {
          const run = await get(id)
          if (!statuses.includes(run.status))
            throw new Error(`${run.status}: ${run.reason} ${JSON.stringify(run.steps, null, 1)}`)
          return run
        },
        { timeout: 8000, interval: 10 },
      )
    },
    untilStep(id: RunId, index: number, status: StepStatus): Promise<Run> {
      return vi.waitFor(
        async () => {
          const run = await get(id)
          if (run.steps[index]?.status !== status)
            throw new Error(`${run.status}: ${run.reason} ${JSON.stringify(run.steps, null, 1)}`)
          return run
        },
        { timeout: 8000, interval: 10 },
      )
    },
    /** Waits for the one approval that is asked for now. */
    asked: (id: RunId): Promise<Approval> =>
      vi.waitFor(
        async () => {
          const { items } = await approvals.list(
            { view: 'waiting', cursor: null, limit: 50 },
            caller,
          )
          const found = items.find(({ runId }) => runId === id)
          if (!found) throw new Error(`nothing waits: ${JSON.stringify(await get(id))}`)
          return found
        },
        { timeout: 8000, interval: 10 },
      ),
    answer: ({ id, subjectHash }: Approval, decision: 'approve' | 'reject' = 'approve') =>
      approvals.decide({ id, subjectHash, decision, comment: '' }, caller),
    async output(id: RunId, from = 0): Promise<string> {
      let text = ''
      for await (const chunk of runs.output({ id, from }, caller)) text += chunk.text
      return text
    },
    async close() {
      await runs.stop()
      await scheduler.stop()
      await runbooks.close()
      await connections.close()
    },
  }
}
export type World = Awaited<ReturnType<typeof openWorld>>

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
  const language = ['manual', 'approval', 'notify', 'wait'].includes(String(attributes['kind']))
    ? 'text'
    : 'sh'
  return `\n## ${name}\n\n\`\`\`${language} ${info}\n${code}\n\`\`\`\n`
}

/** A runbook on this machine. */
export function runbook(steps: string[], verify = ''): string {
  return `---\ntitle: A test\ntarget: local\n${verify}---\n${steps.join('')}`
}
