import { describe, expect, test } from 'vitest'
import { atOnce, createRest, inSlices, type Pieces } from './slices'

function* counting(to: number, each: () => void = () => {}): Pieces<number> {
  for (let n = 0; n < to; n += 1) {
    each()
    yield
  }
  return to
}

const broken = () =>
  counting(3, () => {
    throw new Error('broken')
  })

function busy(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

describe('long work', () => {
  test('gives the same at once and in slices', async () => {
    expect(atOnce(counting(1000))).toBe(1000)
    expect(await inSlices(counting(1000))).toBe(1000)
  })

  test('lets others go first between its slices', async () => {
    let turns = 0
    const other = () => {
      turns += 1
      next = setImmediate(other)
    }
    let next = setImmediate(other)
    await inSlices(counting(30, () => busy(3)))
    clearImmediate(next)
    expect(turns).toBeGreaterThan(3)
  })

  test('fails with what one of its pieces throws', async () => {
    await expect(inSlices(broken())).rejects.toThrow('broken')
    expect(() => atOnce(broken())).toThrow('broken')
  })

  test('takes no pause before a slice is over', () => {
    expect(createRest()()).toBeUndefined()
  })
})
