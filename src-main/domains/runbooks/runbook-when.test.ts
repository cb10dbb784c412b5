import { array, assert, constantFrom, oneof, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RunbookInput } from '#contract/runbooks'
import { checkInputValue, evaluateWhen, type WhenFacts } from '.'
import { parseDuration, parseRetry } from './runbook-values'

const facts: WhenFacts = {
  previous: { status: 'warned', exitCode: 2 },
  steps: {
    look: { status: 'succeeded', exitCode: 0 },
    'look again': { status: 'skipped', exitCode: null },
  },
  inputs: { mode: 'fast', times: '10' },
}

describe('a condition', () => {
  test.each([
    ['previous.exit == 2', true],
    ['previous.exit != 2', false],
    ['previous.status == warned', true],
    ['previous.status == "failed" or previous.exit > 1', true],
    ['steps.look.exit == 0 and steps.look.status == succeeded', true],
    ['not steps.look.exit == 0', false],
    ['not (inputs.mode == slow or previous.exit == 0)', true],
    ['inputs.mode == fast and inputs.times >= 9', true],
    ["inputs.mode == 'fast '", false],
    ['inputs.times == 10.0', true],
    ['2 == previous.exit', true],
    ['steps."look again".status == skipped', true],
  ])('%s is %s', (text, met) => {
    expect(evaluateWhen(text, facts).met).toBe(met)
  })

  test.each([
    'steps."look again".exit == 0',
    'steps."look again".exit != 0',
    'not steps."look again".exit == 0',
    'steps.nobody.status != failed',
    'inputs.nothing != x',
    'steps.constructor.status != x',
    'inputs.mode == fast and steps.nobody.exit == 0',
  ])('that hangs on what is not known is not met: %s', (text) => {
    expect(evaluateWhen(text, facts).met).toBe(false)
  })

  test('may be decided by what is known alone', () => {
    expect(evaluateWhen('steps.nobody.exit == 0 or inputs.mode == fast', facts)).toEqual({
      met: true,
      why: 'steps.nobody.exit is not known, inputs.mode is fast',
    })
  })

  test.each([
    '',
    'true',
    'previous.exit',
    'previous.exit = 2',
    '(previous.exit == 2',
    'a == b == c',
    'env.HOME == x',
    'previous.exit == 2 and',
    'x;y == 1',
    'previous.exit == 2)',
  ])('that cannot be read is never met: %j', (text) => {
    expect(evaluateWhen(text, facts)).toMatchObject({
      met: false,
      why: expect.stringContaining('cannot be read'),
    })
  })

  test('never throws, whatever it says', () => {
    const piece = oneof(
      constantFrom(
        'previous.exit',
        'steps.',
        'inputs.mode',
        '==',
        '<',
        '(',
        ')',
        ' and ',
        ' or ',
        'not ',
        '"',
        "'",
        ' ',
        '2',
      ),
      string({ maxLength: 4 }),
    )
    assert(
      property(array(piece, { maxLength: 30 }), (parts) => {
        expect(evaluateWhen(parts.join(''), facts).met).toBeTypeOf('boolean')
      }),
    )
  })
})

const input = (change: Partial<RunbookInput>): RunbookInput => ({
  name: 'a',
  label: 'A',
  type: 'text',
  required: true,
  default: null,
  pattern: null,
  values: [],
  from: [],
  ...change,
})

describe('a value for an input', () => {
  test.each<[string, Partial<RunbookInput>, string]>([
    [' nginx.service ', { pattern: '[a-z.]+' }, 'nginx.service'],
    ['0042', { type: 'integer' }, '0042'],
    ['YES', { type: 'boolean' }, 'true'],
    ['0', { type: 'boolean' }, 'false'],
    ['db-2.example.org', { type: 'host' }, 'db-2.example.org'],
    ['db-2:9100', { type: 'host' }, 'db-2'],
    ['10.0.0.7:9100', { type: 'host' }, '10.0.0.7'],
    ['https://shop.example.org/health?x=1', { type: 'host' }, 'shop.example.org'],
    ['[2001:db8::1]:9100', { type: 'host' }, '2001:db8::1'],
    ['2001:db8::1', { type: 'host' }, '2001:db8::1'],
    ['blue', { type: 'choice', values: ['blue', 'green'] }, 'blue'],
  ])('%j is taken as %j', (given, change, value) => {
    expect(checkInputValue(input(change), given)).toEqual({ value })
  })

  test.each<[string, Partial<RunbookInput>]>([
    ['nginx; reboot', { pattern: '[a-z.]+' }],
    ['nginx\nreboot', { pattern: '[a-z.]+' }],
    ['nginx\u202Egnp', {}],
    ['a\u0000b', {}],
    ['a\u2028b', {}],
    ['a\uD800', {}],
    ['--now', {}],
    ['--now', { pattern: '[a-z-]+' }],
    ['x'.repeat(501), {}],
    ['1e3', { type: 'integer' }],
    ['1 or 1=1', { type: 'integer' }],
    ['-oProxyCommand=reboot', { type: 'host' }],
    ['a b', { type: 'host' }],
    ['$(reboot)', { type: 'host' }],
    ['', { type: 'host' }],
    ['red', { type: 'choice', values: ['blue'] }],
    ['perhaps', { type: 'boolean' }],
  ])('%j is refused', (given, change) => {
    expect(checkInputValue(input(change), given)).toEqual({ problem: expect.any(String) })
  })

  test('cannot keep a careless pattern busy', () => {
    const careless = input({ pattern: '(a+)+' })
    expect(checkInputValue(careless, `${'a'.repeat(400)}!`)).toEqual({
      problem: expect.stringContaining('(a+)+'),
    })
  })
})

test.each([
  ['90s', 90_000],
  ['1h30m', 5_400_000],
  ['500ms', 500],
  ['1.5s', 1_500],
  ['0s', undefined],
  ['25h', undefined],
  ['5', undefined],
  ['5 m', undefined],
  ['-5m', undefined],
  ['', undefined],
])('the duration %j is %j ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each([
  ['3', { times: 3, delayMs: 5_000 }],
  ['3/10s', { times: 3, delayMs: 10_000 }],
  ['0', { times: 0, delayMs: 5_000 }],
  ['11', undefined],
  ['3/', undefined],
  ['/10s', undefined],
  ['three', undefined],
])('the retry %j is %j', (text, retry) => {
  expect(parseRetry(text)).toEqual(retry)
})
