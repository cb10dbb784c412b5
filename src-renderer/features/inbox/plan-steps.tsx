import { ChevronRight, CircleAlert, Flag, ShieldCheck, Undo2 } from 'lucide-react'
import type { Plan } from '#contract/plans'
import { Chip } from '#ui/chip'
import { CodeBlock } from '#ui/code-block'
import { PlainText } from '#ui/plain-text'
import { StepMark } from '#ui/stepper'
import { TierBadge } from '#ui/tier'

type Step = Plan['steps'][number]

/** The steps in order, with how far each reaches; the line where there is no way back is drawn between them. */
export function PlanSteps({ plan }: { plan: Plan }) {
  return (
    <ol className="flex min-w-0 flex-col gap-2" aria-label="Steps of the plan">
      {plan.steps.map((step) => (
        <li key={step.index} className="flex min-w-0 flex-col gap-2">
          {plan.pointOfNoReturn === step.index && <NoReturn />}
          <StepRow step={step} />
        </li>
      ))}
    </ol>
  )
}

function NoReturn() {
  return (
    <p className="flex items-center gap-2 text-small font-semibold text-critical">
      <span aria-hidden className="h-px w-4 bg-critical/60" />
      <Flag size={14} strokeWidth={2} aria-hidden />
      Point of no return: what follows cannot be taken back
      <span aria-hidden className="h-px flex-1 bg-critical/60" />
    </p>
  )
}

function StepRow({ step }: { step: Step }) {
  return (
    <details className="group/step rounded-[10px] border border-line bg-canvas">
      <summary className="flex list-none items-center gap-2.5 rounded-[10px] px-3 py-2 hover:bg-hover">
        <StepMark state="next" number={step.index + 1} />
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">
            <PlainText text={step.title} max={160} />
          </span>
          <span className="flex flex-wrap items-center gap-x-2.5 text-small text-muted">
            {placeWords(step)}
            <UndoWords undo={step.undo} />
          </span>
          <Notes notes={step.notes ?? []} />
          {step.problem !== null && (
            <span className="flex items-center gap-1.5 text-small text-high">
              <CircleAlert size={13} strokeWidth={2} aria-hidden />
              <PlainText text={step.problem} max={200} />
            </span>
          )}
        </span>
        {step.needsApproval && (
          <Chip tone="attention" icon={<ShieldCheck size={13} strokeWidth={2} aria-hidden />}>
            asks first
          </Chip>
        )}
        <TierBadge tier={step.tier} />
        <ChevronRight
          size={15}
          aria-hidden
          className="text-muted transition-transform group-open/step:rotate-90"
        />
      </summary>
      <StepDetails step={step} />
    </details>
  )
}

function Notes({ notes }: { notes: readonly string[] }) {
  if (notes.length === 0) return null
  return (
    <span className="block text-small text-muted">
      <PlainText text={notes.join('; ')} max={400} />
    </span>
  )
}

function StepDetails({ step }: { step: Step }) {
  return (
    <div className="flex flex-col gap-2 px-3 pb-3">
      {step.code !== '' && (
        <CodeBlock code={step.code} label={`Code of step ${step.index + 1}`} wrap />
      )}
      {step.targets !== undefined && (
        <p className="text-small break-words text-muted">
          Goes to{' '}
          <PlainText
            text={step.targets.map(({ connectionName }) => connectionName).join(', ')}
            max={2000}
          />
        </p>
      )}
      {step.tierReasons.length > 0 && (
        <p className="text-small text-muted">{step.tierReasons.join('; ')}</p>
      )}
      {step.policy !== undefined && <PolicyWords policy={step.policy} />}
      {step.undo !== null && step.undo !== 'irreversible' && (
        <CodeBlock code={step.undo} label={`Undo of step ${step.index + 1}`} wrap />
      )}
    </div>
  )
}

/** Which rule decides about it, who has to agree, and why. */
function PolicyWords({ policy }: { policy: NonNullable<Step['policy']> }) {
  const { rules, why, requires, effect } = policy
  const people = requires?.people ?? 1
  return (
    <p className="text-small text-muted">
      {rules.length > 0 && <code>{rules.join(', ')}: </code>}
      <PlainText text={why} max={300} />
      {effect === 'ask' && people > 1 && ` ${people} approvers have to agree.`}
      {requires !== null &&
        requires.from.length > 0 &&
        ` Of ${requires.from.map((names) => names.join(' or ')).join(', and of ')}.`}
    </p>
  )
}

function placeWords({ kind, connectionName, targets }: Step): string {
  if (targets !== undefined) return `${kind} on ${targets.length} targets`
  return connectionName === null ? kind : `${kind} on ${connectionName}`
}

function UndoWords({ undo }: { undo: string | null }) {
  if (undo === null) return null
  if (undo === 'irreversible')
    return <span className="font-medium text-critical">cannot be taken back</span>
  return (
    <span className="inline-flex items-center gap-1 text-ok">
      <Undo2 size={13} strokeWidth={2} aria-hidden />
      has an undo
    </span>
  )
}
