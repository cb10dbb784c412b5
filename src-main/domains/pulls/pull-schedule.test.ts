import { describe, expect, test } from 'vitest'
import { afterPull, type Kept, type Outcome } from './pull-schedule'

const kept: Kept = {
  upTo: null,
  lastAt: null,
  lastOkAt: null,
  lastCount: 0,
  failures: 0,
  circuit: 'closed',
  nextAt: null,
  problem: '',
}
const failed: Outcome = { status: 'failed', problem: 'no' }
const dice = (random: number) => ({ now: 1_000_000, everyMs: 60_000, random: () => random })
const waitOf = ({ nextAt }: Kept) => nextAt! - 1_000_000

describe('when a source is asked again', () => {
  test('as often as it should be, or later when it says so', () => {
    const done = { status: 'done', count: 3, waitMs: 0 } as const
    expect(waitOf(afterPull(kept, done, dice(0)))).toBe(60_000)
    expect(waitOf(afterPull(kept, { ...done, waitMs: 90_000 }, dice(0)))).toBe(90_000)
  })

  test('after a failure at a random time in a window that doubles', () => {
    const first = afterPull(kept, failed, dice(0.999))
    expect(first).toMatchObject({ failures: 1, circuit: 'closed', problem: 'no' })
    expect(waitOf(first)).toBeLessThan(120_000)
    expect(waitOf(afterPull(first, failed, dice(0.999)))).toBeGreaterThan(230_000)
    expect(waitOf(afterPull(first, failed, dice(0)))).toBe(1_000)
  })

  test('five failures in a row open the circuit, and one try decides whether it closes', () => {
    let now = kept
    for (let n = 0; n < 4; n += 1) now = afterPull(now, failed, dice(0.5))
    expect(now.circuit).toBe('closed')
    now = afterPull(now, failed, dice(0.5))
    expect(now).toMatchObject({ circuit: 'open', failures: 5 })
    const firstWait = waitOf(now)
    now = afterPull({ ...now, circuit: 'half_open' }, failed, dice(0.5))
    expect(now.circuit).toBe('open')
    expect(waitOf(now)).toBe(2 * firstWait)
    const done = { status: 'done', count: 0, waitMs: 0 } as const
    expect(afterPull({ ...now, circuit: 'half_open' }, done, dice(0.5))).toMatchObject({
      circuit: 'closed',
      failures: 0,
      problem: '',
    })
  })

  test('waiting for the vault, or because it was asked too often, is no failure', () => {
    const waits = { status: 'waits', problem: 'locked', waitMs: 0, ours: true } as const
    const after = afterPull({ ...kept, failures: 4, circuit: 'closed' }, waits, dice(0.5))
    expect(after).toMatchObject({ failures: 4, circuit: 'closed', problem: 'locked' })
    expect(afterPull({ ...kept, circuit: 'half_open' }, waits, dice(0.5)).circuit).toBe('open')
  })
})
