import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Operator } from '#contract/people'
import type { OperatorId } from '#contract/primitives'
import { createAudit } from '#domains/audit'
import type { Caller } from '#platform/caller'
import type { Database } from '#platform/database'
import { newId } from '#platform/ids'
import { stores } from '#platform/stores.suite'
import { createPeople, type People } from '.'

const as = (operator: Operator): Caller => ({ operator, signal: new AbortController().signal })

describe.each(stores)('operators on $name', ({ open }) => {
  let now = 1_000_000
  const clock = { now: () => now }
  let database: Database

  beforeEach(async () => {
    database = await open()
  })
  afterEach(() => database.close())

  const start = (account: string) =>
    createPeople({ database, clock, audit: createAudit({ database, clock }), account })

  test('a console finds its operator again, renamed', async () => {
    const first = await start('ada')
    const caller: Caller = { operator: first.current(), signal: new AbortController().signal }
    await first.rename({ name: 'Ada L.' }, caller)
    const again = await start('ada')
    expect(again.current()).toEqual({ ...first.current(), name: 'Ada L.' })
  })

  test('the first is admin, who comes later looks on until an admin says more', async () => {
    const ada = await start('ada')
    const grace = await start('grace')
    expect([ada.current().role, grace.current().role]).toEqual(['admin', 'viewer'])
    expect(await ada.isSingleOperator()).toBe(true)
    const order = { id: grace.current().id, role: 'approver' } as const
    await ada.setRole(order, as(ada.current()))
    expect(await ada.isSingleOperator()).toBe(false)
    expect(grace.current().role).toBe('viewer') // what it read last
    expect((await grace.now()).role).toBe('approver')
  })

  test('the last admin stays, also when two go at once', async () => {
    const [ada, grace] = [await start('ada'), await start('grace')]
    const demote = (who: People) =>
      ada.setRole({ id: who.current().id, role: 'viewer' }, as(ada.current()))
    await expect(demote(ada)).rejects.toMatchObject({ code: 'conflict' })
    await ada.setRole({ id: grace.current().id, role: 'admin' }, as(ada.current()))
    const both = await Promise.allSettled([demote(ada), demote(grace)])
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const roles = (await ada.everyone({}, as(ada.current()))).map(({ role }) => role)
    expect(roles.filter((role) => role === 'admin')).toHaveLength(1)
  })

  test('a key is made with the first answer, once, and an old one stays known', async () => {
    const ada = await start('ada')
    const me = ada.current()
    expect(await ada.myKey({}, as(me))).toBeNull()
    const [one, other] = await Promise.all([ada.pen(me), ada.pen(me)])
    expect(one.fingerprint).toBe(other.fingerprint)
    now += 1000
    const fresh = await ada.rotateKey({}, as(me))
    expect(await ada.myKey({}, as(me))).toEqual(fresh)
    expect(await ada.publicKey(one.fingerprint)).toMatchObject({ validUntil: now, sealed: null })
    const [person] = await ada.everyone({}, as(me))
    expect(person!.keys.map(({ fingerprint }) => fingerprint)).toEqual([
      fresh.fingerprint,
      one.fingerprint,
    ])
  })

  test('a console that lost its key makes another, and says which it replaces', async () => {
    const ada = await start('ada')
    const { fingerprint } = await ada.pen(ada.current())
    now += 1000
    const again = await start('ada')
    expect((await again.pen(again.current())).fingerprint).not.toBe(fingerprint)
    expect(await again.publicKey(fingerprint)).toMatchObject({ validUntil: now })
  })

  test('groups hold operators, each once, and can be removed', async () => {
    const ada = await start('ada')
    const me = as(ada.current())
    const { id } = ada.current()
    await ada.saveGroup({ name: 'dba', members: [id, id] }, me)
    expect(await ada.groups({}, me)).toEqual([{ name: 'dba', members: [id] }])
    expect(await ada.standing(id)).toMatchObject({ groups: ['dba'] })
    const stranger = newId<OperatorId>('opr')
    const wrong = ada.saveGroup({ name: 'dba', members: [stranger] }, me)
    await expect(wrong).rejects.toMatchObject({ code: 'not_found' })
    await ada.removeGroup({ name: 'dba' }, me)
    await expect(ada.removeGroup({ name: 'dba' }, me)).rejects.toMatchObject({ code: 'not_found' })
    expect(await ada.groups({}, me)).toEqual([])
  })

  test('a delegation is for an approver, for a while, and can be ended', async () => {
    const [ada, grace] = [await start('ada'), await start('grace')]
    const me = as(ada.current())
    const to = grace.current().id
    const wish = { to, until: now + 1000, reason: 'lunch' }
    const delegate = (change: object = {}) => ada.delegate({ ...wish, ...change }, me)
    await expect(delegate()).rejects.toMatchObject({ code: 'conflict' })
    await ada.setRole({ id: to, role: 'approver' }, me)
    for (const change of [{ to: me.operator.id }, { until: now }, { until: now + 1e10 }])
      await expect(delegate(change)).rejects.toMatchObject({ code: 'invalid_input' })
    const made = await delegate()
    const lent = async () => (await ada.standing(to))!.standsFor.map(({ name }) => name)
    expect(await lent()).toEqual(['ada'])
    await ada.endDelegation({ id: made.id }, me)
    expect(await lent()).toEqual([])
    await delegate()
    now += 1000
    expect(await lent()).toEqual([])
    expect(await ada.delegations({}, me)).toEqual([])
  })
})
