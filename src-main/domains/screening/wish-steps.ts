import type { TraceStep } from '#contract/intake'
import type { Arrival, SignalEffect } from '#domains/tickets'

/** What was asked for and granted, or would be, to the ticket of a signal. */
export function wishSteps(
  { owner, incident }: Pick<Arrival, 'owner' | 'incident'>,
  effect: SignalEffect,
  ticketId: TraceStep['ticketId'] = null,
): TraceStep[] {
  if (effect !== 'opened' && effect !== 'reopened') return []
  const noted = { outcome: 'noted' as const, ticketId }
  return [
    ...(owner
      ? [
          {
            ...noted,
            stage: 'route' as const,
            text: `Goes to ${owner.name}, if nobody has it.`,
            rule: owner.rule,
          },
        ]
      : []),
    ...(incident
      ? [
          {
            ...noted,
            stage: 'incident' as const,
            text: 'Is declared an incident.',
            rule: incident.rule,
          },
        ]
      : []),
  ]
}
