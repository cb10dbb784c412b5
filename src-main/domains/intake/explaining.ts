import type { z } from 'zod'
import type { TraceStep } from '#contract/intake'
import type { DeliveryId, TicketId } from '#contract/primitives'
import type { Screen } from '#domains/screening'
import { KINDS, openBody } from '#domains/sources'
import type { Tickets } from '#domains/tickets'
import type { Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { newId } from '#platform/ids'
import type { Log } from '#platform/log'
import type { Delivery, DeliveryRepository, KeptDelivery, Step } from './delivery-repository'
import type { Gate } from './gate'
import type { Proofs } from './proofs'
import { PULLED_HEADER, readDelivery, tallyOf, type Understood } from './reading'
import { present, type KeptSource } from './source-repository'
import { type Fate, headOf, toFates, traceOf } from './trace'

interface Needs {
  clock: Clock
  log: Log
  deliveries: DeliveryRepository
  proofs: Proofs
  gate: Gate
  screening: Pick<Screen, 'foresee'>
  tickets: Pick<Tickets, 'foresee'>
}
type Answers = Pick<Serves<'intake'>, 'explain'>

/** What would become of a body if it came now. Nothing is kept and nothing moves. */
export function createExplaining(needs: Needs): Answers {
  return {
    async explain({ name, body, headers }) {
      const source = present(needs.gate.sourceOf(name), name)
      const draft = toDraft(name, body, headers, needs.clock.now())
      const proof = await proofOf(needs, source, draft)
      const proven = { ...draft, delivery: { ...draft.delivery, ...proof } }
      if (proof.proof === 'failed')
        return { status: 'dead', summary: '', trace: filled(headOf(proven.delivery)) }
      const understood = await readDelivery(proven, source, needs.log)
      const before = await repeatOf(needs, source, proven)
      const delivery: Delivery = {
        ...proven.delivery,
        ...pick(understood),
        ...(before !== undefined && {
          status: 'duplicate' as const,
          summary: `the same as ${before}`,
        }),
        ...tallyOf(understood, []),
      }
      const fates = before === undefined ? await foresee(needs, understood) : []
      const trace = [...headOf(delivery), ...traceOf(fates), ...changesOf(understood)]
      return { status: delivery.status, summary: delivery.summary, trace: filled(trace) }
    },
  }
}

function toDraft(
  source: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  receivedAt: number,
): KeptDelivery {
  const lower = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value])
    .filter(([name]) => name !== PULLED_HEADER) // as from any sender
  return {
    delivery: {
      id: newId<DeliveryId>('dlv'),
      source,
      receivedAt,
      status: 'stored',
      proof: 'token',
      via: 'sent',
      reason: '',
      summary: '',
      firing: 0,
      resolved: 0,
      changes: 0,
      ticketIds: [],
      sizeBytes: Buffer.byteLength(body),
    },
    headers: Object.fromEntries(lower) as Record<string, string>,
    trace: [],
    body: Buffer.from(body),
  }
}

/** Without headers it is the body alone that is asked about. */
async function proofOf(
  { proofs }: Needs,
  source: KeptSource,
  { headers, body, delivery: { receivedAt } }: KeptDelivery,
): Promise<Pick<Delivery, 'proof' | 'reason'>> {
  if (Object.keys(headers).length === 0) return { proof: 'token', reason: '' }
  return proofs.foresee(source, { headers, body: body!, receivedAt })
}

async function repeatOf(
  { deliveries }: Needs,
  { kind, name, mapping, settings }: KeptSource,
  { headers, body, delivery: { receivedAt } }: KeptDelivery,
): Promise<DeliveryId | undefined> {
  const reader = KINDS[kind]
  const opened = await openBody(body!, headers, reader)
  if (!opened.ok) return undefined
  const { contentType, value } = opened
  const request = { headers, contentType, body: value, receivedAt, mapping, settings }
  const key = reader.deliveryKey(request)
  return key === undefined ? undefined : deliveries.findByKey(name, key)
}

async function foresee({ screening, tickets }: Needs, { signals }: Understood): Promise<Fate[]> {
  const screened = await screening.foresee(signals)
  const passing = signals.filter((_, n) => screened[n]!.verdict === 'pass')
  return toFates(signals, screened, await tickets.foresee(passing), [])
}

function changesOf({ changes }: Understood): Step[] {
  return changes.map(({ kind, title }) => ({
    stage: 'change',
    outcome: 'passed',
    text: `${kind.replace('_', ' ')} ${title}`,
  }))
}

const pick = ({ status, reason, summary }: Understood) => ({ status, reason, summary })

/** Steps as they cross: what is left out is null. */
export function filled(steps: readonly Step[]): z.output<typeof TraceStep>[] {
  return steps.map(({ ticketId = null, rule = null, ...step }) => ({
    ...step,
    ticketId: ticketId as TicketId | null,
    rule,
  }))
}
