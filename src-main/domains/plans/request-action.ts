import { Refusal } from '#contract'
import type { RequestAction } from '#contract/actions'
import type { RunbookStep } from '#contract/runbooks'
import type { Assessment, Classify } from '#domains/risk'
import {
  fillEncoded,
  fillJson,
  fillPlain,
  readRequest,
  type RequestText,
  type RequestValue,
} from '#domains/runbooks'
import type { Freezing } from './freezing'
import type { StepValue } from './plan-values'

const MOST_BYTES = 256 * 1024
const WENT_WELL = [{ min: 200, max: 299 }]
type Target = Freezing['target']
type ValueOf = (name: string) => RequestValue

/** Every input becomes a part of the address, a header or the body, and can never be more than that part. */
export function toRequest(
  step: RunbookStep,
  { target, values, classify }: Freezing,
): RequestAction {
  const request = readRequest(step.code)
  const valueOf: ValueOf = (name) => {
    const { value, type } = values.find((one) => one.name === name)!
    return { text: value ?? '', type }
  }
  const filled = {
    version: 1,
    type: 'request',
    target,
    method: request.method,
    url: addressOf(request, target, valueOf),
    headers: headersOf(request, valueOf),
    body: bodyOf(request, valueOf),
    values: usedIn(request, values),
    status: step.expects?.status.length ? step.expects.status : WENT_WELL,
    json: step.expects?.json ?? [],
    mostBytes: MOST_BYTES,
    timeoutMs: step.timeoutMs,
  } as const
  const { tier } = assessRequest(filled, classify)
  const only = request.method === 'GET' || request.method === 'HEAD'
  return { ...filled, mode: only && (tier === 'read' || tier === 'reach_out') ? 'read' : 'change' }
}

/** Asking the connection's own service is a read: the operator who made the connection chose it. */
export function assessRequest(
  { method, url, headers, body, target }: Omit<RequestAction, 'mode'>,
  classify: Classify,
): Assessment {
  const lines = headers.map(({ name, value }) => `${name}: ${value}`)
  const text = [`${method} ${url}`, ...lines, '', body?.text ?? ''].join('\n')
  const assessment = classify(text, 'http')
  const isOwn = target.specifics?.kind === 'http' && isBelow(url, target.specifics.baseUrl)
  if (assessment.tier !== 'reach_out' || !isOwn) return assessment
  return { tier: 'read', reasons: [`${method} only asks the service`] }
}

function addressOf({ url }: RequestText, target: Target, valueOf: ValueOf): string {
  const { specifics, connectionName } = target
  if (specifics?.kind !== 'http')
    throw new Refusal('conflict', `${connectionName} is no web service, so it takes no requests.`)
  const shape = fillEncoded(url, () => ({ text: 'x', type: 'text' }))
  const text = fillEncoded(url, valueOf)
  const base = specifics.baseUrl.replace(/\/$/, '')
  const whole = toUrl(text.startsWith('/') ? base + text : text)
  const model = toUrl(shape.startsWith('/') ? base + shape : shape)
  if (
    whole.host !== model.host ||
    segments(whole) !== segments(model) ||
    /\/(?=\/)/.test(whole.pathname)
  )
    throw refusal('A value would change the path of the address: it is empty, or made of dots.')
  if (!isBelow(whole.href, specifics.baseUrl) && !specifics.allowedHosts.includes(whole.host))
    throw refusal(
      `${connectionName} may not ask ${whole.origin}. Allow that host at the connection, if it is meant.`,
    )
  return whole.href
}

function segments({ pathname }: URL): number {
  return pathname.split('/').length
}

function toUrl(text: string): URL {
  const url = URL.parse(text)
  if (url) return url
  throw refusal('The address is none.')
}

/** The same origin, and the base's path or one below it. */
function isBelow(address: string, baseUrl: string): boolean {
  const [url, base] = [new URL(address), new URL(baseUrl)]
  const path = base.pathname.replace(/\/$/, '')
  return (
    url.origin === base.origin && (url.pathname === path || url.pathname.startsWith(`${path}/`))
  )
}

function headersOf({ headers }: RequestText, valueOf: ValueOf): RequestAction['headers'] {
  return headers.map(({ name, value }) => {
    const text = fillPlain(value, valueOf)
    if (!/^[\t\x20-\x7E]*$/.test(text))
      throw refusal(`The value for the header ${name} holds characters that no header can.`)
    return { name, value: text }
  })
}

function bodyOf({ body }: RequestText, valueOf: ValueOf): RequestAction['body'] {
  if (!body) return null
  const { as, pieces } = body
  const fill = as === 'json' ? fillJson : as === 'form' ? fillEncoded : fillPlain
  const text = fill(pieces, valueOf)
  // A form is one line; its lines are there for whoever reads the runbook.
  return { as, text: as === 'form' ? text.replaceAll(/\s*\n\s*/g, '') : text }
}

function usedIn(request: RequestText, values: readonly StepValue[]): RequestAction['values'] {
  const { url, headers, body } = request
  const pieces = [...url, ...headers.flatMap(({ value }) => value), ...(body?.pieces ?? [])]
  const names = new Set(pieces.flatMap((piece) => ('input' in piece ? piece.input : [])))
  return values
    .filter(({ name }) => names.has(name))
    .map(({ name, value, untrusted }) => ({ name, value: value ?? '', untrusted }))
}

function refusal(message: string): Refusal {
  return new Refusal('conflict', `The request was not made. ${message}`)
}
