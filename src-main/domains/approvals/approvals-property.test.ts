import * as fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { Refusal } from '#contract'
import type { Answer, Approval } from '#contract/approvals'
import type { Operator } from '#contract/people'
import type { RiskTier, RunbookId, RunId } from '#contract/primitives'
import { createAudit } from '#domains/audit'
import { connectDatabase, transact } from '#platform/database'
import { createEvents } from '#platform/events'
import { newId } from '#platform/ids'
import { migrate } from '#platform/migrate'
import { createApprovals } from '.'
import { askingOf, frozen, openPeople } from './approvals-world.suite'

const PEOPLE = ['ada', 'bob', 'cem', 'dia']
const DBA = new Set(['cem', 'dia'])
const MINUTE = 60_000

const TAMPERS = {
  run: `approvals set run_id = run_id || 'X'`,
  requester: `approvals set requester_id = requester_id || 'X'`,
  expiry: 'approvals set expires_at = expires_at + 600000',
  approved: `approvals set status = 'approved'`,
  unused: `approvals set status = case status when 'used' then 'approved' else status end, comment = 'x'`,
  fewer: `approvals set wanted = replace(replace(wanted, '"people":2', '"people":1'), '"people":3', '"people":1')`,
  script: `approvals set wanted = replace(wanted, 'do ', 'rm ')`,
  comment: `approval_answers set comment = comment || '!'`,
  answerer: `approval_answers set operator_id = coalesce(for_id, operator_id || 'X'), for_id = null`,
  signature: `approval_answers set signature = 'AAAA'`,
} as const

type Step =
  | { do: 'request'; by: number; tier: RiskTier; people: number; dba: boolean }
  | { do: 'decide'; by: number; of: number; yes: boolean; reason: string; remember: boolean }
  | { do: 'spend' | 'withdraw'; of: number }
  | { do: 'wait'; minutes: number }
  | { do: 'expire' }
  | { do: 'tamper'; of: number; how: keyof typeof TAMPERS }
  | { do: 'delegate'; by: number; to: number }
  | { do: 'rotate'; by: number }
  | { do: 'role'; of: number; approver: boolean }

const who = fc.nat({ max: PEOPLE.length - 1 })
const of = fc.constantFrom(0, 0, 0, 0, 1, 2)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('request' as const),
      by: who,
      tier: fc.constantFrom<RiskTier>('reach_out', 'change', 'change', 'destroy', 'forbidden'),
      people: fc.constantFrom(1, 1, 2, 3),
      dba: fc.constantFrom(false, false, true),
    }),
  },
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      by: who,
      of,
      yes: fc.nat({ max: 11 }).map((n) => n > 0),
      reason: fc.constantFrom('', 'because', 'because'),
      remember: fc.constantFrom(false, false, true),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('spend' as const), of }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('withdraw' as const), of }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(1, 4, 9) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('tamper' as const),
      of,
      how: fc.constantFrom(...(Object.keys(TAMPERS) as (keyof typeof TAMPERS)[])),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delegate' as const), by: who, to: who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rotate' as const), by: who }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('role' as const),
      of: who,
      approver: fc.constantFrom(true, true, false),
    }),
  },
)

/** What really happened, kept apart from what the product writes down. */
interface Truth {
  asked: Approval
  by: string
  wish: { tier: RiskTier; people: number; dba: boolean }
  yes: Map<string, string> // who said it, whose standing it was
  stopped: boolean
  tampered: boolean
  used: number
}

async function open() {
  const database = connectDatabase(':memory:')
  await migrate(database)
  const time = { now: 1_000_000 }
  const clock = { now: () => time.now }
  const audit = createAudit({ database, clock })
  const people = await openPeople({ database, clock, audit }, PEOPLE)
  const members = people.operators.slice(2).map(({ id }) => id)
  const ada = people.operators[0]!
  await people.admin.saveGroup({ name: 'dba', members }, people.as(ada))
  const approvals = createApprovals({
    explain: async () => ({ plan: '', estimatedRows: null, problem: 'There is no database.' }),
    database,
    clock,
    events: createEvents(),
    audit,
    people: people.all,
    settings: { current: () => ({ approvalMinutes: 15, singleOperator: false }) as never },
    scheduler: { every: () => () => {}, stop: async () => {} },
  })
  return { database, time, people, approvals, ada }
}

/** Plays the steps, and holds every action that is let go against what really happened. Answers how many were. */
async function play(steps: readonly Step[]): Promise<number> {
  const { database, time, people, approvals, ada } = await open()
  const truths: Truth[] = []
  const roles = new Set(PEOPLE)
  const lent: { from: string; to: string; until: number }[] = []
  const operator = (index: number): Operator => people.operators[index]!
  const at = (back: number): Truth | undefined => truths.at(-1 - back)

  function believe(truth: Truth, answer: Answer): void {
    const principal = (answer.for ?? answer.by).name
    const isLent = lent.some(
      ({ from, to, until }) => from === principal && to === answer.by.name && time.now < until,
    )
    expect(roles.has(answer.by.name) && roles.has(principal)).toBe(true)
    expect(answer.for === null || isLent).toBe(true)
    expect(!truth.wish.dba || DBA.has(principal)).toBe(true)
    truth.yes.set(answer.by.name, principal)
  }

  const PLAY: { [K in Step['do']]: (step: Extract<Step, { do: K }>) => Promise<unknown> } = {
    async request({ by, tier, people: count, dba }) {
      const { id: requesterId, name } = operator(by)
      const asked = await transact(database.db, (tx) =>
        approvals.request(tx, {
          runId: newId<RunId>('run'),
          stepIndex: 0,
          stepTitle: 'Do it',
          stepCount: 1,
          purpose: 'step',
          runbookId: 'r' as RunbookId,
          runbookTitle: 'R',
          ticketId: null,
          ticketTitle: null,
          frozen: frozen(`do ${tier}`, tier),
          prompt: '',
          policy: askingOf({ people: count, from: dba ? [['group:dba']] : [] }),
          checksPassed: { count: 0, lastAt: null },
          undo: null,
          verify: null,
          pointOfNoReturn: false,
          requestedBy: name,
          requesterId,
        }),
      )
      const wish = { tier, people: count, dba }
      const rest = { stopped: false, tampered: false, used: 0 }
      const truth: Truth = { asked, by: name, wish, yes: new Map(), ...rest }
      truths.push(truth)
      for (const answer of asked.answers) {
        expect([tier, count]).toEqual(['reach_out', 1]) // only that is remembered
        believe(truth, answer)
      }
    },
    async decide({ by, of: back, yes, reason, remember }) {
      const truth = at(back)
      if (!truth) return
      const { id, subjectHash } = truth.asked
      const decision = yes ? 'approve' : 'reject'
      const said = { id, subjectHash, decision, comment: reason, remember } as const
      const after = await approvals.decide(said, people.as(operator(by)))
      expect(yes ? 'yes' : reason).not.toBe('')
      if (!yes) truth.stopped = true
      else
        believe(
          truth,
          after.answers.find((one) => one.by.name === operator(by).name)!,
        )
    },
    async spend({ of: back }) {
      const truth = at(back)
      if (!truth) return
      await transact(database.db, (tx) => approvals.spend(tx, truth.asked.id, truth.asked.frozen))
      truth.used += 1
      expect(truth.used).toBe(1)
      expect([truth.stopped, truth.tampered]).toEqual([false, false])
      expect(time.now).toBeLessThan(truth.asked.expiresAt)
      expect(truth.wish.tier).not.toBe('forbidden')
      const principals = new Set(truth.yes.values())
      expect(truth.yes.size).toBeGreaterThanOrEqual(truth.wish.people)
      expect(principals.size).toBeGreaterThanOrEqual(truth.wish.people)
      expect([...truth.yes.keys()].every((name) => roles.has(name))).toBe(true)
      const all = [...truth.yes.keys(), ...principals]
      expect(truth.wish.tier === 'destroy' && all.includes(truth.by)).toBe(false)
    },
    async withdraw({ of: back }) {
      const truth = at(back)
      if (!truth) return
      const { runId, id } = truth.asked
      await transact(database.db, (tx) => approvals.withdraw(tx, runId, 'It ended.'))
      truth.stopped ||= (await approvals.find(id))?.status === 'withdrawn'
    },
    async wait({ minutes }) {
      time.now += minutes * MINUTE
    },
    expire: () => approvals.expireDue(),
    async tamper({ of: back, how }) {
      const truth = at(back)
      if (!truth) return
      const key = TAMPERS[how].startsWith('approvals ') ? 'id' : 'approval_id'
      const row = async () =>
        JSON.stringify([
          (await sql`select * from approvals where id = ${truth.asked.id}`.execute(database.db))
            .rows,
          (
            await sql`select * from approval_answers where approval_id = ${truth.asked.id}`.execute(
              database.db,
            )
          ).rows,
        ])
      const before = await row()
      await sql`update ${sql.raw(TAMPERS[how])} where ${sql.ref(key)} = ${truth.asked.id}`.execute(
        database.db,
      )
      // To write `approved` where it is so, or fewer people where it takes one, is no change.
      truth.tampered ||= how !== 'unused' && how !== 'approved' && (await row()) !== before
    },
    async delegate({ by, to }) {
      const until = time.now + 10 * MINUTE
      const wish = { to: operator(to).id, until, reason: 'lunch' }
      await people.consoleOf(operator(by)).delegate(wish, people.as(operator(by)))
      lent.push({ from: PEOPLE[by]!, to: PEOPLE[to]!, until })
    },
    rotate: async ({ by }) => people.consoleOf(operator(by)).rotateKey({}, people.as(operator(by))),
    async role({ of: index, approver }) {
      if (index === 0) return
      const role = approver ? 'approver' : 'operator'
      await people.admin.setRole({ id: operator(index).id, role }, people.as(ada))
      if (approver) roles.add(PEOPLE[index]!)
      else roles.delete(PEOPLE[index]!)
    },
  }

  try {
    for (const one of steps) {
      time.now += 1
      await (PLAY[one.do] as (given: Step) => Promise<unknown>)(one).catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error // a no is always fine; a yes was looked at
      })
    }
    return truths.filter(({ used }) => used > 0).length
  } finally {
    await database.close()
  }
}

test(
  'whatever several operators do, in whatever order, nothing runs that the right people did not approve, and nothing twice',
  { timeout: 120_000 },
  async () => {
    let ran = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
        ran += await play(steps)
      }),
      { numRuns: Number(process.env['QD_RUNS'] ?? 80) },
    )

    expect(ran).toBeGreaterThan(3) // and something does run
  },
)
