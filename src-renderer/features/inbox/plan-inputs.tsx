import type { PlanInput } from '#contract/plans'
import { Field } from '#ui/field'
import { TextInput } from '#ui/input'
import { UntrustedNote } from '#ui/plain-text'

interface PlanInputsProps {
  inputs: readonly PlanInput[]
  /** What the operator typed; it wins over what the plan resolved. */
  typed: Readonly<Record<string, string>>
  onType: (name: string, value: string) => void
}

const ORIGIN: Readonly<Record<PlanInput['origin'], string>> = {
  ticket: 'from the alert',
  default: 'from the runbook',
  operator: 'typed by you',
  missing: 'missing',
  output: 'given by a step',
}

/** What may be left out and was is not missed. */
function originWords({ origin, problem }: PlanInput): string {
  return origin === 'missing' && problem === null ? 'optional' : ORIGIN[origin]
}

/** The values the steps will get, each with where it comes from. Typing changes the plan at once. */
export function PlanInputs({ inputs, typed, onType }: PlanInputsProps) {
  if (inputs.length === 0) return <p className="text-muted">This runbook needs no values.</p>
  return (
    <div className="flex flex-col gap-3.5">
      {inputs.map((input) => (
        <Field
          key={input.name}
          error={input.problem}
          label={
            <span className="flex min-w-0 items-baseline gap-2">
              {input.label}
              {input.origin === 'ticket' ? (
                <UntrustedNote />
              ) : (
                <span className="text-caption font-medium text-muted">{originWords(input)}</span>
              )}
            </span>
          }
        >
          {(control) => (
            <TextInput
              {...control}
              mono
              maxLength={2000}
              value={typed[input.name] ?? input.value ?? ''}
              onChange={(change) => onType(input.name, change.target.value)}
            />
          )}
        </Field>
      ))}
    </div>
  )
}
