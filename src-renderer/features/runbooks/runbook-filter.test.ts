import { expect, test } from 'vitest'
import type { RunbookSummary } from '#contract/runbooks'
import { filterRunbooks } from './runbook-filter'

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
