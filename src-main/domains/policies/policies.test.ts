import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { array, assert, constantFrom, property, string, tuple } from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RiskTier } from '#contract/primitives'
import { createAudit } from '#domains/audit'
import type { Caller } from '#platform/caller'
import { connectDatabase, type Database } from '#platform/database'
import { createEvents } from '#platform/events'
import { silentLog } from '#platform/log'
import { migrate } from '#platform/migrate'
import { asksMore, createPolicies, type Policies, type Subject } from '.'
import { decide, type Policy } from './policy'
import { parsePolicy } from './policy-file'

const MONDAY_NOON = Date.UTC(2026, 10, 30, 12, 0)
const subject = (parts: Partial<Subject> = {}): Subject => ({
  kind: 'change',
  tier: 'change',
  language: 'sh',
  commands: [['systemctl', 'restart', 'web']],
  target: { name: 'web-2', tags: ['prod', 'web'] },
  runbook: 'restart-web',
  role: 'operator',
  at: MONDAY_NOON,
  runbookAsks: null,
  ...parts,
})
function policyOf(rules: string): Policy {
  const { policy, problems } = parsePolicy(`version: 1\nzone: UTC\nrules:\n${rules}`)
  expect(problems).toEqual([])
  return policy
}
const rule = (effect: string, when: string, more = '') =>
  `  - { name: the-rule, effect: ${effect}, when: { ${when} } ${more && `, ${more}`} }\n`

const none = (parts: Partial<Subject>) => decide({ state: 'none' }, subject(parts))

const NOBODY = { people: 1, from: [], reason: false, notRequester: false }
const MOST = { people: 20, from: [], reason: true, notRequester: true }

describe('what the tier says where no rule does', () => {
  test('a check that reads is let through, all else is asked for', () => {
    expect(none({ kind: 'check', tier: 'read' }).effect).toBe('allow')
    expect(none({ kind: 'change', tier: 'read' }).effect).toBe('ask')
    expect(none({ kind: 'check', tier: 'reach_out' }).effect).toBe('ask')
    expect(none({ kind: 'approval', tier: 'read' })).toMatchObject({ source: 'runbook' })
    expect(none({ tier: 'destroy' }).requires).toMatchObject({ reason: true, notRequester: true })
    expect(none({ tier: 'forbidden' }).effect).toBe('deny')
  })
  test('a runbook may ask for more people, never for fewer', () => {
    const runbookAsks = { people: 2, from: [['group:dba']] }
    expect(none({ runbookAsks }).requires).toMatchObject(runbookAsks)
    expect(none({ kind: 'check', tier: 'read', runbookAsks }).effect).toBe('ask')
    expect(none({ tier: 'destroy', runbookAsks }).requires).toMatchObject({ notRequester: true })
  })
})

describe('a rule', () => {
  test.each<[string, string, Partial<Subject>, boolean]>([
    ['tier', 'tier: change', {}, true],
    ['another tier', 'tier: [destroy, read]', {}, false],
    ['language', 'language: sql', { language: 'sql' }, true],
    ['program', 'program: systemctl', {}, true],
    ['program with a path', 'program: systemctl', { commands: [['/bin/systemctl']] }, true],
    ['words', 'words: systemctl restart', {}, true],
    ['words inside a wrapper', 'words: rm -rf', { commands: [['sudo', '/bin/rm', '-rf']] }, true],
    ['words apart', 'words: systemctl web', {}, false],
    ['words as patterns', 'words: "systemctl re* web*"', {}, true],
    ['SQL words in any case', 'words: drop table', { commands: [['DROP', 'TABLE', 't']] }, true],
    ['target', 'target: "web-*"', {}, true],
    ['no target', 'target: "*"', { target: null }, false],
    ['tag', 'tag: prod', {}, true],
    ['runbook', 'runbook: "restart-*"', {}, true],
    ['role', 'role: [viewer, operator]', {}, true],
    ['a role that is not known', 'role: [operator]', { role: null }, false],
    ['hours', 'hours: "11:00-13:00"', {}, true],
    ['the end of hours', 'hours: "11:00-12:00"', {}, false],
    ['hours over midnight', 'hours: "22:00-06:00"', { at: MONDAY_NOON + 15 * 3_600_000 }, true],
    ['days', 'days: [mon, tue]', {}, true],
    ['other days', 'days: [sat, sun]', {}, false],
    ['all of its conditions', 'tag: prod, tier: destroy', {}, false],
    ['dots as dots', 'target: "web.2"', {}, false],
  ])('about %s', (_, when, parts, applies) => {
    const { effect } = decide(policyOf(rule('deny', when)), subject(parts))
    expect(effect).toBe(applies ? 'deny' : 'ask')
  })

  test('allows only what is nothing but that', () => {
    const policy = policyOf(rule('allow', 'words: systemctl restart'))
    expect(decide(policy, subject()).effect).toBe('allow')
    const more = { commands: [...subject().commands, ['useradd', 'eve']] }
    expect(decide(policy, subject(more)).effect).toBe('ask')
    expect(decide(policy, subject({ commands: [] })).effect).toBe('ask')
    expect(decide(policy, subject({ tier: 'destroy' })).effect).toBe('ask')
  })

  test('that denies wins over one that asks, and that over one that allows', () => {
    const three = ['allow', 'ask', 'deny'].map((effect, n) =>
      rule(effect, 'tier: change').replace('the-rule', `rule-${n}`),
    )
    expect(decide(policyOf(three.join('')), subject())).toMatchObject({
      effect: 'deny',
      rules: ['rule-2'],
    })
    expect(decide(policyOf(three.slice(0, 2).join('')), subject()).effect).toBe('ask')
    expect(decide(policyOf(three[0]!), subject())).toMatchObject({
      effect: 'allow',
      source: 'rule',
      rules: ['rule-0'],
    })
  })

  test('that asks adds up with others that ask', () => {
    const rules =
      rule('ask', 'tag: prod', 'people: 2, from: "group:dba", why: Production.') +
      rule('ask', 'tier: change', 'reason: true, from: [ada, bob]').replace('the-rule', 'other')
    expect(decide(policyOf(rules), subject())).toMatchObject({
      effect: 'ask',
      rules: ['the-rule', 'other'],
      why: 'Production. The rule other says so.',
      requires: { people: 2, from: [['group:dba'], ['ada', 'bob']], reason: true },
    })
  })

  test('never lets through what destroys, and never asks for less than the tier', () => {
    const effects = constantFrom('allow', 'ask', 'deny')
    const whens = constantFrom('tag: prod', 'program: "*"', 'target: "*"', 'days: [mon]')
    assert(
      property(
        array(tuple(effects, whens), { maxLength: 6 }),
        constantFrom(...RiskTier.options),
        (rules, tier) => {
          const text = rules.map(([effect, when], n) =>
            rule(effect, when).replace('the-rule', `r${n}`),
          )
          const given = decide(policyOf(text.join('') || '  []\n'), subject({ tier }))
          const bare = decide({ state: 'none' }, subject({ tier }))
          const most = { forbidden: ['deny'], destroy: ['ask', 'deny'] }[tier as string]
          expect(most ?? ['allow', 'ask', 'deny']).toContain(given.effect)
          expect(asksMore(bare.requires ?? NOBODY, given.requires ?? MOST)).toBe(false)
        },
      ),
    )
  })
})

describe('a policy file', () => {
  test.each([
    ['no YAML', 'a: [', 1],
    ['a list', '- 1', null],
    ['another version', 'version: 2\nrules: []', 1],
    ['an unknown key', 'version: 1\nrules:\n  - { name: a, effect: deny, wen: {} }', 3],
    [
      'an unknown tier',
      'version: 1\nrules:\n  - name: a\n    effect: deny\n    when:\n      tier: chnge',
      6,
    ],
    [
      'a name twice',
      'version: 1\nrules:\n  - { name: a, effect: ask }\n  - { name: a, effect: ask }',
      4,
    ],
    ['people for a denial', 'version: 1\nrules:\n  - { name: a, effect: deny, people: 2 }', 3],
    [
      'an allowed destruction',
      'version: 1\nrules:\n  - { name: a, effect: allow, when: { tier: destroy } }',
      3,
    ],
    ['all allowed', 'version: 1\nrules:\n  - { name: a, effect: allow }', 3],
    ['no such zone', 'version: 1\nzone: Mars/Base\nrules: []', 2],
    [
      'no such hours',
      'version: 1\nrules:\n  - { name: a, effect: ask, when: { hours: "9-5" } }',
      3,
    ],
    ['an alias bomb', bomb(), null],
  ])('with %s is broken as a whole, with the line', (_, text, line) => {
    const { policy, problems } = read(text)
    expect(policy.state).toBe('broken')
    expect(problems[0]?.line ?? null).toBe(line)
    expect(decide(policy, subject()).effect).toBe('deny')
    expect(decide(policy, subject({ kind: 'approval', tier: 'read' })).effect).toBe('deny')
    expect(decide(policy, subject({ kind: 'check', tier: 'read' })).effect).toBe('allow')
  })

  test('never stops the reader, whatever is in it', () => {
    assert(
      property(string({ maxLength: 300 }), (text) => {
        expect(['broken', 'loaded']).toContain(read(text).policy.state)
      }),
    )
  })
})

function read(text: string) {
  try {
    return parsePolicy(text)
  } catch (error) {
    return { policy: { state: 'broken', why: String(error) } as const, problems: [] }
  }
}

const nine = (name: string) => `[${Array.from({ length: 9 }, () => `*${name}`).join(',')}]`

function bomb(): string {
  return `a: &a [x,x,x]\nb: &b ${nine('a')}\nc: &c ${nine('b')}\nd: &d ${nine('c')}\nrules: ${nine('d')}`
}

describe('the policy of a console', () => {
  let database: Database
  let folder: string
  let policies: Policies
  let place: { path: string; chosen: boolean }
  let told: number
  const caller = { operator: { name: 'Ada' } } as Caller
  const DENY = `version: 1\nrules:\n${rule('deny', 'tag: prod')}`

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quarterdeck-policy-'))
    database = connectDatabase(':memory:')
    await migrate(database)
    place = { path: join(folder, 'policy.yaml'), chosen: false }
    told = 0
    policies = await start()
  })
  afterEach(async () => {
    await database.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function start() {
    const clock = { now: () => 1_000 }
    const events = createEvents()
    events.subscribe('policies.changed', () => (told += 1))
    const audit = createAudit({ database, clock })
    const scheduler = { every: () => () => {}, stop: async () => {} }
    return createPolicies({
      database,
      clock,
      events,
      audit,
      scheduler,
      log: silentLog(),
      file: () => place,
    })
  }
  const effect = () => policies.decide(subject()).effect
  const state = async () => (await policies.status({}, caller)).state
  async function entries() {
    const { items } = await createAudit({ database, clock: { now: () => 1 } }).list(
      { cursor: null, limit: 50, text: 'policy.' },
      caller,
    )
    return items.map(({ action }) => action).toReversed()
  }

  test('is read again when it changes, told and written down', async () => {
    expect([await state(), effect()]).toEqual(['none', 'ask'])
    await writeFile(place.path, DENY)
    await policies.look()
    expect([await state(), effect()]).toEqual(['loaded', 'deny'])
    await policies.look()
    await writeFile(place.path, 'version: 1\nrules: []\n')
    await policies.look()
    expect([await state(), effect()]).toEqual(['loaded', 'ask'])
    expect(await entries()).toEqual(['policy.loaded', 'policy.loaded'])
    expect(told).toBe(2)
  })

  test('that breaks denies until it is put right', async () => {
    await writeFile(place.path, DENY.replace('prod', 'test'))
    await policies.look()
    expect(effect()).toBe('ask')
    await writeFile(place.path, 'version: 1\nrules: [')
    await policies.look()
    expect([await state(), effect()]).toEqual(['broken', 'deny'])
    expect(policies.decide(subject()).why).toMatch(/line 2/)
    await writeFile(place.path, DENY.replace('prod', 'test'))
    await policies.look()
    expect(effect()).toBe('ask')
    expect(await entries()).toEqual(['policy.loaded', 'policy.broken', 'policy.loaded'])
  })

  test('that vanishes denies, until an admin goes on without one', async () => {
    await writeFile(place.path, DENY.replace('prod', 'test'))
    await policies.look()
    await rm(place.path)
    await policies.look()
    await policies.look()
    expect([await state(), effect()]).toEqual(['broken', 'deny'])
    expect(await policies.reload({}, caller)).toMatchObject({ state: 'none' })
    expect(effect()).toBe('ask')
  })

  test('whose place was chosen has to be there', async () => {
    place = { path: join(folder, 'other.yaml'), chosen: true }
    await policies.look()
    expect([await state(), effect()]).toEqual(['broken', 'deny'])
    policies = await start()
    expect(effect()).toBe('deny')
    await writeFile(place.path, DENY)
    await policies.look()
    expect(await policies.status({}, caller)).toMatchObject({
      state: 'loaded',
      rules: [{ name: 'the-rule', when: ['tag prod'], demands: 'deny' }],
    })
  })
})
