import { describe, expect, test } from 'vitest'
import { SourceKind } from '#contract/intake'
import { KINDS, OTHER_KINDS } from './source-examples'

describe('the examples for a first source', () => {
  test('are of kinds that there are', () => {
    for (const { kind } of [...KINDS, ...OTHER_KINDS]) expect(SourceKind.options).toContain(kind)
  })

  test('carry the address, quoted', () => {
    for (const { example } of KINDS)
      expect(example('http://127.0.0.1:8425/hooks/a/b')).toContain(
        '"http://127.0.0.1:8425/hooks/a/b"',
      )
  })
})
