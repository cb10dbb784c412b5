import { quoted } from './spliced-shell'
import {
  type Action,
  type ActionContext,
  type Body,
  type Refused,
  textOf,
  timeoutOf,
} from './stackstorm-action'
import { type Fill, fillText } from './stackstorm-templates'
import { isNo, type Item, shown } from './yaml-tree'

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** `core.http` as curl. Passwords are never written into a command. */
export function httpCode(action: Action, { fill, report }: ActionContext): Body | Refused {
  for (const key of ['username', 'password', 'auth', 'cookies', 'file_path'])
    if (textOf(action, key))
      return { problem: `it needs \`${key}\`, which a command must not hold` }
  const method = (textOf(action, 'method') ?? 'GET').toUpperCase()
  if (!METHODS.has(method)) return { problem: `its method \`${method.slice(0, 40)}\` is not known` }
  const secret = [...(action.given.get('headers')?.map?.keys() ?? [])].find((name) =>
    SECRET_HEADER.test(name),
  )
  if (secret !== undefined)
    return {
      problem: `its header \`${secret.slice(0, 40)}\` holds a secret, which a command must not`,
    }
  const words = filledWords(argumentsOf(action, method), fill)
  if ('problem' in words) return words
  return {
    kind: 'code',
    language: 'sh',
    code: words.join(' '),
    on: 'local',
    ...timeoutOf(action, report),
  }
}

const SECRET_HEADER = /authorization|cookie|token|api-?key|secret/i

/** A flag of curl, and its value as it was written. */
type Argument = readonly [flag: string, value?: string]

function argumentsOf(action: Action, method: string): Argument[] {
  const { given } = action
  const redirects = given.get('allow_redirects')
  const params = pairsIn(given.get('params'))
  const body = bodyText(given.get('body'))
  return [
    ...methodOf(method),
    ...(redirects && !isNo(redirects) ? [['-L'] as const] : []),
    ...pairsIn(given.get('headers')).map(([name, value]): Argument => ['-H', `${name}: ${value}`]),
    ...params.map(([name, value]): Argument => ['--data-urlencode', `${name}=${value}`]),
    ...(params.length > 0 ? [['-G'] as const] : []),
    ...(body === undefined ? [] : [['--data-raw', body] as const]),
    ['--url', textOf(action, 'url') ?? ''],
  ]
}

function pairsIn(item: Item | undefined): [string, string][] {
  return Array.from(item?.map ?? [], ([name, value]) => [name, value.text ?? ''])
}

function methodOf(method: string): Argument[] {
  if (method === 'GET') return []
  return method === 'HEAD' ? [['-I']] : [[`-X ${method}`]]
}

function filledWords(given: readonly Argument[], fill: Fill): string[] | Refused {
  const words = ['curl -fsS']
  for (const [flag, value] of given) {
    if (value === undefined) words.push(flag)
    else {
      const filled = fillText(value, fill)
      if ('problem' in filled) return filled
      words.push(`${flag} ${quoted(filled.parts)}`)
    }
  }
  return words
}

function bodyText(body: Item | undefined): string | undefined {
  if (body === undefined || (body.text === undefined && !body.list && !body.map)) return undefined
  return shown(body)
}
