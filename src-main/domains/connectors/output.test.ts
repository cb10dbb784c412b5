import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMasking } from '#platform/masking'
import { createOutput } from './output'

function shown(secrets: readonly string[], chunks: readonly Uint8Array[]): string {
  const masking = createMasking()
  for (const secret of secrets) masking.add(secret)
  let text = ''
  const output = createOutput(masking, (_, piece) => (text += piece))
  for (const chunk of chunks) output.write('stdout', chunk)
  output.end()
  return text
}

describe('the output of a program', () => {
  test('is masked the same wherever its bytes are cut', () => {
    // Few letters, so that secrets overlap, repeat and begin with one another.
    const letters = fc.string({
      unit: fc.constantFrom('a', 'b', 'ü', '🚢'),
      minLength: 4,
      maxLength: 7,
    })
    const input = fc.record({
      secrets: fc.array(letters, { minLength: 1, maxLength: 3 }),
      text: fc.string({ unit: fc.constantFrom('a', 'b', 'ü', '🚢', '\n'), maxLength: 40 }),
      cuts: fc.array(fc.nat(160), { maxLength: 8 }),
    })
    fc.assert(
      fc.property(input, ({ secrets, text, cuts }) => {
        const bytes = Buffer.from(text)
        const borders = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted(
          (a, b) => a - b,
        )
        const chunks = borders.slice(1).map((to, n) => bytes.subarray(borders[n], to))
        expect(shown(secrets, chunks)).toBe(shown(secrets, [bytes]))
        for (const secret of secrets) expect(shown(secrets, chunks)).not.toContain(secret)
      }),
      { numRuns: 2_000 },
    )
  })

  test('is not held back when it cannot be a secret', () => {
    const masking = createMasking()
    masking.add('-----BEGIN KEY-----\nabcdefghijklmnopqrstuvwxyz\n-----END KEY-----')
    const pieces: string[] = []
    const output = createOutput(masking, (_, piece) => pieces.push(piece))
    output.write('stdout', Buffer.from('Password: '))
    expect(pieces).toEqual(['Password: '])
  })

  test('shows bytes that are no text as replacement characters', () => {
    expect(shown([], [Buffer.from([0x61, 0xff, 0x62, 0xe2, 0x82])])).toBe('a\uFFFDb\uFFFD')
  })
})
