import { Check, CircleHelp, LoaderCircle, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from './class-names'

export type StepState = 'done' | 'now' | 'waiting' | 'failed' | 'unknown' | 'next' | 'skipped'

const LOOK: Readonly<Record<StepState, string>> = {
  done: 'border-transparent tint-ok text-ok',
  now: 'border-transparent bg-accent text-on-accent',
  waiting: 'border-high/60 tint-high text-high',
  failed: 'border-transparent tint-critical text-critical',
  unknown: 'border-medium/60 text-medium',
  next: 'border-strong text-muted',
  skipped: 'border-dashed border-strong text-muted',
}
const WORD: Readonly<Record<StepState, string>> = {
  done: 'done',
  now: 'now',
  waiting: 'waiting',
  failed: 'failed',
  unknown: 'outcome unknown',
  next: 'to come',
  skipped: 'skipped',
}

/** A step's round mark: number, tick, cross or spinner. */
export function StepMark({
  state,
  number,
  running = false,
}: {
  state: StepState
  number: number
  running?: boolean
}) {
  let inside: ReactNode = number
  if (running) inside = <LoaderCircle size={13} strokeWidth={2.25} className="animate-spin-slow" />
  else if (state === 'done') inside = <Check size={13} strokeWidth={2.25} />
  else if (state === 'failed') inside = <X size={13} strokeWidth={2.25} />
  else if (state === 'unknown') inside = <CircleHelp size={13} strokeWidth={2.25} />
  return (
    <span
      aria-hidden
      className={cx(
        'inline-flex size-[22px] shrink-0 items-center justify-center rounded-full border text-caption font-semibold tnum',
        LOOK[state],
      )}
    >
      {inside}
    </span>
  )
}

/** The steps of a run in a row: where it stands and what is still to come. Scrolls when there are many. */
export function Stepper({
  label,
  steps,
}: {
  label: string
  steps: readonly { key: string | number; title: ReactNode; state: StepState }[]
}) {
  return (
    <ol
      aria-label={label}
      className="flex min-w-0 items-center gap-2.5 overflow-x-auto rounded-card border border-line bg-surface px-4 py-3"
    >
      {steps.map((step, index) => (
        <li
          key={step.key}
          aria-current={step.state === 'now' || step.state === 'waiting' ? 'step' : undefined}
          className={cx('flex items-center gap-2.5', index > 0 && 'min-w-fit flex-1')}
        >
          {index > 0 && <span aria-hidden className="h-px min-w-6 flex-1 bg-strong" />}
          <StepMark state={step.state} number={index + 1} />
          <span
            className={cx(
              'max-w-52 truncate font-medium',
              step.state === 'next' || step.state === 'skipped' ? 'text-muted' : 'text-text',
            )}
          >
            {step.title}
            <span className="sr-only">, {WORD[step.state]}</span>
          </span>
        </li>
      ))}
    </ol>
  )
}
