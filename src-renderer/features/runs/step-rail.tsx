import { Undo2 } from 'lucide-react'
import type { Run, RunStep } from '#contract/runs'
import { cx } from '#ui/class-names'
import { AppLink, paths } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { useNow } from '#ui/relative-time'
import { StepMark } from '#ui/stepper'
import {
  inReadingOrder,
  isOneOfSeveral,
  isOnlyRegistered,
  STEP_WORDS,
  stepNote,
  statusInRail,
  stepNumber,
  stepTime,
  stepsToUndo,
} from './run-words'

/** The steps in order, undo and probe steps after them. Choosing one shows its output alone; again shows all. */
export function StepRail({
  run,
  only,
  onOnly,
}: {
  run: Run
  only: number | null
  onOnly: (index: number | null) => void
}) {
  const undoable = new Set(stepsToUndo(run.steps))
  return (
    <div className="flex flex-col gap-3">
      <p className="px-2.5 text-small text-muted">
        snapshot of{' '}
        <AppLink href={paths.runbook(run.runbookId)}>
          <PlainText text={run.runbookTitle} max={120} />
        </AppLink>
      </p>
      <ol aria-label="Steps of this run" className="flex flex-col gap-1">
        {inReadingOrder(run.steps)
          .filter(({ step }) => !isOnlyRegistered(step))
          .map(({ step, depth }) => (
            <li key={step.index} className={INDENT[Math.min(depth, 2)]}>
              <RailStep
                step={{ ...step, status: statusInRail(run.steps, step) }}
                number={stepNumber(run.steps, step)}
                isChosen={only === step.index}
                isUndoable={undoable.has(step)}
                onChoose={() => onOnly(only === step.index ? null : step.index)}
              />
            </li>
          ))}
      </ol>
    </div>
  )
}

interface RailStepProps {
  step: RunStep
  number: number
  isChosen: boolean
  isUndoable: boolean
  onChoose: () => void
}

function RailStep({ step, number, isChosen, isUndoable, onChoose }: RailStepProps) {
  const now = useNow()
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      onClick={onChoose}
      className={cx(
        'flex w-full min-w-0 gap-3 rounded-[10px] px-2.5 py-2 text-left hover:bg-hover',
        isChosen && 'bg-selected',
      )}
    >
      <StepMark
        state={STEP_WORDS[step.status].mark}
        number={number}
        running={step.status === 'executing'}
      />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span
            className={cx(
              'min-w-0 flex-1 truncate font-medium',
              step.status === 'pending' && 'text-muted',
            )}
          >
            <PlainText text={titleInRail(step)} max={120} />
          </span>
          <span className="text-small tnum text-muted">{stepTime(step, now)}</span>
        </span>
        <StepNote step={step} isUndoable={isUndoable} />
      </span>
    </button>
  )
}

const INDENT = ['', 'pl-5', 'pl-9']

function titleInRail(step: RunStep): string {
  return isOneOfSeveral(step) ? (step.connectionName ?? step.title) : step.title
}

function StepNote({ step, isUndoable }: { step: RunStep; isUndoable: boolean }) {
  return (
    <span className="block text-small break-words text-muted">
      <PlainText text={stepNote(step)} max={240} />
      {isUndoable && (
        <span
          className={cx(
            'flex items-center gap-1',
            step.undo === 'irreversible' ? 'text-critical' : 'text-ok',
          )}
        >
          <Undo2 size={12} strokeWidth={2} aria-hidden />
          {step.undo === 'irreversible' ? 'cannot be taken back' : 'undo registered'}
        </span>
      )}
    </span>
  )
}
