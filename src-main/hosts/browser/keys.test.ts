import { beforeEach, describe, expect, test } from 'vitest'
import { createKeys, IDLE_MS, type Keys, LONGEST_MS, TICKET_MS } from './keys'
import { LOCK_MS, MAX_FAILURES } from './tries'

let now: number
let locks: number
let keys: Keys
beforeEach(() => {
  now = 1_800_000_000_000
  locks = 0
  keys = createKeys({
    clock: { now: () => now },
    onLock: () => {
      locks += 1
    },
  })
})

function newToken(): string {
  const redeemed = keys.redeem(keys.newTicket())
  if (redeemed.kind !== 'token') throw new Error(redeemed.kind)
  return redeemed.token
}

describe('a session key', () => {
  test('that ends by itself is told to whoever holds it, once', () => {
    const idle = keys.show(newToken())!
    const busy = keys.show(newToken())!
    const ended: string[] = []
    idle.onEnd(() => ended.push('idle'))
    const stop = idle.onEnd(() => ended.push('gone'))
    busy.onEnd(() => ended.push('busy'))
    stop()
    now += IDLE_MS
    keys.sweep()
    expect(busy.use()).toBe(true)
    now += 1
    keys.sweep()
    keys.sweep()
    expect(ended).toEqual(['idle'])
    expect([idle.use(), busy.use()]).toEqual([false, true])
    now += LONGEST_MS
    keys.sweep()
    expect(ended).toEqual(['idle', 'busy'])
  })
  test('gives way to newer ones when there are too many', () => {
    const first = newToken()
    const shown = keys.show(first)!
    let ended = false
    shown.onEnd(() => {
      ended = true
    })
    for (let n = 0; n < 32; n += 1) newToken()
    expect([ended, shown.use(), keys.show(first)]).toEqual([true, false, undefined])
  })
})

describe('a ticket', () => {
  test('gives way to newer ones when there are too many', () => {
    const first = keys.newTicket()
    const second = keys.newTicket()
    for (let n = 0; n < 31; n += 1) keys.newTicket()
    expect(keys.redeem(first).kind).toBe('unknown')
    expect(keys.redeem(second).kind).toBe('token')
  })
  test('is gone when it was too late, also for a second try', () => {
    const ticket = keys.newTicket()
    now += TICKET_MS + 1
    expect(keys.redeem(ticket).kind).toBe('unknown')
    now -= TICKET_MS
    expect(keys.redeem(ticket).kind).toBe('unknown')
  })
})

describe('wrong keys', () => {
  test('of both kinds are counted together, and a good ticket starts anew', () => {
    for (let n = 0; n < MAX_FAILURES - 1; n += 1) keys.show('wrong')
    newToken()
    for (let n = 0; n < MAX_FAILURES - 1; n += 1) keys.redeem('wrong')
    expect(locks).toBe(0)
    keys.show(undefined)
    expect(locks).toBe(1)
    expect(keys.redeem(keys.newTicket()).kind).toBe('locked')
    now += LOCK_MS
    expect(keys.redeem(keys.newTicket()).kind).toBe('token')
  })
})
