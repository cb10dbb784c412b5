import { describe, expect, test } from 'vitest'
import { egressWords, listenerWords, vaultWords } from './foot-words'

const ssh = (host: string) => ({ kind: 'ssh' as const, host })
const pull = (url: string) => ({ url, enabled: true, here: true })

const leaving = (
  connections: { kind: 'ssh' | 'local' | 'postgres' | 'http'; host: string | null }[],
  pulls: ReturnType<typeof pull>[] = [],
  offline = false,
) => egressWords({ connections, pulls, offline })

describe('the foot of the rail says what may leave the machine', () => {
  test('nothing, while every connection and every asked source is on this machine', () => {
    const here = [{ kind: 'local' as const, host: null }, ssh('127.0.0.1'), ssh('localhost')]
    expect(leaving(here, [pull('http://localhost:9093')]).short).toBe('Nothing leaves yet')
    expect(leaving(here, [], true).short).toBe('Offline: nothing leaves')
  })

  test('SSH and questions, as soon as one host is elsewhere', () => {
    expect(leaving([ssh('web-2.prod')]).short).toBe('Leaves: SSH to 1 host')
    const asked = [pull('https://api.github.com'), pull('https://gitlab.com')]
    expect(leaving([ssh('web-2.prod')], asked).short).toBe('Leaves: SSH to 1 host, asks 2 sources')
    const elsewhere = { ...asked[0]!, here: false }
    expect(leaving([], [elsewhere]).short).toBe('Nothing leaves yet')
  })

  test('databases and web services elsewhere, too', () => {
    const others = [
      { kind: 'postgres' as const, host: 'db-1' },
      { kind: 'http' as const, host: 'grafana.prod' },
      { kind: 'http' as const, host: '127.0.0.1' },
    ]
    expect(leaving(others).short).toBe('Leaves: 1 database, 1 web service')
  })

  test('offline only steps leave, whatever is asked otherwise', () => {
    const offline = leaving([ssh('web-2.prod')], [pull('https://gitlab.com')], true)
    expect(offline.short).toBe('Offline but SSH to 1 host')
    expect(offline.long).toContain('everything else is refused')
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
