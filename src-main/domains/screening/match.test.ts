import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Condition } from '#contract/screening'
import { compile, compileGlob } from './match'
import { aSignal, only } from './screening-world.suite'

const signal = aSignal({ startsAt: 0, labels: { team: 'Shop', '*': 'star' } })
const fits = (field: string, value: string, is: Condition['is'] = 'equal') =>
  compile([only(field, value, is)])(signal, 'alertmanager')

test.each([
  ['kind', 'alertmanager', 'equal', true],
  ['label.team', 'shop', 'equal', true],
  ['label.*', 'star', 'equal', true],
  ['label.constructor', '', 'equal', true],
  ['title', 'disk*DB-2', 'like', true],
  ['title', 'disk', 'like', false],
  ['host', 'web-*', 'not', true],
  ['host', 'db-*', 'not', false],
  ['severity', 'medium', 'at_least', true],
  ['severity', 'critical', 'at_least', false],
] as const)('%s %s (%s) is %s', (field, value, is, expected) => {
  expect(fits(field, value, is)).toBe(expected)
})

test('all conditions must be so, and none is about everything', () => {
  expect(compile([])(signal, '')).toBe(true)
  const both = compile([only('host', 'db-2'), only('service', 'mail')])
  expect(both(signal, '')).toBe(false)
})

test('“at least” compares severities and nothing else', () => {
  expect(Condition.safeParse(only('severity', 'high', 'at_least')).success).toBe(true)
  expect(Condition.safeParse(only('severity', 'loud', 'at_least')).success).toBe(false)
  expect(Condition.safeParse(only('host', 'high', 'at_least')).success).toBe(false)
})

/** What a star means, said in the simplest way. */
function isLike(text: string, pattern: string): boolean {
  if (pattern === '') return text === ''
  if (pattern[0] !== '*') return text[0] === pattern[0] && isLike(text.slice(1), pattern.slice(1))
  const rest = pattern.slice(1)
  return Array.from({ length: text.length + 1 }, (_, n) => text.slice(n)).some((end) =>
    isLike(end, rest),
  )
}

test('a glob fits what it says, whatever is repeated in it', () => {
  const word = fc.stringMatching(/^[ab]{0,10}$/)
  fc.assert(
    fc.property(word, fc.stringMatching(/^[ab*]{0,8}$/), (text, pattern) => {
      const wanted =
        pattern.startsWith('*') || text !== '' || pattern === '' ? isLike(text, pattern) : false
      expect(compileGlob(pattern)(text)).toBe(wanted)
    }),
    { numRuns: 2000 },
  )
})
