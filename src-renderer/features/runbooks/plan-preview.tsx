import { CircleAlert, Flag, ShieldCheck, Undo2 } from 'lucide-react'
import type { Plan, PlanStep } from '#contract/plans'
import { Chip } from '#ui/chip'
import { PlainText } from '#ui/plain-text'
import { TierBadge } from '#ui/tier'

/** The plan that would be made of the text as it stands: inputs, steps, how far each reaches, and the way back. */
export function PlanPreview({ plan }: { plan: Plan }) {
  if (plan.steps.length === 0)
    return (
      <p className="text-muted">
        No step yet. A step is a fenced block of code with <code>qd.kind</code>.
      </p>
    )
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {plan.inputs.length > 0 && <Inputs plan={plan} />}
      <ol className="flex min-w-0 flex-col gap-2" aria-label="Steps of the plan">
        {plan.steps.map((step) => (
          <li key={step.index} className="flex min-w-0 flex-col gap-2">
            {plan.pointOfNoReturn === step.index && (
              <p className="flex items-center gap-2 text-small font-semibold text-critical">
                <Flag size={14} strokeWidth={2} aria-hidden />
                No way back from here
              </p>
            )}
            <Step step={step} />
          </li>
        ))}
      </ol>
    </div>
  )
}

function Inputs({ plan }: { plan: Plan }) {
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-small">
      {plan.inputs.map(({ name, value, origin, problem }) => (
        <div key={name} className="contents">
          <dt className="font-mono text-muted">{name}</dt>
          <dd className="min-w-0">
            {value === null ? (
              <span className="text-muted">asked when it is planned</span>
            ) : (
              <PlainText text={value} max={120} />
            )}
            {origin === 'ticket' && <span className="text-muted"> from the ticket</span>}
            {problem !== null && value !== null && (
              <span className="block text-high">
                <PlainText text={problem} max={200} />
              </span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Step({ step }: { step: PlanStep }) {
  const { title, kind, connectionName, problem, needsApproval, undo, tier, tierReasons } = step
  return (
    <div className="flex min-w-0 flex-col gap-1 rounded-[10px] border border-line bg-canvas px-3 py-2">
      <div className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">
          <PlainText text={title} max={160} />
        </span>
        <TierBadge tier={tier} />
      </div>
      <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-small text-muted">
        {connectionName === null ? kind : `${kind} on ${connectionName}`}
        {undo === 'irreversible' && <span className="text-critical">cannot be taken back</span>}
        {undo !== null && undo !== 'irreversible' && (
          <span className="inline-flex items-center gap-1 text-ok">
            <Undo2 size={13} strokeWidth={2} aria-hidden />
            has an undo
          </span>
        )}
        {needsApproval && (
          <Chip tone="attention" icon={<ShieldCheck size={13} strokeWidth={2} aria-hidden />}>
            asks first
          </Chip>
        )}
      </p>
      {tier !== 'read' && tierReasons.length > 0 && (
        <p className="text-small text-muted">
          <PlainText text={tierReasons.join('; ')} max={300} />
        </p>
      )}
      {problem !== null && (
        <p className="flex items-center gap-1.5 text-small text-high">
          <CircleAlert size={13} strokeWidth={2} aria-hidden />
          <PlainText text={problem} max={200} />
        </p>
      )}
    </div>
  )
}
