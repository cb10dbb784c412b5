import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Action, FrozenAction } from '#contract/actions'
import type { Approval } from '#contract/approvals'
import type { Operator } from '#contract/people'
import type {
  ApprovalId,
  ConnectionId,
  OperatorId,
  RiskTier,
  RunbookId,
  RunId,
} from '#contract/primitives'
import { createAudit } from '#domains/audit'
import type { Caller } from '#platform/caller'
import { hashOf, sha256 } from '#platform/canonical-json'
import { type Database, transact } from '#platform/database'
import { createEvents } from '#platform/events'
import { newId } from '#platform/ids'
import { stores } from '#platform/stores.suite'
import { type Approvals, createApprovals, type NewApproval } from '.'

const MINUTE = 60_000
const ada: Operator = { id: newId<OperatorId>('opr'), name: 'Ada', role: 'approver' }
const bob: Operator = { id: newId<OperatorId>('opr'), name: 'Bob', role: 'approver' }
const as = (operator: Operator): Caller => ({ operator, signal: new AbortController().signal })

function frozen(script: string, tier: RiskTier = 'change'): FrozenAction {
  const action: Action = {
    version: 1,
    target: {
      connectionId: newId<ConnectionId>('con'),
      connectionName: 'web-2',
      kind: 'local',
      host: null,
      port: null,
      username: null,
      hostKey: null,
      credentialId: null,
      credentialName: null,
    },
    interpreter: ['/bin/sh', '-c'],
    script,
    env: [],
    cwd: null,
    pty: false,
    timeoutMs: 1000,
  }
  return { action, hash: hashOf(action), tier, tierReasons: [] }
}

describe.each(stores)('approvals on $name', ({ open }) => {
  let database: Database
  let approvals: Approvals
  let now: number
  let alone: boolean
  let heard: { status: string; waiting: number }[]
  let sweep: () => Promise<void> | void

  beforeEach(async () => {
    database = await open()
    now = 1_000_000
    alone = false
    heard = []
    const clock = { now: () => now }
    const events = createEvents()
    events.subscribe('approvals.changed', ({ status, waiting }) => heard.push({ status, waiting }))
    approvals = createApprovals({
      database,
      clock,
      events,
      audit: createAudit({ database, clock }),
      people: { isSingleOperator: async () => alone },
      settings: { current: () => ({ approvalMinutes: 15 }) as never },
      scheduler: {
        every: (_, __, work) => {
          sweep = work
          return () => {}
        },
        stop: async () => {},
      },
    })
  })
  afterEach(() => database.close())

  const request = (parts: Partial<NewApproval> = {}): Promise<Approval> =>
    transact(database.db, (tx) =>
      approvals.request(tx, {
        runId: newId<RunId>('run'),
        stepIndex: 1,
        stepTitle: 'Restart it',
        stepCount: 3,
        purpose: 'step',
        runbookId: 'r' as RunbookId,
        runbookTitle: 'R',
        ticketId: null,
        ticketTitle: null,
        frozen: frozen('reboot'),
        prompt: '',
        policy: '',
        checksPassed: { count: 0, lastAt: null },
        undo: null,
        verify: null,
        pointOfNoReturn: false,
        requestedBy: 'Ada',
        requesterId: ada.id,
        ...parts,
      }),
    )
  const decide = (
    { id, subjectHash }: Approval,
    who = bob,
    decision: 'approve' | 'reject' = 'approve',
  ) => approvals.decide({ id, subjectHash, decision, comment: 'ok' }, as(who))
  const spend = (id: ApprovalId, subject: FrozenAction | null) =>
    transact(database.db, (tx) => approvals.spend(tx, id, subject))
  const list = (view: 'waiting' | 'decided', cursor: string | null = null, limit = 50) =>
    approvals.list({ view, cursor, limit }, as(ada))

  test('lets exactly the approved bytes run, once', async () => {
    const asked = await request()
    await expect(spend(asked.id, asked.frozen)).rejects.toMatchObject({ code: 'approval_required' })
    expect(await decide(asked)).toMatchObject({ status: 'approved', decidedBy: 'Bob' })
    const other = frozen('reboot --force')
    await expect(spend(asked.id, other)).rejects.toMatchObject({ code: 'approval_required' })
    const disguised = { ...other, hash: asked.subjectHash }
    await expect(spend(asked.id, disguised)).rejects.toMatchObject({ code: 'approval_required' })
    await expect(spend(asked.id, null)).rejects.toMatchObject({ code: 'approval_required' })
    expect(await spend(asked.id, asked.frozen)).toMatchObject({ status: 'used', decidedBy: 'Bob' })
    await expect(spend(asked.id, asked.frozen)).rejects.toMatchObject({ code: 'approval_required' })
  })

  test('of many that spend it at once, one wins', async () => {
    const asked = await request()
    await decide(asked)
    const tries = await Promise.allSettled(
      Array.from({ length: 5 }, () => spend(asked.id, asked.frozen)),
    )
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  test('of many that decide at once, one wins', async () => {
    const asked = await request()
    const tries = await Promise.allSettled([
      decide(asked),
      decide(asked, bob, 'reject'),
      decide(asked, ada, 'reject'),
    ])
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(heard.filter(({ status }) => status !== 'waiting')).toHaveLength(1)
  })

  test('is refused for what the approver did not see, and a second time', async () => {
    const asked = await request()
    const seen = { ...asked, subjectHash: sha256('something else') }
    await expect(decide(seen)).rejects.toMatchObject({ code: 'conflict' })
    await decide(asked)
    await expect(decide(asked, bob, 'reject')).rejects.toMatchObject({ code: 'conflict' })
    expect(await approvals.find(asked.id)).toMatchObject({ status: 'approved' })
  })

  test('is refused for an action that was changed in the store', async () => {
    const asked = await request()
    const tables = database.db.withTables<{ approvals: { id: string; wanted: string } }>()
    const { wanted } = await tables
      .selectFrom('approvals')
      .select('wanted')
      .executeTakeFirstOrThrow()
    await tables
      .updateTable('approvals')
      .set({ wanted: wanted.replace('"reboot"', '"rm -rf /"') })
      .execute()
    await expect(decide(asked)).rejects.toMatchObject({ code: 'conflict' })
    expect(await decide(asked, bob, 'reject')).toMatchObject({ status: 'rejected' })
  })

  test('that nobody answers in time counts as a no, at the very moment', async () => {
    const [asked, other] = [await request(), await request()]
    now += 15 * MINUTE
    await expect(decide(asked)).rejects.toMatchObject({ code: 'expired' })
    expect(await approvals.find(asked.id)).toMatchObject({ status: 'expired', decidedBy: null })
    await expect(decide(asked)).rejects.toMatchObject({ code: 'expired' })
    await sweep()
    expect(await approvals.find(other.id)).toMatchObject({ status: 'expired' })
    expect(await approvals.expireDue()).toEqual([])
    expect(heard.at(-1)).toEqual({ status: 'expired', waiting: 0 })
  })

  test('that is not used in time is worth nothing any more', async () => {
    const asked = await request()
    await decide(asked)
    now += 15 * MINUTE
    await expect(spend(asked.id, asked.frozen)).rejects.toMatchObject({ code: 'approval_required' })
  })

  test('is withdrawn with its run, unless it was answered with a no', async () => {
    const runId = newId<RunId>('run')
    const asked = await Promise.all([1, 2, 3, 4].map(() => request({ runId })))
    const other = await request()
    await decide(asked[0]!)
    await decide(asked[1]!, bob, 'reject')
    await transact(database.db, (tx) => approvals.withdraw(tx, runId, 'The run ended.'))
    const states = await Promise.all(
      asked.map(async ({ id }) => (await approvals.find(id))!.status),
    )
    expect(states).toEqual(['withdrawn', 'rejected', 'withdrawn', 'withdrawn'])
    await expect(decide(asked[2]!)).rejects.toMatchObject({ code: 'conflict' })
    await expect(spend(asked[0]!.id, asked[0]!.frozen)).rejects.toThrow(/withdrawn/)
    expect(await approvals.find(other.id)).toMatchObject({ status: 'waiting' })
  })

  test('of what destroys needs somebody else, unless there is nobody else', async () => {
    const asked = await request({ frozen: frozen('mkfs', 'destroy') })
    await expect(decide(asked, ada)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await decide(asked, ada, 'reject')).toMatchObject({ status: 'rejected' })
    const again = await request({ frozen: frozen('mkfs', 'destroy') })
    expect(await decide(again, bob)).toMatchObject({ status: 'approved', singleOperator: false })
    alone = true
    const last = await request({ frozen: frozen('mkfs', 'destroy') })
    expect(await approvals.get({ id: last.id }, as(ada))).toMatchObject({ singleOperator: true })
    expect(await decide(last, ada)).toMatchObject({ status: 'approved', singleOperator: true })
  })

  test('of what is forbidden is not given by anybody', async () => {
    alone = true
    const asked = await request({ frozen: frozen(':(){ :|:& };:', 'forbidden') })
    await expect(decide(asked, ada)).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('of a gate is bound to its text', async () => {
    const gate = await request({ purpose: 'gate', frozen: null, prompt: 'May we go on?' })
    expect(gate.subjectHash).toBe(sha256('May we go on?'))
    await decide(gate)
    await expect(spend(gate.id, frozen('reboot'))).rejects.toMatchObject({
      code: 'approval_required',
    })
    expect(await spend(gate.id, null)).toMatchObject({ status: 'used' })
  })

  test('are listed: waiting ones by expiry, decided ones newest first, page by page', async () => {
    const asked: Approval[] = []
    for (let n = 0; n < 5; n += 1) {
      now += 1000
      asked.push(await request())
    }
    const ids = asked.map(({ id }) => id)
    const first = await list('waiting', null, 3)
    const rest = await list('waiting', first.next, 3)
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(ids)
    expect(first.total).toBe(5)
    expect(await approvals.waiting({}, as(ada))).toEqual({
      count: 5,
      nextExpiry: asked[0]!.expiresAt,
    })
    for (const one of asked) {
      now += 1000
      await decide(one)
    }
    const decided = await list('decided', null, 3)
    const older = await list('decided', decided.next, 3)
    expect([...decided.items, ...older.items].map(({ id }) => id)).toEqual(ids.toReversed())
    expect(await approvals.waiting({}, as(ada))).toEqual({ count: 0, nextExpiry: null })
  })

  test('that does not exist is not found', async () => {
    const id = newId<ApprovalId>('apr')
    await expect(approvals.get({ id }, as(ada))).rejects.toMatchObject({ code: 'not_found' })
    await expect(spend(id, frozen('x'))).rejects.toMatchObject({ code: 'not_found' })
  })

  test('leaves every step of its life in the audit log', async () => {
    const asked = await request()
    await decide(asked)
    await spend(asked.id, asked.frozen)
    const { items } = await createAudit({ database, clock: { now: () => now } }).list(
      { cursor: null, limit: 50, text: asked.id },
      as(ada),
    )
    expect(items.map(({ action, actor }) => `${actor} ${action}`).toReversed()).toEqual([
      'Ada approval.requested',
      'Bob approval.approved',
      'quarterdeck approval.used',
    ])
  })
})
