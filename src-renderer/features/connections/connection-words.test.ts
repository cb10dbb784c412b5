import { describe, expect, test } from 'vitest'
import type { Connection } from '#contract/connections'
import {
  addressOf,
  filterConnections,
  groupFingerprint,
  secretProblem,
  stateOf,
} from './connection-words'

const ssh = (rest: Partial<Connection> = {}) =>
  ({
    name: 'web-2',
    kind: 'ssh',
    host: '10.4.1.12',
    port: 22,
    username: 'deploy',
    tags: ['role=web'],
    hostKey: 'SHA256:abc',
    credentialName: 'prod-deploy',
    lastTest: null,
    ...rest,
  }) as Connection

describe('a connection in words', () => {
  test('its address names user, host and an unusual port', () => {
    expect(addressOf(ssh())).toBe('deploy@10.4.1.12')
    expect(addressOf(ssh({ port: 2222 }))).toBe('deploy@10.4.1.12:2222')
    expect(addressOf(ssh({ host: 'fe80::1', port: 2222 }))).toBe('deploy@[fe80::1]:2222')
    expect(addressOf(ssh({ kind: 'local' }))).toBe('this machine')
  })
  test('an unknown host key is told before a failed test', () => {
    const failed = { at: 1, ok: false, summary: '' }
    expect(stateOf(ssh({ hostKey: null, lastTest: failed })).word).toBe('host key to check')
    expect(stateOf(ssh({ lastTest: failed })).word).toBe('test failed')
    expect(stateOf(ssh()).word).toBe('not tested')
    expect(stateOf(ssh({ lastTest: { ...failed, ok: true } })).word).toBe('works')
  })
  test('it is found by every word in name, address, credential or tag', () => {
    const all = [ssh(), ssh({ name: 'db-3', tags: ['role=db'] })]
    expect(filterConnections(all, 'ROLE=db deploy').map(({ name }) => name)).toEqual(['db-3'])
    expect(filterConnections(all, '')).toHaveLength(2)
  })
})

describe('a fingerprint', () => {
  test('is read in groups of four', () => {
    expect(groupFingerprint('SHA256:abcdefghij').map(({ text }) => text)).toEqual([
      'abcd',
      'efgh',
      'ij',
    ])
  })
  test('shows where it differs from the accepted one', () => {
    const groups = groupFingerprint('SHA256:abcdEFGHij', 'SHA256:abcdefghij')
    expect(groups.map(({ differs }) => differs)).toEqual([false, true, false])
  })
})

describe('a pasted private key', () => {
  test('is refused early when it is the public half or something else', () => {
    expect(secretProblem('private_key', 'ssh-ed25519 AAAAC3Nza maya@desk')).toMatch(/public half/)
    expect(secretProblem('private_key', 'hunter2')).toMatch(/begins with/)
    expect(secretProblem('private_key', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl')).toBeNull()
    expect(secretProblem('private_key', 'PuTTY-User-Key-File-3: ssh-ed25519')).toBeNull()
    expect(secretProblem('password', 'hunter2')).toBeNull()
  })
})
