import { describe, expect, test } from 'vitest'
import { actionWords, detailLine } from './audit-words'

describe('an audit entry in words', () => {
  test('names the action as a sentence begins', () => {
    expect(actionWords('run.step_started')).toBe('Run step started')
  })
  test('puts its facts in one line', () => {
    expect(detailLine('{"stars":5,"tier":"change"}')).toBe('stars 5, tier change')
    expect(detailLine('{}')).toBe('')
  })
})
