import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Dialect } from '#contract/actions'
import { classify } from '#domains/risk'
import { assessData, dataProblems, parseAssertions, parseRange, parseStatuses } from './data-code'
import { fillEncoded, fillJson, readRequest } from './request-text'
import { readStatement } from './statement-text'

const inputs = [{ name: 'name' }, { name: 'age' }]
const complaints = (language: 'sql' | 'http', code: string, dialect?: Dialect) =>
  dataProblems({ language, code }, inputs, dialect).map(({ message }) => message)

describe('an input in SQL', () => {
  test.each([
    'select * from t where a = {{name}}',
    'select * from t where a in ({{name}}, {{age}}) and b like {{name}} || $$%$$',
    'insert into t (a, b) values ({{name}}, {{ inputs.age }})',
    'update t set a = {{name}} where b > {{age}}::int limit {{age}}',
    "select 'it''s', \"a b\", -- {{no}} input\n f({{name}})",
    'set work_mem to {{name}}',
    "select data ? 'key', data ?| array['a'] from t where a = {{name}}",
    'select case when a then {{name}} else {{age}} end',
  ])('may stand where a value may: %s', (code) => {
    expect(complaints('sql', code)).toEqual([])
  })

  test.each([
    ["select * from t where a = '{{name}}'", 'without quotes'],
    ["select * from t where a like '%{{name}}%'", 'without quotes'],
    ['select * from {{name}}', 'After `from` a name follows'],
    ['select * from a join {{name}} on true', 'After `join`'],
    ['insert into {{name}} values (1)', 'After `into`'],
    ['update {{name}} set a = 1', 'After `update`'],
    ['drop table {{name}}', 'After `table`'],
    ['select a from t order by {{name}}', 'After `by`'],
    ['select 1 as {{name}}', 'After `as`'],
    ['select t.{{name}} from t', 'used as a name'],
    ['select {{name}}.a from t', 'used as a name'],
    ['select {{name}}(1)', 'used as a name'],
    ['{{name}} from t', 'cannot begin with'],
    ["select {{name}} 'x'", 'operator is missing'],
    ['select {{name}} {{age}}', 'operator is missing'],
    ['select $1', 'written as {{input}}'],
    ['select * from t where a = ?', 'written as {{input}}'],
    ['select {{nmae}}', 'is no input. Did you mean `name`?'],
    ['select $QD_NAME', 'written as {{name}}'],
    ['delete from a; delete from b', 'One step is one statement'],
  ])('is refused elsewhere: %s', (code, words) => {
    expect(complaints('sql', code).join('\n')).toContain(words)
  })

  test('is found with its line by the lint', () => {
    const [problem] = dataProblems(
      { language: 'sql', code: "select 1\nfrom t\nwhere a = '{{name}}'" },
      inputs,
    )
    expect(problem?.offset).toBe("select 1\nfrom t\nwhere a = '".length)
  })

  test('never changes the rest of the text', () => {
    const pieces = fc.constantFrom(
      'select ',
      '{{name}}',
      "'",
      '"',
      '`',
      '$$',
      '$a$',
      '--',
      '/*',
      '*/',
      '\n',
      '\\',
      ';',
      'x',
      '#',
      '{{',
      ' ',
    )
    const dialects = fc.constantFrom<Dialect | undefined>('postgres', 'mysql', 'sqlite', undefined)
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), dialects, (parts, dialect) => {
        const code = parts.join('')
        const { pieces: read } = readStatement(code, dialect)
        const again = read.map((piece) => ('text' in piece ? piece.text : '{{name}}')).join('')
        expect(again).toBe(code)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('an input in a request', () => {
  test.each([
    'GET /api/hosts/{{name}}?age={{age}}',
    'POST https://api.example.org/x HTTP/1.1\nContent-Type: application/json\nX-Name: {{name}}\n\n{"a": "{{name}}", "b": {{age}}}',
    'POST /x\nContent-Type: application/x-www-form-urlencoded\n\na={{name}}&\nb={{age}}',
    '# why\nDELETE /x/{{name}}',
  ])('may stand in %s', (code) => {
    expect(complaints('http', code)).toEqual([])
  })

  test.each([
    ['GET https://{{name}}/x', 'an input cannot be a host'],
    ['GET https://a.{{name}}.org/x', 'an input cannot be a host'],
    ['GET //evil.example.org/x', 'names its host in full'],
    ['GET {{name}}', 'names its host in full'],
    ['GET /a/../b', 'without . and ..'],
    ['GET /a b', 'no spaces'],
    ['{{name}} /x', 'Begin with a method'],
    ['TRACE /x', 'Begin with a method'],
    ['GET /x\nAuthorization: Bearer x', 'not for a step to set'],
    ['GET /x\nHost: other', 'not for a step to set'],
    ['GET /x\n{{name}}: x', 'no header'],
    ['GET /x\n\nbody', 'has no body'],
    ['POST /x\n\n{"a": {{name}}', 'no JSON'],
    ['POST /x\nContent-Type: text/plain\n\nhello {{name}}', 'JSON or form body only'],
    ['GET /a\n\n###\nGET /b', 'One step is one request'],
    ['GET /{{nmae}}', 'is no input'],
  ])('is refused in %s', (code, words) => {
    expect(complaints('http', code).join('\n')).toContain(words)
  })

  test('stays one part of the address and one text of JSON, whatever is in it', () => {
    const path = readRequest('GET /a/{{name}}/b?c={{name}}&d=1').url
    const body = readRequest('POST /x\n\n{"a": "x{{name}}y", "b": {{name}}, "c": 1}').body!.pieces
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
    const hostile = fc.constantFrom(
      'a/../b',
      '?x=1&d=2',
      '#',
      '"},{"c":2',
      '\\',
      '\r\nX: y',
      '%2f',
      '://h',
      '@h',
    )
    fc.assert(
      fc.property(fc.oneof(text, hostile), (value) => {
        const given = () => ({ text: value, type: 'text' as const })
        const url = new URL(`https://h${fillEncoded(path, given)}`)
        expect(url.host).toBe('h')
        expect([...url.searchParams.keys()]).toEqual(['c', 'd'])
        expect(url.searchParams.get('c')).toBe(value)
        expect(JSON.parse(fillJson(body, given))).toEqual({ a: `x${value}y`, b: value, c: 1 })
      }),
    )
  })
})

describe('how far it reaches', () => {
  test.each([
    ['postgres', 'select 1 # pg_terminate_backend(5)', 'change'], // an operator there, a comment elsewhere
    ['mysql', 'select 1 # sleep', 'read'],
    ['mysql', "select 1 --get_lock('a', 1)", 'change'], // minus minus
    ['postgres', "select 1 --get_lock('a', 1)", 'read'],
    ['sqlite', 'select $$ || load_extension(1) || $$', 'destroy'],
    ['postgres', 'select $$ load_extension(1) $$', 'read'],
    ['mysql', "select '\\'; drop table t; -- '", 'read'],
    ['postgres', "select '\\'; drop table t; -- '", 'destroy'],
    ['postgres', 'update t set a = {{name}} where id = {{age}}', 'change'],
    ['postgres', 'select * from t where a = {{name}}', 'read'],
    [
      'postgres',
      'with x as (delete from t where a = {{name}} returning *) select * from x',
      'change',
    ],
  ] as const)('is read as %s reads it: %s', (dialect, code, tier) => {
    expect(assessData({ language: 'sql', code }, classify, dialect).tier).toBe(tier)
  })

  test.each([
    ['GET /api/health', 'read'],
    ['GET https://elsewhere.example.org/x', 'reach_out'],
    ['GET /admin/restart', 'change'],
    ['POST /api/silences\n\n{}', 'change'],
    ['DELETE /api/silences/1', 'destroy'],
  ])('of %s is %s', (code, tier) => {
    expect(assessData({ language: 'http', code }, classify).tier).toBe(tier)
  })
})

test('what is expected is read as it is written', () => {
  expect(parseRange('3')).toEqual({ min: 3, max: 3 })
  expect(parseRange('1..10')).toEqual({ min: 1, max: 10 })
  expect(parseRange('1..')).toMatchObject({ min: 1 })
  for (const wrong of ['', '10..1', '-1', 'a', '1..2..3']) expect(parseRange(wrong)).toBeUndefined()
  expect(parseStatuses('200..299, 404')).toHaveLength(2)
  expect(parseStatuses('20')).toBeUndefined()
  expect(parseAssertions('$.status == "ok"; $.items[0].n >= 1; $.id exists')).toEqual([
    { path: '$.status', is: '==', value: 'ok' },
    { path: '$.items[0].n', is: '>=', value: '1' },
    { path: '$.id', is: 'exists', value: '' },
  ])
  for (const wrong of ['status == ok', '$.a', '$.a exists x', ''])
    expect(parseAssertions(wrong)).toBeUndefined()
})
