import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FrozenAction } from '#contract/actions'
import type { Approval } from '#contract/approvals'
import type { Operator } from '#contract/people'
import type { ApprovalId, RunbookId, RunId } from '#contract/primitives'
import { createAudit } from '#domains/audit'
import type { Caller } from '#platform/caller'
import { sha256 } from '#platform/canonical-json'
import { type Database, transact } from '#platform/database'
import { createEvents } from '#platform/events'
import { newId } from '#platform/ids'
import { stores } from '#platform/stores.suite'
import { type Approvals, createApprovals, type NewApproval } from '.'
import { askingOf, frozen, openPeople } from './approvals-world.suite'

const MINUTE = 60_000
const as = (operator: Operator): Caller => ({ operator, signal: new AbortController().signal })

const reach = (): FrozenAction => frozen('curl https://example.net', 'reach_out')

describe.each(stores)('approvals on $name', ({ open }) => {
  let database: Database
  let approvals: Approvals
  let now: number
  let alone: boolean
  let ada: Operator
  let bob: Operator
  let people: Awaited<ReturnType<typeof openPeople>>
  let heard: { status: string; waiting: number }[]
  let sweep: () => Promise<void> | void

  beforeEach(async () => {
    database = await open()
    now = 1_000_000
    alone = false
    heard = []
    const clock = { now: () => now }
    const audit = createAudit({ database, clock })
    people = await openPeople({ database, clock, audit }, ['ada', 'bob', 'cem', 'dia'])
    ;[ada, bob] = people.operators as [Operator, Operator]
    const events = createEvents()
    events.subscribe('approvals.changed', ({ status, waiting }) => heard.push({ status, waiting }))
    approvals = createApprovals({
      database,
      clock,
      events,
      audit,
      explain: async () => ({ plan: '', estimatedRows: null, problem: 'There is no database.' }),
      people: { ...people.all, isSingleOperator: async () => alone },
      settings: { current: () => ({ approvalMinutes: 15, singleOperator: alone }) as never },
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
        policy: askingOf(),
        checksPassed: { count: 0, lastAt: null },
        undo: null,
        verify: null,
        pointOfNoReturn: false,
        requestedBy: 'ada',
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

  const say = (approval: Approval, who: number, decision: 'approve' | 'reject' = 'approve') =>
    decide(approval, people.operators[who], decision)
  const once = async (action: FrozenAction, remember: boolean) => {
    const it = await request({ frozen: action })
    const { id, subjectHash } = it
    return approvals.decide(
      { id, subjectHash, decision: 'approve', comment: '', remember },
      as(bob),
    )
  }
  const change = (table: string, set: string) =>
    sql`update ${sql.table(table)} set ${sql.raw(set)}`.execute(database.db)
  const inWanted = async (from: string, to: string) => {
    const text = (await sql<{ wanted: string }>`select wanted from approvals`.execute(database.db))
      .rows[0]!.wanted
    expect(text).toContain(from)
    const wanted = text.replace(from, to)
    await sql`update approvals set wanted = ${wanted}`.execute(database.db)
  }

  test('lets exactly the approved bytes run, once', async () => {
    const asked = await request()
    await expect(spend(asked.id, asked.frozen)).rejects.toMatchObject({ code: 'approval_required' })
    expect(await decide(asked)).toMatchObject({ status: 'approved', decidedBy: 'bob' })
    const other = frozen('reboot --force')
    await expect(spend(asked.id, other)).rejects.toMatchObject({ code: 'approval_required' })
    const disguised = { ...other, hash: asked.subjectHash }
    await expect(spend(asked.id, disguised)).rejects.toMatchObject({ code: 'approval_required' })
    await expect(spend(asked.id, null)).rejects.toMatchObject({ code: 'approval_required' })
    expect(await spend(asked.id, asked.frozen)).toMatchObject({ status: 'used', decidedBy: 'bob' })
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
      'ada approval.requested',
      'bob approval.approved',
      'quarterdeck approval.used',
    ])
  })

  describe('of several', () => {
    test('it takes as many distinct people as the policy wants', async () => {
      const it = await request({ policy: askingOf({ people: 2 }) })
      expect(await say(it, 1)).toMatchObject({
        status: 'waiting',
        answers: [{ by: { name: 'bob' } }],
      })
      await expect(spend(it.id, it.frozen)).rejects.toMatchObject({ code: 'approval_required' })
      await expect(say(it, 1)).rejects.toMatchObject({ code: 'forbidden' })
      expect(await say(it, 2)).toMatchObject({ status: 'approved', decidedBy: 'bob, cem' })
      expect(await spend(it.id, it.frozen)).toMatchObject({ status: 'used' })
    })

    test('one no stops it, also of who said yes before', async () => {
      const it = await request({ policy: askingOf({ people: 2 }) })
      await say(it, 1)
      expect(await say(it, 1, 'reject')).toMatchObject({ status: 'rejected', decidedBy: 'bob' })
      await expect(say(it, 2)).rejects.toMatchObject({ code: 'conflict' })
    })

    test('two that agree at once both count', async () => {
      const it = await request({ policy: askingOf({ people: 2 }) })
      await Promise.all([say(it, 1), say(it, 2)])
      expect(await spend(it.id, it.frozen)).toMatchObject({ status: 'used' })
    })

    test('only those who are named may say yes', async () => {
      const { admin, operators } = people
      await admin.saveGroup({ name: 'dba', members: [operators[2]!.id] }, as(ada))
      const it = await request({ policy: askingOf({ from: [['group:dba', 'dia']] }) })
      const standing = await approvals.standing({ id: it.id }, as(bob))
      expect(standing).toMatchObject({
        mayApprove: false,
        why: expect.stringContaining('group dba'),
      })
      await expect(say(it, 1)).rejects.toMatchObject({ code: 'forbidden' })
      expect(await say(it, 2)).toMatchObject({ status: 'approved' })
    })

    test('a name that somebody gave themselves opens nothing', async () => {
      const it = await request({ policy: askingOf({ from: [['dia']] }) })
      const renamed = await people.consoleOf(bob).rename({ name: 'dia' }, as(bob))
      await expect(decide(it, renamed)).rejects.toMatchObject({ code: 'forbidden' })
    })

    test('a delegate answers for the one who is named, and it says so', async () => {
      const { admin, operators } = people
      const dia = operators[3]!
      await admin.saveGroup({ name: 'dba', members: [dia.id] }, as(ada))
      await people
        .consoleOf(dia)
        .delegate({ to: bob.id, until: now + 5 * MINUTE, reason: 'lunch' }, as(dia))
      const it = await request({ policy: askingOf({ from: [['group:dba']], people: 1 }) })
      expect(await approvals.standing({ id: it.id }, as(bob))).toMatchObject({ for: 'dia' })
      expect(await say(it, 1)).toMatchObject({ status: 'approved', decidedBy: 'bob for dia' })
      expect(await spend(it.id, it.frozen)).toMatchObject({ status: 'used' })
      const later = await request({ policy: askingOf({ from: [['group:dba']] }) })
      now += 5 * MINUTE
      await expect(say(later, 1)).rejects.toMatchObject({ code: 'forbidden' })
    })

    test('nobody counts twice through a delegation', async () => {
      const dia = people.operators[3]!
      await people
        .consoleOf(dia)
        .delegate({ to: bob.id, until: now + 5 * MINUTE, reason: 'lunch' }, as(dia))
      const it = await request({ policy: askingOf({ people: 2 }) })
      await say(it, 1)
      await expect(say(it, 1)).rejects.toMatchObject({ code: 'forbidden' })
    })

    test('who asked cannot lend somebody their own yes', async () => {
      await people.admin.delegate({ to: bob.id, until: now + MINUTE, reason: 'x' }, as(ada))
      const it = await request({
        frozen: frozen('mkfs', 'destroy'),
        policy: askingOf({ from: [['ada']] }),
      })
      await expect(say(it, 1)).rejects.toMatchObject({ code: 'forbidden' })
    })
  })

  test('a no says why, and so does a yes to what destroys', async () => {
    const it = await request({ frozen: frozen('mkfs', 'destroy') })
    const bare = { id: it.id, subjectHash: it.subjectHash, comment: ' ' }
    for (const decision of ['approve', 'reject'] as const)
      await expect(approvals.decide({ ...bare, decision }, as(bob))).rejects.toMatchObject({
        code: 'invalid_input',
      })
    expect(await approvals.find(it.id)).toMatchObject({ status: 'waiting' })
  })

  test('who is no approver any more has said nothing', async () => {
    const it = await request()
    await decide(it)
    await people.admin.setRole({ id: bob.id, role: 'operator' }, as(ada))
    await expect(spend(it.id, it.frozen)).rejects.toThrow(/no approver/)
    const other = await request()
    await expect(decide(other)).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('what an old key signed stays signed', async () => {
    const it = await request()
    const answered = await decide(it)
    now += 1
    const fresh = await people.consoleOf(bob).rotateKey({}, as(bob))
    expect(fresh.fingerprint).not.toBe(answered.answers[0]!.fingerprint)
    expect(await spend(it.id, it.frozen)).toMatchObject({ status: 'used' })
  })

  describe('that is remembered', () => {
    test('approves the same bytes again, signed, shown and revocable', async () => {
      const action = reach()
      await once(action, true)
      const again = await request({ frozen: action })
      expect(again).toMatchObject({ status: 'approved', decidedBy: 'bob' })
      expect(await spend(again.id, action)).toMatchObject({ status: 'used' })
      expect(await request({ frozen: frozen('curl x', 'reach_out') })).toMatchObject({
        status: 'waiting',
      })
      expect(await approvals.remembered({}, as(bob))).toMatchObject([{ used: 1 }])
      expect(await approvals.remembered({}, as(ada))).toEqual([])
      await approvals.forget({ subjectHash: again.subjectHash }, as(bob))
      expect(await request({ frozen: action })).toMatchObject({ status: 'waiting' })
    })

    test('is refused for what changes, and ends with the role', async () => {
      await expect(once(frozen('reboot'), true)).rejects.toMatchObject({ code: 'forbidden' })
      const action = reach()
      await once(action, true)
      await people.admin.setRole({ id: bob.id, role: 'operator' }, as(ada))
      expect(await request({ frozen: action })).toMatchObject({ status: 'waiting' })
    })
  })

  describe('whose row was changed after the answer proves nothing', () => {
    const other = newId<ApprovalId>('apr')
    test.each<[string, () => Promise<unknown>]>([
      ['the action', () => inWanted('"reboot"', '"rm -rf /"')],
      ['the tier', () => inWanted('"tier":"change"', '"tier":"read"')],
      ['the number of people', () => inWanted('"people":2', '"people":1')],
      ['the step', () => inWanted('"stepIndex":1', '"stepIndex":2')],
      ['the purpose', () => inWanted('"purpose":"step"', '"purpose":"undo"')],
      ['the run', () => change('approvals', `run_id = '${newId('run')}'`)],
      ['the hash', () => change('approvals', `subject_hash = '${sha256('x')}'`)],
      ['who asked', () => change('approvals', `requester_id = '${newId('opr')}'`)],
      ['the time it ends', () => change('approvals', 'expires_at = expires_at + 1')],
      ['who approved', () => change('approval_answers', `operator_id = operator_id || 'x'`)],
      ['their name', () => change('approval_answers', `operator_name = 'eve'`)],
      ['for whom', () => change('approval_answers', `for_id = operator_id, for_name = 'eve'`)],
      ['the comment', () => change('approval_answers', `comment = 'sure'`)],
      ['when', () => change('approval_answers', 'decided_at = decided_at + 1')],
      ['the mode', () => change('approval_answers', 'single_operator = 1')],
      ['the key', () => change('approval_answers', `fingerprint = 'SHA256:x'`)],
      ['where the key is', () => change('approval_answers', `kept_in = 'os-keychain'`)],
      ['the signature', () => change('approval_answers', `signature = 'AAAA'`)],
      ['a signature less', () => sql`delete from approval_answers`.execute(database.db)],
      ['the decision', () => change('approval_answers', `decision = 'reject'`)],
      ['the public key', () => change('operator_keys', `public_key = 'AAAA'`)],
      ['whose key', () => change('operator_keys', `operator_id = 'opr_x'`)],
      [
        'the answers of another approval',
        () => change('approval_answers', `approval_id = '${other}'`),
      ],
    ])('%s', async (_, harm) => {
      const it = await request({ policy: askingOf({ people: 2 }) })
      await decide(it, bob)
      await decide(it, people.operators[2])
      await harm()
      await expect(spend(it.id, it.frozen)).rejects.toMatchObject({ code: 'approval_required' })
      await expect(spend(it.id, frozen('rm -rf /'))).rejects.toMatchObject({
        code: 'approval_required',
      })
      expect(await approvals.find(it.id)).toMatchObject({ status: 'approved' })
    })

    test('a decision of nobody', async () => {
      const it = await request()
      await change('approvals', `status = 'approved', decided_by = 'bob', decided_at = ${now}`)
      await expect(spend(it.id, it.frozen)).rejects.toMatchObject({ code: 'approval_required' })
    })
  })
})
