import { describe, expect, test } from 'vitest'
import { toPlain } from './plain'
import {
  entryOf,
  keyOfAll,
  lineAt,
  listOf,
  objectsIn,
  toHost,
  toLabels,
  toLine,
  toRank,
  toSeverity,
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

describe('words of many senders', () => {
  test.each([
    ['critical', 'CRIT Page fatal EMERGENCY p0 P1 sev1 disaster'],
    ['high', 'high Error major P2 sev2'],
    ['medium', 'warning warn Medium p3 SEV3'],
    ['low', 'low minor P4 sev4'],
    ['info', 'info none debug p5'],
  ] as const)('%s is said as %s', (severity, words) => {
    for (const word of words.split(' ')) expect([word, toSeverity(word)]).toEqual([word, severity])
  })

  test('a severity nobody knows is none', () => {
    for (const word of ['', 'purple', 'toString', 3, null, undefined, {}])
      expect(toSeverity(word)).toBeUndefined()
  })

  test.each([
    ['db-2', 'db-2'],
    ['db-2:9100', 'db-2'],
    ['10.0.0.5:80', '10.0.0.5'],
    ['[fe80::1]:9100', 'fe80::1'],
    ['fe80::1', 'fe80::1'],
    ['https://shop.example:8443/health?x', 'shop.example'],
    ['', undefined],
    [7, '7'],
    [{}, undefined],
  ])('the host in %j is %j', (value, host) => {
    expect(toHost(value)).toBe(host)
  })

  test('a line has no breaks, no control characters, and a store takes it', () => {
    expect(toLine('a\r\n\tb\u2028c  d')).toBe('a b c d')
    expect(toLine('a\0b')).toBe('a\uFFFDb')
    expect(toLine('\uD800x').isWellFormed()).toBe(true)
    expect(toLine('😀'.repeat(300)).isWellFormed()).toBe(true)
  })
})
