import type { DeliveryId } from '#contract/primitives'
import { hashedToken, isSame, KINDS, MOST_BYTES, openBody } from '#domains/sources'
import type { Clock } from '#platform/clock'
import { newId } from '#platform/ids'
import type { Log } from '#platform/log'
import type { Delivery, NewDelivery } from './delivery-repository'
import type { Limits } from './limits'
import type { Answer, Desk } from './listener'
import type { Checked, Proofs } from './proofs'
import { PULLED_HEADER } from './reading'
import { createRefusals, type Refusals } from './refusals'
import type { KeptSource } from './source-repository'

interface Needs {
  clock: Clock
  log: Log
  sourceOf: (name: string) => KeptSource | undefined
  proofs: Proofs
  limits: Limits
  /** Proves that a request is the test button's: known to nobody but this process. */
  testMark: string
  /** Keeps a delivery on disk before it ends. */
  keep: (delivery: NewDelivery) => Promise<Delivery>
}

/** Marks a request of the test button; see `testMark`. */
export const TEST_HEADER = 'x-quarterdeck-test'

const megabytes = (bytes: number) => `${Math.floor(bytes / 1024 / 1024)} MB`
const mostOf = ({ kind }: KeptSource) => KINDS[kind].mostBytes ?? MOST_BYTES

/** What happens to a request: who may come in, what is kept, and what the sender is told. */
export function createDesk(needs: Needs): Desk {
  const { sourceOf, limits, log } = needs
  const refusals = createRefusals(needs)
  return {
    admit(name, token, sizeBytes) {
      const source = sourceOf(name)
      if (!source) {
        refusals.note('unknown', `There is no source “${name.slice(0, 60)}”.`)
        return no(404, 'There is no such source. Copy its address from Intake.')
      }
      if (!isSame(token, source.token)) {
        refusals.note(
          name,
          'It came without the right token: the sender uses an old or a wrong address.',
        )
        return no(401, 'The token is wrong. Copy the address of this source from Intake.')
      }
      if (!source.enabled) {
        refusals.note(name, 'The source is switched off.')
        return no(403, 'This source is switched off.')
      }
      return sizeBytes > mostOf(source) ? tooLarge(refusals, source) : undefined
    },
    tooLarge: (name) => tooLarge(refusals, sourceOf(name)!),
    hasHandshake: (name) => KINDS[sourceOf(name)!.kind].handshake === true,
    enter(name) {
      const source = sourceOf(name)!
      const waitS = limits.enter(source)
      return waitS === undefined ? undefined : tooMuch(refusals, source, waitS)
    },
    leave: limits.leave,
    async accept(name, headers, body) {
      const source = sourceOf(name)!
      if (body.length > mostOf(source)) return tooLarge(refusals, source)
      try {
        return await take(needs, refusals, source, headers, body)
      } catch (error) {
        log.error({ error, source: name }, 'a delivery could not be kept')
        return {
          ...no(503, 'The delivery could not be kept here. Send it again.'),
          headers: { 'retry-after': '5' },
        }
      }
    },
  }
}

type Arrived = Omit<NewDelivery, 'status' | 'reason' | 'key'> & { readonly body: Buffer }

async function take(
  needs: Needs,
  refusals: Refusals,
  source: KeptSource,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Promise<Answer> {
  const receivedAt = needs.clock.now()
  // Headers of our own say nothing when they come from outside, but for the mark that nobody there knows.
  const { [TEST_HEADER]: mark, [PULLED_HEADER]: _pulled, ...sent } = headers
  const isTest = mark !== undefined && isSame(mark, needs.testMark)
  const checked: Checked = isTest
    ? { proof: 'token', reason: '' }
    : await needs.proofs.check(source, { headers: sent, body, receivedAt })
  const arrived: Arrived = {
    id: newId<DeliveryId>('dlv'),
    source: source.name,
    receivedAt,
    proof: checked.proof,
    via: isTest ? 'test' : 'sent',
    headers: withoutSecrets(sent, KINDS[source.kind].secretHeaders ?? [], checked),
    body,
  }
  return checked.proof === 'failed'
    ? refuseUnproven(needs, refusals, arrived, checked.reason)
    : keepOpened(needs, source, arrived, sent, checked.reason)
}

/** Kept, so that it can be read once the secret is right; of a flood, some are kept and the others counted. */
async function refuseUnproven(
  { keep, sourceOf }: Needs,
  refusals: Refusals,
  arrived: Arrived,
  reason: string,
): Promise<Answer> {
  const hasSecret = KINDS[sourceOf(arrived.source)!.kind].proof?.secret != null
  const message = hasSecret ? `${reason} Set the same secret on both sides.` : reason
  if (!refusals.takesBody(arrived.source)) {
    refusals.note(arrived.source, reason, 'failed')
    return no(401, message)
  }
  const { id } = await keep({ ...arrived, status: 'dead', reason, key: null })
  return no(401, message, { delivery: id })
}

async function keepOpened(
  { keep }: Needs,
  { kind, mapping, settings }: KeptSource,
  arrived: Arrived,
  headers: Readonly<Record<string, string>>,
  reason: string,
): Promise<Answer> {
  const reader = KINDS[kind]
  const { body, receivedAt } = arrived
  const opened = await openBody(body, headers, reader)
  if (!opened.ok) {
    const { id } = await keep({ ...arrived, status: 'dead', reason: opened.problem, key: null })
    return no(opened.status, opened.problem, { delivery: id })
  }
  const { contentType, value } = opened
  const request = { headers, contentType, body: value, receivedAt, mapping, settings }
  const key = reader.deliveryKey(request) ?? null
  const kept = await keep({ ...arrived, status: 'stored', reason, key })
  const reply = reader.reply?.(request)
  if (!reply) return { status: 202, body: { delivery: kept.id, status: kept.status } }
  return {
    status: 200,
    body: reply.body,
    headers: { 'content-type': reply.contentType, 'x-quarterdeck-delivery': kept.id },
  }
}

/** A secret in the clear is never kept. One that may be checked again is kept as its hash, which `tokenProof` knows. */
function withoutSecrets(
  headers: Readonly<Record<string, string>>,
  secret: readonly string[],
  { proof }: Checked,
): Readonly<Record<string, string>> {
  if (secret.length === 0) return headers
  const kept = Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    if (!secret.includes(name)) return [[name, value]]
    return proof === 'pending' || proof === 'failed' ? [[name, hashedToken(value)]] : []
  })
  return Object.fromEntries(kept)
}

function tooLarge(refusals: Refusals, source: KeptSource): Answer {
  const most = megabytes(mostOf(source))
  refusals.note(source.name, `A body was larger than ${most}, so it was refused unread.`)
  const hint = source.kind === 'alertmanager' ? ' (Alertmanager: max_alerts)' : ''
  return no(413, `The body is larger than ${most}. Send less at once${hint}.`)
}

function tooMuch(refusals: Refusals, source: KeptSource, waitS: number): Answer {
  const { mostPerSecond, mostAtOnce } = source.settings
  refusals.note(
    source.name,
    `It sent more than ${mostPerSecond} deliveries a second, or ${mostAtOnce} at once, and was told to wait.`,
  )
  return {
    ...no(429, 'This source sends more than it may. Send it again later.'),
    headers: { 'retry-after': String(waitS) },
  }
}

function no(status: number, message: string, more: Readonly<Record<string, string>> = {}): Answer {
  return { status, body: { error: 'refused', message, ...more } }
}
