import { describe, expect, test } from 'vitest'
import { egressWords, listenerWords, vaultWords } from './foot-words'

describe('the foot of the rail says what may leave the machine', () => {
  test('nothing, while every connection ends on this machine', () => {
    const here = [
      { kind: 'local' as const, host: null },
      { kind: 'ssh' as const, host: '127.0.0.1' },
      { kind: 'ssh' as const, host: 'localhost' },
    ]
    expect(egressWords(here).short).toBe('Offline: nothing leaves')
  })

  test('SSH, as soon as one host is elsewhere', () => {
    expect(egressWords([{ kind: 'ssh', host: 'web-2.prod' }]).short).toBe('Leaves: SSH to 1 host')
  })
})

describe('the foot of the rail says when something is wrong', () => {
  test('with the listener, in its own words', () => {
    const words = listenerWords({
      state: 'failed',
      address: '',
      problem: 'Port 8425 is taken',
      perMinute: 0,
      verified: true,
    })
    expect(words).toEqual({ short: 'Intake failed', long: 'Port 8425 is taken', tone: 'bad' })
  })

  test('with a source that needs no token', () => {
    const words = listenerWords({
      state: 'listening',
      address: 'http://127.0.0.1:8425',
      problem: '',
      perMinute: 3,
      verified: false,
    })
    expect(words.tone).toBe('attention')
  })

  test('with a vault that is locked or only in memory', () => {
    expect(
      vaultWords({ tier: 'os-keychain', state: 'locked', detail: 'Unlock the keychain' }).tone,
    ).toBe('bad')
    expect(vaultWords({ tier: 'memory', state: 'unlocked', detail: '' }).tone).toBe('attention')
  })
})
