import { describe, expect, test } from 'vitest'
import { toPlain } from './plain'
import {
  entryOf,
  keyOfAll,
  lineAt,
  listOf,
  objectsIn,
  toLabels,
  toRank,
  toTicketLabels,
  valueAt,
} from './values'

describe('what senders write', () => {
  test('HTML is words', () => {
    expect(toPlain('<p>1 &lt; 2 &amp;lt;</p>\n<script>x</script>a < b<br/>c')).toBe(
      '1 < 2 &lt;\n\nxa < b\nc',
    )
    expect(toPlain('<'.repeat(20_000))).toHaveLength(20_000)
    expect(toPlain({})).toBe('')
  })

  test('what says nothing is no label, and a list is joined', () => {
    const parts = { a: ['x', 'y', 'x', ''], b: '0', c: null, d: '', f: {}, g: false }
    expect(toLabels(parts)).toEqual({ a: 'x, y', b: '0', g: 'false' })
  })

  test('what stands for nothing is no label of a ticket', () => {
    expect(toTicketLabels({ a: 'x', b: '0', c: null, d: '', e: 'null', f: {}, g: false })).toEqual({
      a: 'x',
      g: 'false',
    })
  })

  test('a path follows own keys only, and a list has an end', () => {
    expect(valueAt({ a: { b: 1 } }, 'a', 'b')).toBe(1)
    expect(valueAt({ a: {} }, 'a', 'constructor', 'name')).toBeUndefined()
    expect(lineAt({ a: { b: ' x\ny ' } }, 'a', 'b')).toBe('x y')
    expect(listOf(Array.from({ length: 10_000 }))).toHaveLength(2500)
    expect(listOf('text')).toEqual([])
    expect(objectsIn([{}, null, 7, []])).toEqual([{}])
  })

  test('a table says something about its own words only', () => {
    expect(entryOf({ ok: 1 }, 'ok')).toBe(1)
    expect(entryOf({ ok: 1 }, 'constructor')).toBeUndefined()
  })

  test('several ids make one key, unless one is missing', () => {
    expect(keyOfAll(['a'])).toBe('a')
    expect(keyOfAll(['a', 'b'])).toMatch(/^[0-9a-f]{64}$/)
    expect(keyOfAll(['a', 'b'])).not.toBe(keyOfAll(['b', 'a']))
    expect(keyOfAll(['a', undefined])).toBeUndefined()
    expect(keyOfAll([])).toBeUndefined()
  })

  test.each([['SEV-1'], ['Sev 1'], ['sev1']])('the rank %s is critical', (word) => {
    expect(toRank(word)).toBe('critical')
  })
})
