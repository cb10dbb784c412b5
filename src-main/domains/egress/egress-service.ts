import { Refusal } from '#contract'
import type { Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { afterCommit, type Db, transact } from '#platform/database'
import type { Events } from '#platform/events'
import {
  exchange,
  type HttpExchange,
  type HttpOutcome,
  type HttpRequest,
  type HttpResponse,
} from '#platform/http-client'
import { newId } from '#platform/ids'
import type { Masking } from '#platform/masking'
import { parseCursor, toCursor } from '#platform/pages'
import { isThisMachine, pathOf } from './egress-rules'
import type { Arrival, Departure, EgressRepository } from './egress-repository'

/** Why something is sent, for the ledger. */
export interface Errand {
  /** `pull github`, `sns certificate`. */
  readonly purpose: string
  /** Who is behind it: `source alertmanager`, or an operator's name. */
  readonly actor: string
  /** A step of a run, to a host that an operator entered for it: it may leave while the machine is offline. */
  readonly step?: boolean
}

export type Answer = HttpOutcome | { readonly status: 'refused'; readonly reason: string }

export interface Egress extends Serves<'egress'> {
  /**
   * The one door for HTTP out. What became of it is a value; every try is in the ledger, with secrets masked. Redirects
   * are followed within the same origin, at most three, for GET and HEAD only. Throws for bugs and a store in trouble.
   */
  ask(request: HttpRequest, errand: Errand): Promise<Answer>
  /** The same for those who need an answer: Refusal `forbidden` while offline, `too_much`, `cancelled`, else `unreachable`. */
  fetch(request: HttpRequest, errand: Errand): Promise<HttpResponse>
  /** Why nothing may leave to this address now; undefined when it may. */
  whyNot(url: URL, errand?: Pick<Errand, 'step'>): string | undefined
}

interface Needs {
  db: Db
  repository: EgressRepository
  clock: Clock
  events: Events
  masking: Masking
  settings: { current(): { readonly offline: boolean } }
  console: string
}

const MOST_HOPS = 3
/** Screens that show the ledger need no more than this. */
const TELL_MS = 500

export function createEgressService(needs: Needs): Egress {
  const { repository, settings } = needs
  const whyNot: Egress['whyNot'] = (url, errand) => {
    if (!settings.current().offline || errand?.step === true || isThisMachine(url)) return undefined
    return 'Quarterdeck is offline: nothing leaves this machine but the steps of runs. Switch it off in Settings to ask again.'
  }
  const ask = createAsking(needs, whyNot)
  return {
    ask,
    async fetch(request, errand) {
      const answer = await ask(request, errand)
      if (answer.status === 'answered') return answer.response
      throw toRefusal(answer)
    },
    whyNot,
    verify: repository.check,
    async list({ cursor, limit, text, outcome }) {
      const [before = Number.MAX_SAFE_INTEGER] = parseCursor(cursor, 1) ?? []
      const items = await repository.before(Number(before), { text, outcome }, limit)
      const next = items.length === limit ? toCursor([items.at(-1)!.seq]) : null
      return { items, next, total: await repository.count({ text, outcome }) }
    },
  }
}

function toRefusal(answer: Exclude<Answer, { status: 'answered' }>): Refusal {
  if (answer.status === 'refused') return new Refusal('forbidden', answer.reason)
  if (answer.status === 'cancelled') return new Refusal('cancelled', 'The request was taken back.')
  return new Refusal(answer.stage === 'size' ? 'too_much' : 'unreachable', answer.reason)
}

function createAsking(needs: Needs, whyNot: Egress['whyNot']): Egress['ask'] {
  const { clock, masking, console, repository } = needs
  const write = createWriter(needs)

  async function hop(request: HttpRequest, errand: Errand): Promise<Answer> {
    const { url, method = 'GET' } = request
    const departure: Departure = {
      id: newId('out'),
      console,
      at: clock.now(),
      purpose: errand.purpose,
      actor: errand.actor,
      method,
      host: url.host,
      path: masking.mask(pathOf(url)),
    }
    const reason = whyNot(url, errand)
    if (reason !== undefined) {
      await write(departure, { ...NOTHING, outcome: 'refused', reason })
      return { status: 'refused', reason }
    }
    await repository.begin(departure)
    const came = masked(await exchange(request), masking)
    await write(departure, arrivalOf(came))
    return came
  }

  return async function ask(request, errand) {
    let { url } = request
    for (let hops = 0; ; hops += 1) {
      const answer = await hop({ ...request, url }, errand)
      if (answer.status !== 'answered') return answer
      const next = nextOf(url, request, answer.response)
      if (next === undefined) return answer
      if (next.origin !== url.origin || hops === MOST_HOPS) return notFollowed(url, next)
      url = next
    }
  }
}

const REDIRECTS = new Set([301, 302, 303, 307, 308])

/** Where a redirect leads; undefined when it is none that a reader follows. */
function nextOf(url: URL, { method = 'GET' }: HttpRequest, response: HttpResponse) {
  const { location } = response.headers
  if (!REDIRECTS.has(response.status) || location === undefined) return undefined
  if (method !== 'GET' && method !== 'HEAD') return undefined
  return URL.parse(location, url.href) ?? undefined
}

function notFollowed(from: URL, to: URL): Answer {
  const where = to.origin === from.origin ? 'on and on' : `to ${to.origin}`
  return {
    status: 'failed',
    stage: 'redirect',
    reason: `${from.host} sends ${where}, and that is not followed. Enter the address that it leads to, if you trust it.`,
  }
}

const NOTHING: Pick<Arrival, 'bytesOut' | 'bytesIn' | 'status' | 'durationMs'> = {
  bytesOut: 0,
  bytesIn: 0,
  status: null,
  durationMs: 0,
}

function arrivalOf(came: HttpExchange): Arrival {
  const { bytesOut, bytesIn, durationMs } = came
  return {
    bytesOut,
    bytesIn,
    durationMs,
    outcome: came.status,
    status: came.status === 'answered' ? came.response.status : null,
    reason: came.status === 'failed' ? came.reason : '',
  }
}

function masked(came: HttpExchange, masking: Masking): HttpExchange {
  return came.status === 'failed' ? { ...came, reason: masking.mask(came.reason) } : came
}

/** Writes entries of the chain, and tells about it now and then. */
function createWriter({ db, repository, events }: Needs) {
  let waiting = false
  const tell = () => {
    if (waiting) return
    waiting = true
    setTimeout(() => {
      waiting = false
      events.publish('egress.changed', {})
    }, TELL_MS).unref()
  }
  return (departure: Departure, arrival: Arrival): Promise<void> =>
    transact(db, async (tx) => {
      await repository.end(tx, departure, arrival)
      afterCommit(tx, tell)
    })
}

/** Writes down what was under way on this console when it ended: whether it was answered nobody knows. */
export async function settleUnderWay({ db, repository, console }: Needs): Promise<void> {
  for (const departure of await repository.underWay(console)) {
    const reason = 'Quarterdeck ended before the answer was whole.'
    await transact(db, (tx) =>
      repository.end(tx, departure, { ...NOTHING, outcome: 'unknown', reason }),
    )
  }
}
