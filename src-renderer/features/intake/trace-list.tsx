import { CircleCheck, CircleDot, CircleMinus, Hourglass, type LucideIcon } from 'lucide-react'
import type { z } from 'zod'
import type { TraceStep } from '#contract/intake'
import { cx } from '#ui/class-names'
import { AppLink, paths } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { RULES } from './places'

type Step = z.infer<typeof TraceStep>

const STAGE: Readonly<Record<Step['stage'], string>> = {
  proof: 'Origin',
  repeat: 'Repeat',
  parse: 'Reading',
  signal: 'Signal',
  window: 'Maintenance',
  threshold: 'Threshold',
  ticket: 'Ticket',
  route: 'Owner',
  incident: 'Incident',
  correlation: 'Group',
  change: 'Change',
}
const OUTCOME: Readonly<Record<Step['outcome'], { Icon: LucideIcon; look: string; word: string }>> =
  {
    passed: { Icon: CircleCheck, look: 'text-ok', word: 'passed' },
    held: { Icon: Hourglass, look: 'text-high', word: 'held back' },
    ended: { Icon: CircleMinus, look: 'text-critical', word: 'ended here' },
    noted: { Icon: CircleDot, look: 'text-muted', word: 'noted' },
  }

/** Why a delivery did or did not become a ticket: each decision in the order it was made. */
export function TraceList({ trace }: { trace: readonly Step[] }) {
  return (
    <ol className="flex flex-col">
      {trace.map((step, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- the list of decisions never changes its order
        <TraceLine key={index} step={step} />
      ))}
    </ol>
  )
}

function TraceLine({ step: { stage, outcome, text, ticketId, rule } }: { step: Step }) {
  const { Icon, look, word } = OUTCOME[outcome]
  const isSignal = stage === 'signal'
  return (
    <li
      className={cx(
        'grid grid-cols-[16px_84px_minmax(0,1fr)] items-start gap-x-2.5 py-1',
        isSignal && 'mt-2 border-t border-line pt-3',
      )}
    >
      <Icon size={15} strokeWidth={1.75} className={cx('mt-0.5', look)} aria-hidden />
      <span className="text-small text-muted">
        {STAGE[stage]}
        <span className="sr-only">, {word}</span>
      </span>
      <span className={cx('min-w-0 break-words', isSignal && 'font-semibold')}>
        <PlainText text={text} max={600} />
        {rule !== null && (
          <>
            {' '}
            <AppLink href={paths.delivery(RULES)}>the rule</AppLink>
          </>
        )}
        {ticketId !== null && (
          <>
            {' '}
            <AppLink href={paths.ticket(ticketId)}>the ticket</AppLink>
          </>
        )}
      </span>
    </li>
  )
}
