import { expect, test } from 'vitest'
import type { Connection, TestProgress } from '#contract/connections'
import { legsOf } from './test-legs'

const jump = { host: 'gate', port: 22, username: 'ada', hostKey: null, credentialId: null }
const over = (jumpHosts: (typeof jump)[]) =>
  ({
    kind: 'ssh',
    route: { host: 'db', port: 22, username: 'ada', jumpHosts, problem: null },
  }) as unknown as Connection

test('a host that is reached directly has one leg with every stage', () => {
  const stages = ['name', 'tcp', 'host_key', 'auth', 'permission']
  expect(legsOf(over([]), [])).toEqual([{ jumpHost: undefined, stages }])
})

test('only the first name is looked up here, and only the target runs a command', () => {
  const told = [{ jumpHost: 'gate:22' }, { jumpHost: 'inner:22' }] as TestProgress[]
  expect(legsOf(over([jump]), told)).toEqual([
    { jumpHost: 'gate:22', stages: ['name', 'tcp', 'host_key', 'auth'] },
    { jumpHost: 'inner:22', stages: ['tcp', 'host_key', 'auth'] },
    { jumpHost: undefined, stages: ['tcp', 'host_key', 'auth', 'permission'] },
  ])
})
