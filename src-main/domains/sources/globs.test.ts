import { expect, test } from 'vitest'
import { fitsAny } from './globs'

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
])('%s and the glob %s: %s', (name, glob, fits) => {
  expect(fitsAny(name, [glob])).toBe(fits)
})

test('one of several is enough, and none is none', () => {
  expect(fitsAny('live', ['prod*', 'live'])).toBe(true)
  expect(fitsAny('live', [])).toBe(false)
})

test('many stars do not make it slow', () => {
  expect(fitsAny('a'.repeat(200), [`${'a*'.repeat(99)}b`])).toBe(false)
})
