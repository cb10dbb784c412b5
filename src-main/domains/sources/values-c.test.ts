import { describe, expect, test } from 'vitest'
import {
  at,
  environmentIn,
  fitsOne,
  listOf,
  toEpoch,
  toLabels,
  toPlain,
  toUtcTime,
} from './values-c'

const NOW = Date.UTC(2026, 10, 20, 12)

describe('what senders write', () => {
  test.each([
    [1_553_288_147, 1_553_288_147_000],
    ['1553288147', 1_553_288_147_000],
    [1_553_288_147_123, 1_553_288_147_123],
    [1e15, NOW], // never later than we heard of it
    [0, undefined],
    [-5, undefined],
    [Number.NaN, undefined],
    ['soon', undefined],
    [null, undefined],
  ])('the epoch %j is %s', (value, time) => {
    expect(toEpoch(value, NOW)).toBe(time)
  })

  test.each([
    ['2016-12-14 02:46:44', '2016-12-14T02:46:44Z'],
    ['2016-12-14T02:46', '2016-12-14T02:46:00Z'],
    ['2016-12-14 02:46:44 +0100', '2016-12-14T01:46:44Z'],
    ['2016-12-14T02:46:44Z', '2016-12-14T02:46:44Z'],
  ])('%s is UTC unless it says a zone', (text, iso) => {
    expect(toUtcTime(text, NOW)).toBe(Date.parse(iso))
  })

  test.each([
    ['production', 'prod*', true],
    ['PROD-eu', 'prod-*', true],
    ['reprod', 'prod*', false],
    ['a-b-c', 'a*b*c', true],
    ['a-c', 'a*b*c', false],
    ['ab', 'a*ab', false], // a letter counts once
    ['anything', '*', true],
    ['exact', 'exact', true],
    ['exactly', 'exact', false],
    ['a.b', 'a?b', false],
  ])('%s and the pattern %s: %s', (name, pattern, fits) => {
    expect(fitsOne(name, [pattern])).toBe(fits)
  })

  test('many stars do not make it slow', () => {
    expect(fitsOne('a'.repeat(200), [`${'a*'.repeat(99)}b`])).toBe(false)
  })

  test('HTML is words', () => {
    expect(toPlain('<p>1 &lt; 2 &amp;lt;</p>\n<script>x</script>a < b<br/>c')).toBe(
      '1 < 2 &lt;\n\nxa < b\nc',
    )
    expect(toPlain('<'.repeat(20_000))).toHaveLength(20_000)
    expect(toPlain({})).toBe('')
  })

  test('what stands for nothing is no label', () => {
    expect(toLabels({ a: 'x', b: '0', c: null, d: '', e: 'null', f: {}, g: false })).toEqual({
      a: 'x',
      g: 'false',
    })
  })

  test('a path follows own keys only, and a list has an end', () => {
    expect(at({ a: { b: 1 } }, 'a', 'b')).toBe(1)
    expect(at({ a: {} }, 'a', 'constructor', 'name')).toBeUndefined()
    expect(listOf(Array.from({ length: 10_000 }))).toHaveLength(2500)
    expect(listOf('text')).toEqual([])
  })

  test.each([
    ['Deploy to Staging', 'staging'],
    ['deploy-prod', 'prod'],
    ['Deploy', 'production'],
    ['latest', 'production'], // `test` inside of a word is none
  ])('%s deploys to %s', (name, environment) => {
    expect(environmentIn(name)).toBe(environment)
  })
})
