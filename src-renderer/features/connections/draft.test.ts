import { describe, expect, test } from 'vitest'
import type { Connection } from '#contract/connections'
import { checkDraft, forgetsKey, NO_DRAFT } from './draft'
import { newJump, NO_SSH } from './draft-ssh'

const filled = { ...NO_DRAFT, name: 'web-2', host: '10.4.1.12', username: 'deploy' }

describe('the form of a connection', () => {
  test('says what each empty field needs', () => {
    const { problems } = checkDraft(NO_DRAFT)
    expect(Object.keys(problems ?? {}).toSorted()).toEqual(['host', 'name', 'username'])
  })
  test('refuses a URL where a host belongs, and a port out of range', () => {
    expect(checkDraft({ ...filled, host: 'ssh://web-2' }).problems?.host).toMatch(/Only the host/)
    expect(checkDraft({ ...filled, port: '70000' }).problems?.port).toMatch(/65535/)
    expect(checkDraft({ ...filled, port: '' }).problems?.port).toMatch(/65535/)
  })
  test('a key needs its credential; the agent needs none', () => {
    expect(checkDraft({ ...filled, auth: 'key' }).problems?.credentialId).toMatch(/private key/)
    expect(checkDraft(filled).draft).toMatchObject({ port: 22, credentialId: null, auth: 'agent' })
  })
  test('a name of ~/.ssh/config needs neither user nor port', () => {
    const ssh = { ...NO_SSH, isAlias: true }
    const { draft } = checkDraft({ ...filled, host: 'db', username: '', port: '', ssh })
    expect(draft).toMatchObject({ host: 'db', username: null, ssh: { isAlias: true } })
    expect(checkDraft(filled).draft?.ssh).toBeUndefined()
  })
  test('a jump host says what it needs', () => {
    const jump = newJump([])
    const withJump = (part: Partial<typeof jump>) =>
      checkDraft({ ...filled, ssh: { ...NO_SSH, jumpHosts: [{ ...jump, ...part }] } })
    expect(withJump({}).problems?.ssh).toMatch(/Jump host 1 needs a host/)
    expect(withJump({ host: 'gate' }).problems?.ssh).toMatch(/user/)
    expect(withJump({ host: 'gate', username: 'ada', port: '70000' }).problems?.ssh).toMatch(
      /65535/,
    )
    expect(withJump({ host: 'gate', username: 'ada' }).draft?.ssh?.jumpHosts).toEqual([
      { host: 'gate', port: 22, username: 'ada', auth: 'agent', credentialId: null },
    ])
  })
  test('this machine needs nothing but a name', () => {
    const { draft } = checkDraft({ ...NO_DRAFT, kind: 'local', name: 'This machine', port: '' })
    expect(draft).toMatchObject({ kind: 'local', host: null, username: null })
  })
  test('another address forgets the accepted host key, another name does not', () => {
    const before = { kind: 'ssh', host: '10.4.1.12', port: 22, hostKey: 'SHA256:a' } as Connection
    expect(forgetsKey(before, { ...filled, name: 'web-3' })).toBe(false)
    expect(forgetsKey(before, { ...filled, port: '2222' })).toBe(true)
    expect(forgetsKey(null, filled)).toBe(false)
  })
})
