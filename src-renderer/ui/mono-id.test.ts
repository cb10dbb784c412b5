import { expect, test } from 'vitest'
import { shortId } from './mono-id'

test('a long id keeps its kind and its end, a hash both ends, a short one everything', () => {
  expect(shortId('tkt_01J9Q3ABCDEFGHJKMNPQRSTVWX')).toBe('tkt_…RSTVWX')
  expect(shortId('a'.repeat(60) + 'beef')).toBe('aaaaaa…beef')
  expect(shortId('9f3c')).toBe('9f3c')
})
