import type { Action, ProgramAction, RequestAction, StatementAction } from '#contract/actions'
import { type Fact, some } from './sheet'

/** The values an action was given and its bounds, by its type. */
export function factsOf(action: Action): Fact[] {
  if (action.type === 'statement') return statementFacts(action)
  return action.type === 'request' ? requestFacts(action) : programFacts(action)
}

/** What was carried out, as text. */
export function textOf(action: Action): string {
  if (action.type === 'statement') return action.text
  if (action.type !== 'request') return action.script
  const { method, url, headers, body } = action
  const lines = headers.map(({ name, value }) => `${name}: ${value}`)
  return [`${method} ${url}`, ...lines, ...(body ? ['', body.text] : [])].join('\n')
}

function programFacts({ interpreter, cwd, env }: ProgramAction): Fact[] {
  return [
    ...some('Interpreter', interpreter.join(' '), 'mono'),
    ...some('Folder', cwd, 'mono'),
    ...env.map(({ name, value, untrusted }) => given(name, value, untrusted, 'Environment')),
  ]
}

function statementFacts({ target, dialect, mode, expect, binds }: StatementAction): Fact[] {
  const { specifics } = target
  const base = specifics && 'database' in specifics ? `${specifics.database}, ` : ''
  return [
    { name: 'Database', value: base + dialect },
    { name: 'Transaction', value: mode === 'read' ? 'read only' : 'committed when it went well' },
    ...some('Rows', expect && `${expect.min} to ${expect.max}, or rolled back`),
    ...binds.map(({ name, value, untrusted }, index) =>
      given(`${index + 1}. ${name}`, value ?? 'NULL', untrusted, 'Bound'),
    ),
  ]
}

function requestFacts({ status, json, values }: RequestAction): Fact[] {
  const codes = status.map(({ min, max }) => (min === max ? `${min}` : `${min} to ${max}`))
  const wanted = json.map(({ path, is, value }) => `${path} ${is} ${value}`.trim())
  return [
    { name: 'Wanted', value: [`status ${codes.join(' or ')}`, ...wanted].join(', ') },
    ...values.map(({ name, value, untrusted }) => given(name, value, untrusted, 'Input')),
  ]
}

function given(name: string, value: string, untrusted: boolean, otherwise: string): Fact {
  return { name: untrusted ? 'From outside' : otherwise, value: `${name}=${value}`, face: 'mono' }
}
