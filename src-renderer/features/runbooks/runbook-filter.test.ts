import { describe, expect, test } from 'vitest'
import type { RunbookSummary } from '#contract/runbooks'
import { filterRunbooks, type Listed, orderRunbooks } from './runbook-filter'

const runbook = (title: string, errors = 0, tags: string[] = []) =>
  ({ id: title, title, description: '', tags, errors }) as unknown as RunbookSummary

test('runbooks with errors come first, the rest by title', () => {
  const titles = filterRunbooks([runbook('b'), runbook('a'), runbook('z', 2)], '').map(
    ({ title }) => title,
  )
  expect(titles).toEqual(['z', 'a', 'b'])
})

test('every word has to be somewhere', () => {
  const items = [runbook('Disk is full', 0, ['linux']), runbook('Disk is slow')]
  expect(filterRunbooks(items, 'disk LINUX')).toHaveLength(1)
})

describe('runbooks in an order', () => {
  const used = (title: string, fixed: number, notFixed: number, lastUsedAt: number) =>
    ({
      ...runbook(title),
      quality: { overall: { fixed, notFixed, lastUsedAt } },
    }) as unknown as Listed
  const never = { ...runbook('a'), quality: undefined }
  const all = [never, used('lucky', 1, 0, 3), used('proven', 9, 1, 2), used('bad', 0, 6, 1)]
  const titles = (order: Parameters<typeof orderRunbooks>[1]) =>
    orderRunbooks(all, order).map(({ title }) => title)

  test('of reliability: one lucky run is not better than nine of ten', () => {
    expect(titles('best')).toEqual(['proven', 'lucky', 'bad', 'a'])
  })

  test('keep what was never used at the end, whichever way', () => {
    expect(titles('worst')).toEqual(['bad', 'lucky', 'proven', 'a'])
    expect(titles('used')).toEqual(['lucky', 'proven', 'bad', 'a'])
  })
})
