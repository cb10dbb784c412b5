import { describe, expect, test } from 'vitest'
import { RuleDraft } from '#contract/screening'
import { ruleProblem } from './rule-problem'
import { emptyDraft } from './rule-words'

const problemOf = (draft: unknown) => ruleProblem(RuleDraft.safeParse(draft))

describe('what is wrong with a rule', () => {
  const threshold = { ...emptyDraft('threshold', 0, ''), name: 'Twice' }

  test('is nothing when it can be kept', () => {
    expect(problemOf(threshold)).toBe('')
  })

  test('is told in words of the form, never in those of the contract', () => {
    const wrong = [
      { ...threshold, name: '' },
      { ...threshold, params: { occurrences: Number.NaN, minutes: 15, per: [] } },
      { ...threshold, params: { occurrences: 2, minutes: 0, per: [] } },
      { ...threshold, params: { occurrences: 2, minutes: 15, per: ['colour'] } },
      { ...threshold, match: [{ field: 'severity', is: 'at_least', value: '' }] },
      { ...emptyDraft('window', 0, ''), name: 'W', params: { repeats: 'once', from: 2, until: 1 } },
    ].map(problemOf)
    expect(new Set(wrong).size).toBe(wrong.length)
    for (const words of wrong) expect(words).not.toMatch(/^$|expected|received|invalid|params/i)
  })
})
