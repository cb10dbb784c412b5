import type { RequestAction } from '#contract/actions'
import {
  ABANDONED,
  awaitInterruption,
  createOutput,
  type Interruption,
  type Outcome,
  type Perform,
  type Target,
  toInterrupted,
} from '#domains/connectors'
import type { Answer, Egress } from '#domains/egress'
import type { Clock } from '#platform/clock'
import type { HttpRequest, HttpResponse, HttpStage } from '#platform/http-client'
import type { Masking } from '#platform/masking'
import { toText } from './answer-text'
import { findUnmet } from './assertions'
import type { Keys } from './keys'

interface Needs {
  readonly clock: Clock
  readonly masking: Masking
  readonly egress: Pick<Egress, 'ask'>
}

interface Course {
  readonly target: Target
  readonly action: RequestAction
  readonly how: Perform
  readonly keys: Keys
  readonly closing: AbortSignal
}

/** Up to here nothing of the request has left. */
const BEFORE: ReadonlySet<HttpStage> = new Set(['address', 'name', 'tcp', 'tls'])

/** Makes one request. One that changes something and whose answer was lost may count: only a person may repeat it. */
export async function performRequest(
  { clock, masking, egress }: Needs,
  { target, action, how, keys, closing }: Course,
): Promise<Outcome> {
  const ended = new AbortController()
  const interrupted = awaitInterruption(action.timeoutMs, how.signal, closing)
  let by: Interruption | undefined
  const end = async () => {
    by = await interrupted.happened
    ended.abort()
  }
  void end()
  how.onStarted?.(clock.now())
  const errand = { purpose: `step on ${target.name}`, actor: 'a run', step: true }
  const answer = await egress.ask(toHttp(action, keys, ended.signal), errand)
  interrupted.dispose()
  if (answer.status !== 'answered') return withoutAnswer(answer, action, by)
  const output = createOutput(masking, how.onOutput)
  output.write('stdout', Buffer.from(toText(answer.response)))
  output.end()
  return judge(action, answer.response)
}

const CONTENT_TYPE = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  raw: 'text/plain; charset=utf-8',
} as const

function toHttp(action: RequestAction, keys: Keys, signal: AbortSignal): HttpRequest {
  const { method, url, body, mostBytes, timeoutMs } = action
  const given = Object.fromEntries(action.headers.map(({ name, value }) => [name, value]))
  const has = (name: string) => action.headers.some((one) => one.name.toLowerCase() === name)
  return {
    url: new URL(url),
    method,
    headers: {
      'accept-encoding': 'identity', // so that it can be cut
      ...(!has('accept') && { accept: 'application/json, text/plain;q=0.9, */*;q=0.5' }),
      ...(body && !has('content-type') && { 'content-type': CONTENT_TYPE[body.as] }),
      ...given,
      ...keys.headers,
    },
    ...(body && { body: body.text }),
    totalMs: timeoutMs + 1_000, // the clock of the step is the one that counts
    mostBytes,
    cut: true,
    trust: keys.trust,
    signal,
  }
}

function judge(action: RequestAction, response: HttpResponse): Outcome {
  const unmet = findUnmet(action, response)
  if (unmet === undefined) return { status: 'exited', exitCode: 0, signal: null }
  if (action.mode === 'read') return { status: 'failed', reason: unmet, untouched: true }
  return {
    status: 'failed',
    reason: `${unmet} The request was made all the same.`,
    untouched: false,
  }
}

function withoutAnswer(
  answer: Exclude<Answer, { status: 'answered' }>,
  action: RequestAction,
  by: Interruption | undefined,
): Outcome {
  if (answer.status === 'refused') return { status: 'not_started', reason: answer.reason }
  const untouched = action.mode === 'read' || BEFORE.has(answer.stage)
  if (answer.status === 'cancelled') {
    if (by === 'closing' || by === undefined) return ABANDONED
    // A request that is on its way cannot be called back.
    return { ...toInterrupted(by, action, untouched), untouched }
  }
  const { reason, stage } = answer
  if (BEFORE.has(stage)) return { status: 'not_started', reason }
  if (stage === 'answer' && !untouched)
    return {
      status: 'lost',
      reason: `${reason} The request had been sent, so it may count or not. Look at the service before you go on.`,
    }
  return { status: 'failed', reason, untouched }
}
