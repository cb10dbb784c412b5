import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { SourceKind } from '#contract/intake'
import { type Pull, PullDraft } from '#contract/pulls'
import type { OperatorId } from '#contract/primitives'
import { createAudit } from '#domains/audit'
import { createCredentials } from '#domains/credentials'
import { createEgress } from '#domains/egress'
import type { Caller } from '#platform/caller'
import type { Database } from '#platform/database'
import { createEvents } from '#platform/events'
import { newId } from '#platform/ids'
import { silentLog } from '#platform/log'
import { createMasking } from '#platform/masking'
import type { Scheduler } from '#platform/scheduler'
import { createPulls } from '.'
import type { Found } from './pull-plan'

const operator = { id: newId<OperatorId>('opr'), name: 'Ada', role: 'operator' as const }
export const ada: Caller = { operator, signal: new AbortController().signal }

/** Everything that pulls stand on, real but for the clock, the dice and intake. */
export async function openWorld(database: Database, kinds: Record<string, SourceKind>) {
  const time = { now: Date.parse('2026-11-20T12:00:00Z') }
  const clock = { now: () => time.now }
  const events = createEvents()
  const masking = createMasking()
  const settings = { offline: false }
  const console = 'ada@desk'
  const log = silentLog()
  const works = new Map<string, () => Promise<void> | void>()
  const scheduler: Scheduler = {
    every(name, _, work) {
      works.set(name, work)
      return () => void works.delete(name)
    },
    stop: async () => {},
  }
  const audit = createAudit({ database, clock })
  const ground = { database, clock, events, audit, masking, log, scheduler, console }
  const credentials = await createCredentials({ ...ground, tier: 'memory' })
  const egress = await createEgress({ ...ground, settings: { current: () => settings } })
  const delivered: (Found & { source: string })[] = []
  const off = new Set<string>()
  const trouble: { after?: Error | undefined } = {}
  const intake = {
    kindOf: (source: string) => kinds[source],
    isOn: (source: string) => source in kinds && !off.has(source),
    async deliver(source: string, records: readonly Found[]) {
      for (const record of records)
        if (!delivered.some((each) => each.source === source && each.key === record.key))
          delivered.push({ ...record, source })
      const { after } = trouble
      if (after) throw after
    },
  }
  const start = () =>
    createPulls({ ...ground, credentials, egress, intake, caller: () => ada, random: () => 0.5 })
  const world = {
    time,
    settings,
    delivered,
    trouble,
    credentials,
    egress,
    audit,
    events,
    database,
    kinds,
    off,
    pulls: start(),
    /** As after a crash: what is on disk is all that is known. */
    restart: () => void (world.pulls = start()),
    /** What the schedule does when its time has come. */
    look: async () => {
      await works.get('pulls.due')?.()
      await works.get('pulls.orphans')?.()
    },
    set: (source: string, url: string, more: Partial<PullDraft> = {}): Promise<Pull> =>
      Promise.resolve(
        world.pulls.set(PullDraft.parse({ source, url, credentialId: null, ...more }), ada),
      ),
    /** Pulls once, a minute later than before; what came since then. */
    async run(source: string) {
      world.time.now += 60_000
      const before = delivered.length
      const { state } = await world.pulls.runNow({ source }, ada)
      return { state, records: delivered.slice(before) }
    },
    token: async (secret = 'glpat-secret-token') =>
      (
        await credentials.create(
          { name: `token ${Math.random()}`, kind: 'token', secret, passphrase: '' },
          ada,
        )
      ).id,
  }
  return world
}
export type World = Awaited<ReturnType<typeof openWorld>>

/** What a fake API answers: JSON by itself, or a whole answer. */
export type Reply =
  | { status?: number; headers?: Record<string, string>; body?: unknown; raw?: string | Buffer }
  | 'silence'

export interface FakeApi {
  readonly url: string
  readonly requests: { path: string; query: URLSearchParams; headers: IncomingMessage['headers'] }[]
  answer: (url: URL, request: IncomingMessage) => Reply | undefined
  close(): Promise<void>
}

/** An API on loopback; what it has no answer for is 404. Like the real ones it knows ETags. */
export async function openApi(answer: FakeApi['answer']): Promise<FakeApi> {
  const server = createServer((request, response) => {
    const url = new URL(request.url!, api.url)
    api.requests.push({ path: url.pathname, query: url.searchParams, headers: request.headers })
    respond(
      api.answer(url, request) ?? { status: 404, body: { message: 'Not Found' } },
      request,
      response,
    )
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const api: FakeApi = {
    url: `http://127.0.0.1:${port}`,
    requests: [],
    answer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return api
}

function respond(reply: Reply, request: IncomingMessage, response: ServerResponse): void {
  if (reply === 'silence') return
  const { status = 200, headers = {}, body, raw = JSON.stringify(body ?? null) } = reply
  const tag = headers['etag']
  if (tag !== undefined && request.headers['if-none-match'] === tag) {
    response.writeHead(304, { etag: tag }).end()
    return
  }
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(raw)
}
