import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { contract, type Refusal } from '#contract'
import { type RoleName, ROLES } from '#contract/define'
import { createEvents } from '#platform/events'
import { silentLog } from '#platform/log'
import { createDesk } from './desk'

const parts = Object.entries(contract).flatMap(([domain, calls]) =>
  Object.entries(calls).map(([name, spec]) => ({ name: `${domain}.${name}`, spec })),
)
const calls = parts.flatMap(({ name, spec }) => (spec.kind === 'event' ? [] : [{ name, spec }]))

/** Domains in which every handler notes that it was reached. */
function createDomains(reached: string[]) {
  const domains = Object.keys(contract).map((domain) => [
    domain,
    new Proxy({}, { get: (_, name) => () => void reached.push(`${domain}.${String(name)}`) }),
  ])
  return Object.fromEntries(domains) as Record<string, object>
}

describe('every call of the contract', () => {
  const reached: string[] = []
  const admin = { id: 'opr_01J9Q3ZZZZZZZZZZZZZZZZZZZZ', name: 'Ann', role: 'admin' } as never
  const desk = createDesk({
    contract,
    domains: createDomains(reached),
    log: silentLog(),
    caller: () => admin,
  })

  test.each(calls)(
    '$name refuses what does not fit, before its handler',
    async ({ name, spec }) => {
      const entry = desk.find(name)!
      const { signal } = new AbortController()
      for (const wrong of [{ __wrong: 1 }, 'a string', null, undefined, 7, [[]]]) {
        const work =
          spec.kind === 'stream'
            ? Array.fromAsync(desk.chunks(entry, wrong, signal))
            : desk.answer(entry, wrong, signal)
        await expect(work).rejects.toMatchObject({ code: 'invalid_input' })
      }
      expect(reached).toEqual([])
    },
  )
})

describe('every call of the contract, by role', () => {
  let role: RoleName = 'viewer'
  const reached: string[] = []
  const desk = createDesk({
    contract,
    domains: createDomains(reached),
    log: silentLog(),
    // Asked at each call: the role in the store is what counts, not the one at the start.
    caller: () => ({ id: 'opr_01J9Q3ZZZZZZZZZZZZZZZZZZZZ', name: 'Ann', role }) as never,
  })
  async function refusal(name: string, as: RoleName): Promise<string> {
    role = as
    const entry = desk.find(name)!
    const { signal } = new AbortController()
    const work =
      entry.spec.kind === 'stream'
        ? Array.fromAsync(desk.chunks(entry, { __wrong: 1 }, signal))
        : desk.answer(entry, { __wrong: 1 }, signal)
    return work.then(
      () => 'answered',
      ({ code }: Refusal) => code,
    )
  }

  test.each(calls)('$name is for those who have its role, and for nobody below', async (call) => {
    const needed = ROLES.indexOf(call.spec.role)
    for (const [index, each] of ROLES.entries())
      // Whoever may call gets as far as the check of what they say.
      expect(await refusal(call.name, each)).toBe(index < needed ? 'forbidden' : 'invalid_input')
    expect(reached).toEqual([])
  })

  test('the sensitive ones are where they belong', () => {
    const needs = (role_: RoleName) =>
      calls.filter(({ spec }) => spec.role === role_).map(({ name }) => name)
    expect(needs('approver')).toEqual(
      expect.arrayContaining(['approvals.decide', 'people.delegate']),
    )
    expect(needs('admin')).toEqual(
      expect.arrayContaining([
        'people.setRole',
        'people.saveGroup',
        'people.removeGroup',
        'settings.govern',
        'policies.reload',
        'intake.setSecret',
        'intake.removeSecret',
        'intake.rotateToken',
      ]),
    )
    expect(calls.filter(({ spec }) => spec.kind === 'command' && spec.role === 'viewer')).toEqual([
      expect.objectContaining({ name: 'settings.update' }),
      expect.objectContaining({ name: 'credentials.present' }),
    ])
  })
})

describe('everything in the contract', () => {
  test.each(parts)('$name is made of JSON values', ({ spec }) => {
    const schemas =
      spec.kind === 'event'
        ? [spec.payload]
        : spec.kind === 'stream'
          ? [spec.input, spec.chunk]
          : [spec.input, spec.output]
    // Refuses whatever JSON has no word for: dates, maps, big integers, undefined.
    for (const schema of schemas)
      expect(() => z.toJSONSchema(schema, { io: 'output' })).not.toThrow()
  })
  test('is heard by the bridge through the events of the platform', () => {
    const events = createEvents()
    const heard: string[] = []
    events.subscribeAll((name) => heard.push(name))
    events.publish('host.goTo', { route: '/approvals' })
    expect(heard).toEqual(['host.goTo'])
  })
})
