import { describe, expect, test } from 'vitest'
import { actionWords, detailLine, subjectPath } from './audit-words'

describe('an audit entry in words', () => {
  test('names the action as a sentence begins', () => {
    expect(actionWords('run.step_started')).toBe('Run step started')
  })
  test('puts its facts in one line', () => {
    expect(detailLine('{"stars":5,"tier":"change"}')).toBe('stars 5, tier change')
    expect(detailLine('{}')).toBe('')
  })
  test('leaves out what is empty, opens what is nested and cuts hashes', () => {
    const hash = 'a'.repeat(64)
    const detail = JSON.stringify({
      approvalId: null,
      hash,
      outcome: { exitCode: 0, signal: null },
    })
    expect(detailLine(detail)).toBe('hash aaaaaa…, outcome: exit code 0')
  })
  test('leads to what it is about', () => {
    expect(subjectPath('run_01J9Q4K0000000000000000000')).toBe(
      '/runs/run_01J9Q4K0000000000000000000',
    )
    expect(subjectPath('source grafana')).toBeNull()
  })
})
