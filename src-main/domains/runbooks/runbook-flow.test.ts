import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RunbookId } from '#contract/primitives'
import type { RunbookOutput, StepOutput } from '#contract/runbooks'
import { classify } from '#domains/risk'
import { checkOutput, parseRunbook, readOutput } from '.'

const parse = (text: string) => parseRunbook('r' as RunbookId, text, classify)
const book = (fences: string, front = '') =>
  parse(`---\ntitle: T\ntarget: local\n${front}---\n${fences}`)
const fence = (info: string, code = 'uptime') => `\`\`\`${info}\n${code}\n\`\`\`\n`
const told = (text: ReturnType<typeof parse>) =>
  text.problems.map(({ line, level, message }) => `${line} ${level}: ${message}`)
const step = (info: string, code?: string, front = '') =>
  book(fence(info, code), front).runbook!.steps[0]!

describe('a step with a flow', () => {
  test('names what it gives: all of it, or parts', () => {
    expect(step('sh {"name":"a","qd.kind":"check","qd.output":"all_of_it"}').outputs).toEqual([
      { name: 'all_of_it', how: 'all', what: '' },
    ])
    const parts = 'sh { name=a qd.kind=check qd.output.pid=json:$.a[0].b qd.output.last=line:-1 }'
    expect(step(parts).outputs).toEqual([
      { name: 'pid', how: 'json', what: '$.a[0].b' },
      { name: 'last', how: 'line', what: '-1' },
    ])
    const map = 'sh {"name":"a","qd.kind":"check","qd.output":{"x":"regex:(\\\\d+)"}}'
    expect(step(map).outputs).toEqual([{ name: 'x', how: 'regex', what: '(\\d+)' }])
  })

  test.each([
    ['serial', '', { atOnce: 1, stopAfter: 1 }],
    ['rolling:5', 'after:3', { atOnce: 5, stopAfter: 3 }],
    ['parallel', 'first', { atOnce: 25, stopAfter: 1 }],
    ['parallel:10', '', { atOnce: 10, stopAfter: 1 }],
  ])('goes to several targets: %s, stopping %s', (fan, stop, expected) => {
    const more = stop === '' ? '' : `,"qd.stop":"${stop}"`
    expect(step(`sh {"qd.kind":"check","qd.on":"webs","qd.fan":"${fan}"${more}}`).fan).toEqual(
      expected,
    )
  })

  test('that lists its targets takes them one after the other', () => {
    expect(step('sh {"qd.kind":"check","qd.on":"a, b"}').fan).toEqual({ atOnce: 1, stopAfter: 1 })
    expect(step('sh {"qd.kind":"check","qd.on":"a"}').fan).toBeUndefined()
  })

  test('by hand has a checklist, somebody and a due date', () => {
    const text = 'Before:\n\n- [ ] One\n* [x] Two\n1. [ ] Three\n- no item'
    expect(
      step('text {"qd.kind":"manual","qd.assignee":"Grace","qd.due":"30m"}', text),
    ).toMatchObject({
      checklist: ['One', 'Two', 'Three'],
      assignee: 'Grace',
      dueMs: 1_800_000,
    })
  })

  test('waits for an alert an hour, unless it says how long', () => {
    expect(step('text {"qd.kind":"wait","qd.until":"alert"}')).toMatchObject({
      wait: { alert: '', until: null, timerMs: null },
      timeoutMs: 3_600_000,
    })
    expect(
      step('text {"qd.kind":"wait","qd.until":"alert:DiskFull","qd.timeout":"5m"}'),
    ).toMatchObject({
      wait: { alert: 'DiskFull' },
      timeoutMs: 300_000,
    })
  })

  test('calls another runbook with inputs, in either form', () => {
    const json = step('text {"qd.run":"stop-unit","qd.with":{"unit":"web","n":3}}', 'Stop it.')
    expect(json).toMatchObject({
      kind: 'run',
      call: { runbookId: 'stop-unit', inputs: { unit: 'web', n: '3' } },
    })
    const html = step('text { qd.run=stop-unit qd.with.unit=web }', 'Stop it.')
    expect(html.call).toEqual({ runbookId: 'stop-unit', inputs: { unit: 'web' } })
  })

  const OUT = 'outputs:\n  - { name: pid, type: integer }\n'
  const giver = fence('sh {"name":"a","qd.kind":"check","qd.output":"pid"}')
  test.each([
    [
      'a key nobody knows',
      'sh {"qd.kind":"check","qd.colour":"red"}',
      '5 warning: `qd.colour` is not known.',
    ],
    [
      'a slip of a known one',
      'sh {"qd.kind":"check","qd.befor":"x"}',
      '5 error: `qd.befor` is not known. Did you mean `qd.before`?',
    ],
    [
      'a strange output',
      'sh {"qd.kind":"check","qd.output.x":"xpath:/a"}',
      '5 error: `qd.output.x` cannot be `xpath:/a`',
    ],
    [
      'a strange path',
      'sh {"qd.kind":"check","qd.output.x":"json:a.b"}',
      '5 error: `qd.output.x` cannot be `json:a.b`',
    ],
    [
      'a broken pattern',
      'sh {"qd.kind":"check","qd.output.x":"regex:("}',
      '5 error: `qd.output.x` cannot be `regex:(`',
    ],
    [
      'a name no variable can have',
      'sh {"qd.kind":"check","qd.output":"Pid"}',
      '5 error: An output’s name'.replace('’', "'"),
    ],
    [
      'an output nobody describes',
      'sh {"qd.kind":"check","qd.output":"x"}',
      '5 warning: A target may print anything here',
    ],
    [
      'an output of a person',
      'text {"qd.kind":"manual","qd.output":"x"}',
      '5 error: `qd.output` belongs to a check or change or run step.',
    ],
    [
      'a strange fan',
      'sh {"qd.kind":"check","qd.fan":"all"}',
      '5 error: `qd.fan` cannot be `all`: write serial',
    ],
    [
      'a fan by hand',
      'text {"qd.kind":"manual","qd.fan":"serial"}',
      '5 error: `qd.fan` belongs to a check or change step.',
    ],
    [
      'a stop without a fan',
      'sh {"qd.kind":"check","qd.stop":"first"}',
      '5 error: `qd.stop` needs a `qd.fan`.',
    ],
    [
      'a check before that is none',
      'sh {"qd.kind":"check","qd.before":"nope"}',
      '5 error: `qd.before`: `nope` is no step here.',
    ],
    [
      'a due date of a check',
      'sh {"qd.kind":"check","qd.due":"5m"}',
      '5 error: `qd.due` belongs to a manual step.',
    ],
    [
      'an assignee from nowhere',
      'text {"qd.kind":"manual","qd.assignee":"{{who}}"}',
      '5 error: `qd.assignee`: `who` is no input.',
    ],
    [
      'a call of no runbook',
      'text {"qd.run":"Stop It"}',
      '5 error: `qd.run` names a runbook by its file',
    ],
    [
      'a call with a mixed value',
      'text {"qd.run":"x","qd.with.a":"b-{{c}}"}',
      '5 error: `qd.with.a` is text, or one value alone',
    ],
    [
      'a call with nothing',
      'text {"qd.run":"x","qd.with.a":"{{c}}"}',
      '5 error: `qd.with.a`: `c` is no value here.',
    ],
    ['a call that runs code', 'sh {"qd.run":"x"}', '5 error: A run step runs nothing'],
  ])('is complained about: %s', (_, info, expected) => {
    expect(told(book(fence(info)))).toContainEqual(expect.stringContaining(expected))
  })

  test('knows which values are there when its turn comes', () => {
    const uses = (name: string, more = '') =>
      fence(`sh {"name":"${name}","qd.kind":"check"${more}}`, 'test "$QD_PID" -gt 1')
    expect(told(book(giver + uses('b'), OUT))).toEqual([])
    expect(told(book(uses('b') + giver, OUT))).toContainEqual(
      expect.stringContaining('`$QD_PID` is no input.'),
    )
    // What a step calls sees what that step gave; what comes before it does not.
    const own = fence('sh {"name":"a","qd.kind":"check","qd.output":"pid","qd.verify":"b"}')
    expect(told(book(own + uses('b'), OUT))).toEqual([])
    const early = fence('sh {"name":"a","qd.kind":"check","qd.output":"pid","qd.before":"b"}')
    expect(told(book(early + uses('b'), OUT))).toContainEqual(
      expect.stringContaining('`$QD_PID` is no input.'),
    )
  })

  test('knows outputs in conditions, and that a value is never put into code', () => {
    const when = (path: string) =>
      fence(`sh {"name":"b","qd.kind":"check","qd.when":"${path} > 1"}`)
    expect(told(book(giver + when('outputs.pid'), OUT))).toEqual([])
    expect(told(book(giver + when('outputs.pod'), OUT))).toContainEqual(
      expect.stringContaining('`pod` is no output of an earlier step. Did you mean `pid`?'),
    )
    const spliced = fence('sh {"name":"b","qd.kind":"check"}', 'ps {{pid}}')
    expect(told(book(giver + spliced, OUT))).toContainEqual(
      expect.stringContaining('Inputs are never put into code: use "$QD_PID"'),
    )
    const bare = fence('sh {"name":"b","qd.kind":"check"}', 'eval "$QD_PID"')
    expect(told(book(giver + bare, OUT)).length).toBeGreaterThan(0)
  })

  test('has nothing in the front matter that no step gives', () => {
    expect(told(book(fence('sh {"qd.kind":"check"}'), OUT))).toContainEqual(
      '4 warning: No step gives the output `pid`.',
    )
  })
})

const declared = (more: Partial<RunbookOutput> = {}): RunbookOutput => ({
  name: 'x',
  label: 'x',
  type: 'text',
  required: true,
  default: null,
  pattern: null,
  values: [],
  ...more,
})

const read = (how: StepOutput['how'], what: string, stdout: string, more = declared()) =>
  readOutput({ name: 'x', how, what }, stdout, more)

describe('a value from a target', () => {
  test('is trimmed, freed of colours, and taken from where it is said', () => {
    expect(read('all', '', '\u001B[32m  web-1\u001B[0m \r\n')).toEqual({ value: 'web-1' })
    expect(read('line', '2', 'a\n b \nc')).toEqual({ value: 'b' })
    expect(read('line', '-1', 'a\nb\n')).toEqual({ value: 'b' })
    expect(read('regex', 'pid=(\\d+)', 'x\npid=42 y')).toEqual({ value: '42' })
    expect(read('regex', '^\\w+$', 'a b\nword')).toEqual({ value: 'word' })
    expect(read('json', '$["a b"][-1].c', '{"a b":[1,{"c":true}]}')).toEqual({ value: 'true' })
  })

  test('that is empty is its default, or nothing where it may be', () => {
    expect(checkOutput('', declared({ default: 'none' }))).toEqual({ value: 'none' })
    expect(checkOutput('', declared({ required: false }))).toEqual({ value: '' })
    expect(checkOutput('', declared())).toEqual({ problem: 'is empty' })
  })

  test.each([
    ['$', '{}', 'more than one value'],
    ['$.a', 'null', 'nothing'],
    ['$.a', '{"a":null}', 'nothing'],
    ['$.constructor', '{}', 'nothing'],
    ['$.__proto__', '{}', 'nothing'],
  ])('is not made up: %s of %s', (path, stdout, what) => {
    const found = read('json', path, stdout)
    expect(found).toEqual({ problem: `is not to be had: there is ${what} at ${path}` })
  })

  test('takes no longer than its budget, whatever the target prints', () => {
    const started = Date.now()
    const found = read('regex', '(a+)+$', `${'a'.repeat(40)}!`)
    expect(found).toMatchObject({ problem: expect.stringContaining('matches nothing') })
    expect(Date.now() - started).toBeLessThan(5000)
  })

  test('never holds a line break, a control character or an option, however it was found', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.constantFrom<[StepOutput['how'], string]>(
          ['all', ''],
          ['line', '1'],
          ['regex', '(.*)'],
          ['json', '$.a'],
        ),
        fc.boolean(),
        (text, [how, what], wrapped) => {
          const stdout = wrapped ? JSON.stringify({ a: text }) : text
          const found = read(how, what, stdout)
          if ('problem' in found) return
          expect(found.value).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
          expect(found.value.startsWith('-')).toBe(false)
          expect(found.value.length).toBeLessThanOrEqual(500)
        },
      ),
      { numRuns: 500 },
    )
  })
})
