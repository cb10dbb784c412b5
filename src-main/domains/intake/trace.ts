import type { DeliveryProof } from '#contract/intake'
import type { z } from 'zod'
import type { Reception, Signal } from '#domains/tickets'
import type { Step } from './delivery-repository'

/** What became of one signal: what rules said before and after tickets took it; no reception when it was held. */
export interface Fate {
  readonly signal: Signal
  readonly before: readonly Step[]
  readonly reception: Reception | undefined
  readonly after: readonly Step[]
}

/** Puts together what was said about each signal; `receptions` and `after` are those of what passed, in order. */
export function toFates(
  signals: readonly Signal[],
  screened: readonly { readonly verdict: 'pass' | 'held'; readonly trace: readonly Step[] }[],
  receptions: readonly Reception[],
  after: readonly (readonly Step[])[],
): Fate[] {
  let at = 0
  return signals.map((signal, n): Fate => {
    const { verdict, trace: before } = screened[n]!
    if (verdict === 'held') return { signal, before, reception: undefined, after: [] }
    const place = at++
    return { signal, before, reception: receptions[place], after: after[place] ?? [] }
  })
}

/** Signals of one delivery that get lines of their own; alike ones among the others are counted. */
const TOLD = 20

const EFFECTS: Readonly<Record<Reception['effect'], string>> = {
  opened: 'A ticket was opened: none stood for this fingerprint.',
  updated: 'It went to the ticket that stands for this fingerprint.',
  resolved: 'Its ticket is resolved: the source says that it is right again.',
  reopened: 'Its ticket was reopened: it fires again within the hour.',
  closed: 'Its ticket was closed: the source took it back without a recovery.',
  unchanged: 'Nothing was changed: it was said before, or is older than what is known.',
}

const NO_TICKET = 'Nothing was changed: no ticket stands for this fingerprint.'

function toldOf({ effect, ticketId }: Reception): Step {
  const text = effect === 'unchanged' && ticketId === undefined ? NO_TICKET : EFFECTS[effect]
  const outcome = effect === 'unchanged' ? 'noted' : 'passed'
  return { stage: 'ticket', outcome, text, ticketId: ticketId ?? null }
}

/** Why each signal did or did not become a ticket, in the order it was decided. */
export function traceOf(fates: readonly Fate[]): Step[] {
  const told = fates.slice(0, TOLD).flatMap(({ signal, before, reception, after }): Step[] => {
    const text = `${signal.title || `Fingerprint ${signal.fingerprint}`}: ${signal.state}`
    return [
      { stage: 'signal', outcome: 'noted', text },
      ...before,
      ...(reception ? [toldOf(reception)] : []),
      ...after,
    ]
  })
  return [...told, ...counted(fates.slice(TOLD))]
}

function counted(fates: readonly Fate[]): Step[] {
  const sums = new Map<string, { step: Step; count: number }>()
  for (const { before, reception } of fates) {
    const step = reception ? toldOf(reception) : before.at(-1)
    if (!step) continue
    const key = `${step.stage}/${step.outcome}/${step.text}`
    sums.set(key, { step, count: (sums.get(key)?.count ?? 0) + 1 })
  }
  return [...sums.values()].map(({ step, count }) => ({
    ...step,
    ticketId: null,
    text: `${count} more like this: ${step.text}`,
  }))
}

const PROOFS: Readonly<Record<z.infer<typeof DeliveryProof>, Step>> = {
  signed: { stage: 'proof', outcome: 'passed', text: 'Its signature fits: it is from its sender.' },
  token: {
    stage: 'proof',
    outcome: 'passed',
    text: 'It knew the address of the source; no signature was asked of it.',
  },
  pending: {
    stage: 'proof',
    outcome: 'held',
    text: 'Its signature could not be checked yet. It is kept, and read once it was.',
  },
  failed: { stage: 'proof', outcome: 'ended', text: 'Its signature is missing or wrong.' },
}

interface Told {
  readonly proof: z.infer<typeof DeliveryProof>
  readonly via: 'sent' | 'pulled' | 'test' | 'corrected'
  readonly status: string
  readonly reason: string
  readonly summary: string
}

const VIA: Readonly<Record<Told['via'], Step | undefined>> = {
  sent: undefined,
  pulled: { stage: 'proof', outcome: 'passed', text: 'It was read from the API of its source.' },
  test: { stage: 'proof', outcome: 'passed', text: 'It is a test that an operator sent.' },
  corrected: { stage: 'proof', outcome: 'passed', text: 'An operator corrected it by hand.' },
}

/** What is the same for every delivery: where it came from, whether it was here before, and whether it could be read. */
export function headOf({ proof, via, status, reason, summary }: Told): Step[] {
  const proved = VIA[via] ?? PROOFS[proof]
  const failed = proof === 'failed' || proof === 'pending'
  const first: Step =
    failed && reason !== '' ? { ...proved, text: `${proved.text} ${reason}` } : proved
  if (failed) return [first]
  if (status === 'duplicate')
    return [first, { stage: 'repeat', outcome: 'ended', text: `It was here before: ${summary}.` }]
  const parse = parsedAs(status, reason, summary)
  return parse ? [first, parse] : [first]
}

function parsedAs(status: string, reason: string, summary: string): Step | undefined {
  switch (status) {
    case 'dead':
      return { stage: 'parse', outcome: 'ended', text: reason }
    case 'ignored':
      return { stage: 'parse', outcome: 'ended', text: `There is nothing to do: ${reason}.` }
    case 'waiting':
      return { stage: 'parse', outcome: 'held', text: reason }
    case 'processed':
      return { stage: 'parse', outcome: 'passed', text: `It says: ${summary}` }
    default:
      return undefined
  }
}
