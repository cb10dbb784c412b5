import { expect, test } from 'vitest'
import { bytesWords, outcomeWords } from './egress-words'

test('what was answered shows its status; what never left says that it stayed here', () => {
  expect(outcomeWords({ outcome: 'answered', status: 200 })).toEqual({ text: '200', tone: 'good' })
  expect(outcomeWords({ outcome: 'answered', status: 500 }).tone).toBe('attention')
  expect(outcomeWords({ outcome: 'refused', status: null }).text).toBe('Kept here')
})

test('bytes are said in the unit that is short', () => {
  expect([312, 4_200, 1_300_000].map(bytesWords)).toEqual(['312 B', '4.2 kB', '1.3 MB'])
})
