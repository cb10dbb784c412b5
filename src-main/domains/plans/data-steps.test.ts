import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ActionTarget, RequestAction, StatementAction } from '#contract/actions'
import type { ConnectionId } from '#contract/primitives'
import type { RunbookStep } from '#contract/runbooks'
import type { Specifics } from '#contract/targets'
import { classify } from '#domains/risk'
import type { StepValue } from './plan-values'
import { assessAction, toAction } from './plan-actions'

const SERVICE: Specifics = {
  kind: 'http',
  baseUrl: 'https://grafana.prod/api',
  auth: 'none',
  header: 'X-API-Key',
  allowedHosts: ['status.example.org'],
  tls: { mode: 'verify', ca: null, clientCertificateId: null },
}

const target = (kind: ActionTarget['kind']): ActionTarget => ({
  connectionId: 'con_01J9Q3ZZZZZZZZZZZZZZZZZZZZ' as ConnectionId,
  connectionName: 'orders',
  kind,
  host: 'h',
  port: 1,
  username: 'ada',
  hostKey: null,
  credentialId: null,
  credentialName: null,
  ...(kind === 'http' && { specifics: SERVICE }),
})

const step = (
  language: 'sql' | 'http',
  code: string,
  change: Partial<RunbookStep> = {},
): RunbookStep => ({
  name: 's',
  title: 'S',
  description: '',
  kind: 'check',
  language,
  code,
  line: 1,
  on: null,
  undo: null,
  verify: null,
  when: null,
  retry: { times: 0, delayMs: 0 },
  timeoutMs: 1_000,
  idempotent: false,
  pty: false,
  cwd: null,
  interpreter: null,
  isUndo: false,
  ...change,
})

const value = (text: string | null, change: Partial<StepValue> = {}): StepValue => ({
  name: 'name',
  type: 'text',
  value: text,
  untrusted: true,
  ...change,
})

const freeze = <A>(kind: ActionTarget['kind'], one: RunbookStep, values = [value('x')]) =>
  toAction(one, { target: target(kind), values, classify }) as A

describe('a statement that is frozen', () => {
  test.each([
    ['postgres', 'select $1, $2'],
    ['mysql', 'select ?, ?'],
    ['sqlite', 'select ?, ?'],
  ] as const)('of %s has a placeholder for each use of an input', (kind, text) => {
    const action = freeze<StatementAction>(kind, step('sql', 'select {{name}}, {{name}};\n'))
    expect(action).toMatchObject({ text, dialect: kind, mode: 'read' })
    expect(action.binds).toEqual([value('x'), value('x')])
  })

  test('binds NULL for an optional input that was not given', () => {
    const action = freeze<StatementAction>('postgres', step('sql', 'select {{name}}'), [
      value(null),
    ])
    expect(action.binds[0]?.value).toBeNull()
  })

  test.each([
    ['select 1', 'check', 'read'],
    ['select 1', 'change', 'change'],
    ['delete from t where id = 1', 'check', 'change'],
    ['select pg_terminate_backend(1)', 'check', 'change'],
  ] as const)('%s as a %s is a %s', (code, kind, mode) => {
    expect(freeze('postgres', step('sql', code, { kind }))).toMatchObject({ mode })
  })

  test('has the tier of its text, read as its database reads it', () => {
    const code = 'select 1 # pg_terminate_backend(5)'
    const tier = (kind: 'postgres' | 'mysql') =>
      assessAction(freeze(kind, step('sql', code)), classify)?.tier
    expect(tier('postgres')).toBe('change')
    expect(tier('mysql')).toBe('read')
  })

  test('is refused where there is no database, and where an input is no value', () => {
    expect(() => freeze('ssh', step('sql', 'select 1'))).toThrow('is no database')
    expect(() => freeze('postgres', step('sql', 'select * from {{name}}'))).toThrow(
      'a name follows',
    )
  })

  test('never holds a value in its text', () => {
    const text = fc
      .string({ minLength: 4, maxLength: 40 })
      .filter((one) => !'select  from t where a ='.includes(one))
    fc.assert(
      fc.property(text, fc.constantFrom('postgres', 'mysql', 'sqlite'), (hostile, kind) => {
        const code = 'select {{name}} from t where a = {{name}}'
        const action = freeze<StatementAction>(kind, step('sql', code), [value(hostile)])
        expect(action.text).not.toContain(hostile)
        expect(action.binds.map((bind) => bind.value)).toEqual([hostile, hostile])
      }),
    )
  })
})

const tierOf = (code: string) => assessAction(freeze('http', step('http', code)), classify)?.tier

describe('a request that is frozen', () => {
  test('goes below the address of its connection, with every value encoded', () => {
    const code = 'POST /hosts/{{name}}?q={{name}}\nX-From: {{name}}\n\n{"a": "{{name}}"}'
    const action = freeze<RequestAction>('http', step('http', code), [value('a/b &"')])
    expect(action).toMatchObject({
      method: 'POST',
      mode: 'change',
      url: 'https://grafana.prod/api/hosts/a%2Fb%20%26%22?q=a%2Fb%20%26%22',
      headers: [{ name: 'X-From', value: 'a/b &"' }],
      body: { as: 'json', text: '{"a": "a/b &\\""}' },
      values: [{ name: 'name', value: 'a/b &"', untrusted: true }],
      status: [{ min: 200, max: 299 }],
    })
  })

  test('of the service itself is a read; of another allowed host it reaches out; of others it is refused', () => {
    expect(tierOf('GET /health')).toBe('read')
    expect(tierOf('GET https://grafana.prod/api/health')).toBe('read')
    expect(tierOf('GET https://status.example.org/x')).toBe('reach_out')
    expect(() => tierOf('GET https://evil.example.org/x')).toThrow('may not ask')
    expect(() => tierOf('GET https://grafana.prod/admin')).toThrow('may not ask')
    expect(tierOf('DELETE /hosts/1')).toBe('destroy')
  })

  test.each([
    ['GET /a/{{name}}/b', '..'],
    ['GET /a/{{name}}/b', '.'],
    ['GET /a/{{name}}/b', ''],
    ['GET /a\nX-A: {{name}}', 'a\r\nX-B: c'],
    ['GET /a\nX-A: {{name}}', 'grün'],
  ])('is refused when a value would change what it is: %s with %j', (code, hostile) => {
    expect(() => freeze('http', step('http', code), [value(hostile)])).toThrow('was not made')
  })

  test('can never be sent elsewhere by a value', () => {
    const shapes = fc.constantFrom(
      'GET /a/{{name}}/b?c={{name}}',
      'GET /{{name}}',
      'GET /a/{{name}}.json',
    )
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), shapes, (hostile, code) => {
        let action: RequestAction
        try {
          action = freeze('http', step('http', code), [value(hostile)])
        } catch {
          return // refused is fine
        }
        const url = new URL(action.url)
        expect(url.host).toBe('grafana.prod')
        expect(url.hash).toBe('')
        expect(url.pathname.startsWith('/api/')).toBe(true)
        const model = new URL(
          `https://grafana.prod/api${code.slice(4).replaceAll('{{name}}', 'x')}`,
        )
        expect(url.pathname.split('/')).toHaveLength(model.pathname.split('/').length)
      }),
    )
  })
})
