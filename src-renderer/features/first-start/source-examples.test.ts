import { describe, expect, test } from 'vitest'
import { SourceKind } from '#contract/intake'
import { KINDS } from './source-examples'

describe('the examples for a first source', () => {
  test('cover every kind there is', () => {
    expect(KINDS.map(({ kind }) => kind).toSorted()).toEqual([...SourceKind.options].toSorted())
  })

  test('carry the address, quoted', () => {
    for (const { example } of KINDS)
      expect(example('http://127.0.0.1:8425/hooks/a/b')).toContain(
        '"http://127.0.0.1:8425/hooks/a/b"',
      )
  })
})
