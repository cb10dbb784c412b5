import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AuditEntry } from '#contract/audit'
import { checkHistory, LOG, parseKeys } from '#domains/approvals'
import { readPublicKeys } from '#domains/people'
import { toCanonicalJson, hashOf } from '#platform/canonical-json'
import { connectDatabase, type Database } from '#platform/database'
import { migrate } from '#platform/migrate'
import { openFolder, openWorld, runbook, step, type World } from './run-world.suite'

type Draft = Omit<AuditEntry, 'detail'> & { detail: Record<string, unknown> }
interface Signed {
  statement: Record<string, unknown>
  signature: string
}

const GENESIS = '0'.repeat(64)

/** What somebody writes who can change everything but has nobody's key: a chain that fits, over whatever they like. */
function toLines(drafts: readonly Draft[]): string[] {
  let previous = GENESIS
  const entries = drafts.map((draft, index) => {
    const { at, actor, action, subject } = draft
    const detail = toCanonicalJson(draft.detail)
    const entry = { seq: index + 1, at, actor, action, subject, detail }
    previous = hashOf({ ...entry, hash: undefined, previous })
    return { ...entry, hash: previous }
  })
  const end = { end: { entries: entries.length, head: previous } }
  return [LOG, ...entries.map((entry) => ({ entry })), end].map((line) => JSON.stringify(line))
}

describe('an exported history', { timeout: 30_000 }, () => {
  let database: Database
  let folder: Awaited<ReturnType<typeof openFolder>>
  let world: World
  let drafts: Draft[]
  let keys: Awaited<ReturnType<typeof readPublicKeys>>

  /** Real runs: a change, an undo, a gate, what destroys, a rejection. */
  beforeAll(async () => {
    database = connectDatabase(':memory:')
    await migrate(database)
    folder = await openFolder()
    world = await openWorld(database, folder.path)
    const fix = step('fix', { kind: 'change', undo: 'back' }, `echo fix >> ${folder.marks}`)
    const back = step('back', { kind: 'change' }, `echo back >> ${folder.marks}`)
    const gate = step('ok', { kind: 'approval' }, 'May we?')
    const look = step('look', { kind: 'check' }, 'uptime')
    const gone = step('gone', { kind: 'change', undo: 'none' }, `rm -rf ${folder.path}/gone`)
    const one = await world.start(runbook([look, fix, gate, back]))
    await world.answer(await world.asked(one.id))
    await world.until(one.id, 'waiting')
    await world.answer(await world.asked(one.id))
    await world.until(one.id, 'succeeded')
    await world.runs.undo({ id: one.id }, world.caller)
    await world.answer(await world.asked(one.id))
    await world.until(one.id, 'undone')
    const two = await world.start(runbook([gone]))
    await world.answer(await world.asked(two.id))
    await world.until(two.id, 'succeeded')
    const three = await world.start(runbook([gone]))
    await world.answer(await world.asked(three.id), 'reject')
    await world.until(three.id, 'failed')
    await world.addTargets('webs', ['web-1', 'web-2'])
    const all = step('all', { kind: 'change', on: 'webs', fan: 'serial', undo: 'none' }, 'uptime')
    const four = await world.start(runbook([all]))
    await world.answer(await world.asked(four.id))
    await world.until(four.id, 'succeeded')
    drafts = (await Array.fromAsync(world.audit.entries())).map((entry) => ({
      ...entry,
      detail: JSON.parse(entry.detail) as Record<string, unknown>,
    }))
    keys = await readPublicKeys(database)
  }, 60_000)
  afterAll(async () => {
    await world.close()
    await database.close()
    await folder.remove()
  })

  const copy = () => structuredClone(drafts)
  const seqOf = (action: string, index = 0) =>
    drafts.filter((draft) => draft.action === action)[index]!.seq
  const check = (lines: string[], options: object = {}) => checkHistory(lines, { keys, ...options })
  const at = (all: Draft[], action: string, index = 0) =>
    all.filter((draft) => draft.action === action)[index]!
  const signedIn = (all: Draft[], action: string, index = 0) =>
    at(all, action, index).detail as unknown as Signed

  test('of real runs is whole', async () => {
    const lines = toLines(drafts)
    expect(await check(lines)).toMatchObject({ ok: true, approvals: 6, started: 6 })
    expect(JSON.parse(lines.at(-1)!)).toEqual({
      end: { entries: drafts.length, head: drafts.at(-1)!.hash },
    })
  })

  type Harm = (all: Draft[]) => void | Draft[]
  const drop =
    (action: string, index = 0): Harm =>
    (all) =>
      all.filter((draft) => draft !== at(all, action, index))
  test.each<[string, Harm, string, number?]>([
    [
      'a changed reason',
      (all) => void (signedIn(all, 'approval.approved').statement['reason'] = 'sure'),
      'approval.approved',
    ],
    [
      'an approval moved to another action',
      (all) => {
        for (const action of ['approval.requested', 'approval.approved'])
          at(all, action).detail['subjectHash'] = 'a'.repeat(64)
        signedIn(all, 'approval.approved').statement['subjectHash'] = 'a'.repeat(64)
      },
      'approval.approved',
    ],
    [
      'a later end of the time to answer',
      (all) => {
        const { detail } = at(all, 'approval.requested')
        detail['expiresAt'] = Number(detail['expiresAt']) + 1
      },
      'approval.approved',
    ],
    [
      'a smaller tier',
      (all) => void (at(all, 'approval.requested', 2).detail['tier'] = 'read'),
      'approval.approved',
      2,
    ],
    [
      'somebody else who asked',
      (all) => void (at(all, 'approval.requested').detail['requesterId'] = `opr_${'0'.repeat(26)}`),
      'approval.approved',
    ],
    [
      'a signature that is missing',
      (all) => void delete at(all, 'approval.approved').detail['signature'],
      'approval.approved',
    ],
    [
      'the signature of another answer',
      (all) =>
        void (signedIn(all, 'approval.approved').signature = signedIn(
          all,
          'approval.approved',
          1,
        ).signature),
      'approval.approved',
    ],
    [
      'a no that became a yes',
      (all) => {
        const no = at(all, 'approval.rejected')
        no.action = 'approval.approved'
        signedIn(all, 'approval.approved', 4).statement['decision'] = 'approve'
      },
      'approval.rejected',
    ],
    [
      'a target more in a set than was asked for',
      (all) =>
        void (at(all, 'approval.requested', 5).detail['set'] as string[]).push('c'.repeat(64)),
      'run.dispatched',
      4,
    ],
    [
      'a target of a set that was used twice',
      (all) => {
        const [one, two] = [0, 1].map((n) => at(all, 'approval.part_used', n))
        two!.detail['hash'] = one!.detail['hash']
      },
      'approval.part_used',
      1,
    ],
    [
      'a target of a set that was never used',
      (all) => void (at(all, 'approval.part_used', 1).action = 'nothing'),
      'run.dispatched',
      5,
    ],
    [
      'other bytes that ran',
      (all) => {
        const { detail } = at(all, 'run.dispatched', 1)
        detail['hash'] = 'b'.repeat(64)
      },
      'run.dispatched',
      1,
    ],
    [
      'other bytes that were frozen and ran',
      (all) => {
        const frozen = at(all, 'run.frozen', 1).detail['frozen'] as { hash: string }
        frozen.hash = 'b'.repeat(64)
        at(all, 'run.dispatched', 1).detail['hash'] = 'b'.repeat(64)
      },
      'run.dispatched',
      1,
    ],
    [
      'a change that ran without an approval',
      (all) => void (at(all, 'run.dispatched', 1).detail['approvalId'] = null),
      'run.dispatched',
      1,
    ],
    [
      'a rule that never was',
      (all) => {
        const { detail } = at(all, 'run.dispatched', 1)
        detail['approvalId'] = null
        detail['policy'] = { effect: 'allow', source: 'rule', rules: ['ghost'] }
      },
      'run.dispatched',
      1,
    ],
    [
      'an approval used for another run',
      (all) => {
        const [one, other] = [at(all, 'run.dispatched', 1), at(all, 'run.dispatched', 3)]
        other.detail['approvalId'] = one.detail['approvalId']
      },
      'run.dispatched',
      3,
    ],
  ])('with %s is found out', async (_, harm, action, index = 0) => {
    const all = copy()
    const harmed = harm(all) ?? all
    expect(await check(toLines(harmed))).toMatchObject({ ok: false, seq: seqOf(action, index) })
  })

  test.each<[string, Harm]>([
    ['answer', drop('approval.approved')],
    ['request', drop('approval.requested')],
    ['use', drop('approval.used')],
    ['key holder', drop('operator.added')],
    ['frozen action', drop('run.frozen', 1)],
  ])('without an %s is found out', async (_, harm) => {
    const all = copy()
    expect(await check(toLines(harm(all) ?? all))).toMatchObject({ ok: false })
  })

  test('in which something ran twice is found out', async () => {
    const all = copy()
    const twice = at(all, 'run.dispatched', 1)
    all.splice(all.indexOf(twice) + 1, 0, structuredClone(twice))
    expect(await check(toLines(all))).toMatchObject({ ok: false, seq: twice.seq + 1 })
  })

  test('believes no key but those given', async () => {
    const other = keys.map((key) => ({ ...key, fingerprint: 'SHA256:other' }))
    const stranger = keys.map((key) => ({ ...key, operatorId: `opr_${'0'.repeat(26)}` as never }))
    const over = keys.map((key) => ({ ...key, validUntil: key.validFrom }))
    for (const set of [[], other, stranger, over])
      expect(await check(toLines(drafts), { keys: set })).toMatchObject({
        ok: false,
        seq: seqOf('approval.approved'),
      })
  })

  test('that was cut shows it: in the file, or against the hash written down elsewhere', async () => {
    const lines = toLines(drafts)
    expect(await check(lines.slice(0, -1))).toMatchObject({ ok: false })
    expect(await check([...lines, lines[1]!])).toMatchObject({ ok: false })
    const head = drafts.at(-1)!.hash
    expect(await check(toLines(drafts.slice(0, -1)), { head })).toMatchObject({ ok: false })
    expect(await check(lines, { head })).toMatchObject({ ok: true })
  })

  test('is read line by line: what is none, is said with its number', async () => {
    expect(await check(['{"nothing":1}'])).toMatchObject({ ok: false, line: 1 })
    expect(await check([])).toMatchObject({ ok: false })
    expect(await check([JSON.stringify(LOG), '{'])).toMatchObject({ ok: false, line: 2 })
  })

  test('of before there were signatures is checked from where they begin', async () => {
    const all = copy()
    delete at(all, 'approval.approved').detail['signature']
    const from = seqOf('run.dispatched', 1) + 1
    expect(await check(toLines(all), { from })).toMatchObject({ ok: true })
  })

  test('comes with a file of keys whose fingerprints are looked at', () => {
    const file = keys.map((key) => JSON.stringify({ key })).join('\n')
    expect(parseKeys(file)).toHaveLength(keys.length)
    expect(parseKeys(file.replace('SHA256:', 'SHA256:x'))).toMatch(/fingerprint/)
    expect(parseKeys('')).toMatch(/no public key/)
    expect(parseKeys('{}')).toMatch(/line 1/)
  })
})
