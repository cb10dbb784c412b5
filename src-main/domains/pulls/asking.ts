import type { PullStage } from '#contract/pulls'
import type { Timestamp } from '#contract/primitives'
import type { Answer, Errand, Egress } from '#domains/egress'
import type { HttpResponse, HttpStage } from '#platform/http-client'
import { type Heard, PullProblem, type Question, type Round } from './pull-plan'
import { linkOf, pollOf, waitOf } from './response-headers'

/** Answers of listing APIs: GitLab's and GitHub's pages of 100 are below 3 MB. */
const MOST_BYTES = 20 * 1024 * 1024
const TOTAL_MS = 60_000

interface Needs {
  readonly egress: Pick<Egress, 'ask'>
  readonly errand: Errand
  /** Without user name and password. */
  readonly base: URL
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  now(): Timestamp
}

export interface Asking extends Pick<Round, 'ask'> {
  /** How long the source wants to be left alone after this pull, in ms. */
  waitMs(): number
}

/** Puts the questions of one pull, and heeds what the source says about asking. */
export function createAsking(needs: Needs): Asking {
  let quietUntil = 0
  let pollMs = 0
  return {
    waitMs: () => Math.max(pollMs, quietUntil - needs.now()),
    async ask(question) {
      const left = quietUntil - needs.now()
      if (left > 0) throw limited(needs.base, left)
      const response = toResponse(await send(needs, question))
      const waitMs = waitOf(response.headers, needs.now())
      quietUntil = needs.now() + (waitMs ?? 0)
      pollMs = Math.max(pollMs, pollOf(response.headers))
      return toHeard(needs.base, question, response, waitMs)
    },
  }
}

function send({ egress, errand, base, headers, signal }: Needs, question: Question) {
  const { etag } = question
  return egress.ask(
    {
      url: addressOf(base, question),
      headers: {
        accept: 'application/json',
        ...headers,
        ...(etag !== undefined && { 'if-none-match': etag }),
      },
      totalMs: TOTAL_MS,
      mostBytes: MOST_BYTES,
      signal,
    },
    errand,
  )
}

/** Below the pull's address, or the page that the API named: of the same origin, so that no secret goes elsewhere. */
function addressOf(base: URL, { path, query = {} }: Question): URL {
  const url = path.startsWith('/')
    ? new URL(`${base.origin}${base.pathname.replace(/\/+$/, '')}${path}`)
    : new URL(path)
  if (url.origin !== base.origin)
    throw new PullProblem(
      'shape',
      `It names a next page at ${url.host}, and is asked at ${base.host} only.`,
    )
  for (const [name, value] of Object.entries(query))
    for (const each of [value].flat()) url.searchParams.append(name, String(each))
  return url
}

const STAGES: Readonly<Record<HttpStage, PullStage>> = {
  address: 'name',
  name: 'name',
  tcp: 'tcp',
  tls: 'tls',
  answer: 'shape',
  size: 'shape',
  redirect: 'shape',
}

function toResponse(answer: Answer): HttpResponse {
  if (answer.status === 'answered') return answer.response
  if (answer.status === 'failed') throw new PullProblem(STAGES[answer.stage], answer.reason)
  const why = answer.status === 'refused' ? answer.reason : 'It was stopped.'
  throw new PullProblem('name', why, { ours: true })
}

function toHeard(
  base: URL,
  { also = [] }: Question,
  response: HttpResponse,
  waitMs: number | undefined,
): Heard {
  const { status, headers, body } = response
  const empty = status === 304 || also.includes(status)
  if (!empty && !(status >= 200 && status < 300)) throw problemOf(base, response, waitMs)
  return {
    status,
    notModified: status === 304,
    body: empty ? null : parse(base, body),
    etag: headers['etag'],
    next: linkOf(headers['link'], 'next'),
  }
}

function limited({ host }: URL, waitMs: number | undefined): PullProblem {
  const when = waitMs === undefined ? 'later' : `in ${Math.ceil(waitMs / 1000)} s`
  return new PullProblem(
    'permission',
    `${host} says that it was asked too often; it is asked again ${when}. Ask about less, or less often.`,
    { waitMs },
  )
}

function problemOf(
  base: URL,
  { status, body }: HttpResponse,
  waitMs: number | undefined,
): PullProblem {
  if (status === 429 || (status === 403 && waitMs !== undefined)) return limited(base, waitMs)
  const said = saidIn(body)
  const told = `${base.host} answered ${status}${said === '' ? '' : ` (${said})`}`
  if (status >= 500)
    return new PullProblem('shape', `${told}: it has trouble of its own.`, { waitMs })
  const [stage, advice] = ADVICE.get(status) ?? [
    'shape',
    'check the address and what is asked about.',
  ]
  return new PullProblem(stage, `${told}: ${advice}`)
}

const ADVICE = new Map<number, [PullStage, string]>([
  [401, ['auth', 'it does not accept the credential. Enter a new one.']],
  [403, ['permission', 'the credential lacks a right. The form says which it needs.']],
  [404, ['permission', 'there is nothing at this address, or the credential may not see it.']],
])

/** The message of an API in one line; nothing of a page made for people. */
function saidIn(body: Buffer): string {
  try {
    const { message, detail, error } = JSON.parse(body.toString()) as Record<string, unknown>
    const said = [message, detail, error].find((each) => typeof each === 'string')
    return typeof said === 'string' ? said.replaceAll(/\s+/g, ' ').slice(0, 200) : ''
  } catch {
    return ''
  }
}

function parse({ host }: URL, body: Buffer): unknown {
  if (body.length === 0) return null
  try {
    return JSON.parse(body.toString()) as unknown
  } catch {
    throw new PullProblem(
      'shape',
      `${host} answered with something that is no JSON. Check that the address is the one of the API, and not of a login page.`,
    )
  }
}
