import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Policy } from '#domains/policies'
import { connectDatabase, type Database } from '#platform/database'
import { migrate } from '#platform/migrate'
import { openFolder, openWorld, runbook, step, type World } from './run-world.suite'

type Rule = Extract<Policy, { state: 'loaded' }>['rules'][number]

function rules(effect: Rule['effect'], requires: Partial<Rule['requires']> = {}): Policy {
  const nobody = { people: 1, from: [], reason: false, notRequester: false }
  const rule: Rule = {
    name: 'the-rule',
    effect,
    when: { program: ['echo'] },
    requires: { ...nobody, ...requires },
    why: 'Said so.',
  }
  return { state: 'loaded', rules: [rule], zone: 'UTC' }
}

describe('a run under rules', { timeout: 20_000 }, () => {
  let database: Database
  let folder: Awaited<ReturnType<typeof openFolder>>
  let world: World

  beforeEach(async () => {
    database = connectDatabase(':memory:')
    await migrate(database)
    folder = await openFolder()
    world = await openWorld(database, folder.path)
  })
  afterEach(async () => {
    await world.close()
    await database.close()
    await folder.remove()
  })

  const book = () =>
    runbook([step('fix', { kind: 'change', undo: 'none' }, `echo fix >> ${folder.marks}`)])

  test('that deny is not started', async () => {
    world.govern(rules('deny'))
    await expect(world.start(book())).rejects.toThrow(/the-rule.*Said so/)
    expect(await folder.marked()).toEqual([])
  })

  test('that allow asks nobody, and the log says which rule it was', async () => {
    world.govern(rules('allow'))
    const { id } = await world.start(book())
    await world.until(id, 'succeeded')
    expect(await world.waiting()).toEqual([])
    expect(await folder.marked()).toEqual(['fix'])
    const { items } = await world.audit.list(
      { cursor: null, limit: 100, text: 'run.dispatched' },
      world.caller,
    )
    expect(JSON.parse(items[0]!.detail)).toMatchObject({
      tier: 'change',
      policy: { effect: 'allow', rules: ['the-rule'] },
    })
  })

  test('that deny by now is not run with an older yes', async () => {
    const { id } = await world.start(book())
    const asked = await world.asked(id)
    world.govern(rules('deny'))
    await world.answer(asked)
    expect((await world.until(id, 'failed')).reason).toMatch(/denies this/)
    expect(await folder.marked()).toEqual([])
  })

  test('that ask for more by now is asked anew', async () => {
    const { id } = await world.start(book())
    const asked = await world.asked(id)
    world.govern(rules('ask', { people: 2 }))
    await world.answer(asked)
    expect((await world.until(id, 'failed')).reason).toMatch(/asks for more/)
    expect(await folder.marked()).toEqual([])
  })

  test('shows the approver who is asked and why', async () => {
    world.govern(rules('ask', { people: 2, from: [['group:dba']] }))
    const { id } = await world.start(book())
    expect(await world.asked(id)).toMatchObject({
      policy: {
        effect: 'ask',
        source: 'rule',
        rules: ['the-rule'],
        why: 'Said so.',
        requires: { people: 2, from: [['group:dba']] },
      },
    })
  })

  test('a gate asks those whom the runbook names', async () => {
    const gate = step('ok', { kind: 'approval', approvers: 'group:dba ada', approvals: '2' }, 'Go?')
    const { id } = await world.start(runbook([gate]))
    const asked = await world.asked(id)
    expect(asked.policy).toMatchObject({
      source: 'runbook',
      requires: { people: 2, from: [['group:dba', 'ada']] },
    })
    expect(await world.answer(asked)).toMatchObject({ status: 'waiting' })
  })
})
