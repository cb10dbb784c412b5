import { describe, expect, test } from 'vitest'
import { SourceSettings } from '#contract/intake'
import { createLimits } from './limits'
import type { KeptSource } from './source-repository'

const source = (parts: object) =>
  ({ name: 'a', settings: SourceSettings.parse(parts) }) as unknown as KeptSource

describe('limits of a source', () => {
  test('let a burst in, then as many as a second may bring', () => {
    let now = 0
    const limits = createLimits({ now: () => now })
    const slow = source({ mostPerSecond: 10 })
    const enter = () => {
      const wait = limits.enter(slow)
      if (wait === undefined) limits.leave('a')
      return wait
    }
    for (let n = 0; n < 20; n++) expect(enter()).toBeUndefined()
    expect(enter()).toBe(1)
    now += 100
    expect(enter()).toBeUndefined()
    expect(enter()).toBe(1)
    now += 10_000_000
    for (let n = 0; n < 20; n++) expect(enter()).toBeUndefined()
    expect(enter()).toBe(1)
  })

  test('count what is under way', () => {
    const limits = createLimits({ now: () => 0 })
    const narrow = source({ mostAtOnce: 2 })
    expect([limits.enter(narrow), limits.enter(narrow), limits.enter(narrow)]).toEqual([
      undefined,
      undefined,
      1,
    ])
    limits.leave('a')
    expect(limits.enter(narrow)).toBeUndefined()
  })

  test('a clock that goes back takes nothing away', () => {
    let now = 1000
    const limits = createLimits({ now: () => now })
    expect(limits.enter(source({}))).toBeUndefined()
    now = 0
    expect(limits.enter(source({}))).toBeUndefined()
  })
})
