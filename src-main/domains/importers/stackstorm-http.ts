import { quoted } from './spliced-shell'
import {
  type Action,
  type ActionContext,
  type Body,
  type Refused,
  textOf,
  timeoutOf,
} from './stackstorm-actions'
import { type Fill, fillText } from './stackstorm-templates'
import { isNo, type Item, NOTHING, shown } from './yaml-tree'

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** `core.http` as curl. Passwords are never written into a command. */
export function httpCode(action: Action, { fill, report }: ActionContext): Body | Refused {
  for (const key of ['username', 'password', 'auth', 'cookies', 'file_path'])
    if (textOf(action, key))
      return { problem: `it needs \`${key}\`, which a command must not hold` }
  const method = (textOf(action, 'method') ?? 'GET').toUpperCase()
  if (!METHODS.has(method)) return { problem: `its method \`${method.slice(0, 40)}\` is not known` }
  const words = wordsOf(action, method, fill)
  if (!Array.isArray(words)) return words
  return {
    kind: 'code',
    language: 'sh',
    code: words.join(' '),
    on: 'local',
    ...timeoutOf(action, report),
  }
}

function wordsOf(action: Action, method: string, fill: Fill): string[] | Refused {
  const words = ['curl -fsS']
  if (method === 'HEAD') words.push('-I')
  else if (method !== 'GET') words.push(`-X ${method}`)
  if (!isNo(action.given.get('allow_redirects') ?? NOTHING) && action.given.has('allow_redirects'))
    words.push('-L')
  const add = (flag: string, text: string): Refused | undefined => {
    const filled = fillText(text, fill)
    if ('problem' in filled) return filled
    words.push(`${flag} ${quoted(filled.parts)}`.trim())
    return undefined
  }
  for (const [name, value] of action.given.get('headers')?.map ?? []) {
    if (/authorization|cookie|token|api-?key|secret/i.test(name))
      return {
        problem: `its header \`${name.slice(0, 40)}\` holds a secret, which a command must not`,
      }
    const refused = add('-H', `${name}: ${value.text ?? ''}`)
    if (refused) return refused
  }
  for (const [name, value] of action.given.get('params')?.map ?? []) {
    const refused = add('--data-urlencode', `${name}=${value.text ?? ''}`)
    if (refused) return refused
  }
  if ((action.given.get('params')?.map?.size ?? 0) > 0) words.push('-G')
  const body = bodyText(action.given.get('body'))
  return (
    (body === undefined ? undefined : add('--data-raw', body)) ??
    add('', textOf(action, 'url') ?? '') ??
    words
  )
}

function bodyText(body: Item | undefined): string | undefined {
  if (body === undefined || (body.text === undefined && !body.list && !body.map)) return undefined
  return shown(body)
}
