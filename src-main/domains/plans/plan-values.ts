import { Refusal } from '#contract'
import type { Plan, PlanInput } from '#contract/plans'
import type { Runbook, RunbookInput, RunbookOutput, RunbookStep } from '#contract/runbooks'
import { checkInputValue, checkOutput, inputAlone } from '#domains/runbooks'
import { callerOf } from './plan-scopes'

/** A value that reaches a step: as environment variable, bind parameter or encoded part, never as text in its code. */
export interface StepValue {
  readonly name: string
  /** Null for an optional input that was not given. */
  readonly value: string | null
  readonly type: 'text' | 'integer' | 'boolean'
  /** A stranger's: from the alert's text, or from what a target printed. */
  readonly untrusted: boolean
}

/** What steps have given so far, each under its scope and name; on the step's own target where it was given there. */
export type GivenOutputs = Readonly<Record<string, string>>

/**
 * The values of one step: all inputs of its runbook, of earlier outputs those that its code speaks of, the ticket's id. Throws
 * Refusal `conflict` when one of them is not known.
 */
export function valuesOf(
  step: RunbookStep,
  runbook: Runbook,
  plan: Plan,
  given: GivenOutputs,
): StepValue[] {
  const scope = step.scope ?? ''
  const inputs = inputsIn(scope, plan).map((input) => ({
    name: input.name,
    type: typeOf(input.type),
    value: valueOfInput(input, scope, runbook, given),
    untrusted: input.origin === 'ticket' || input.origin === 'output',
  }))
  const outputs = outputsIn(scope, runbook)
    .filter((name) => speaksOf(step.code, name))
    .map((name) => ({
      name,
      type: typeOf(declaredIn(scope, runbook).find((output) => output.name === name)?.type),
      value: outputValue(name, scope, runbook, given),
      untrusted: true,
    }))
  const ticket = {
    name: 'ticket_id',
    type: 'text',
    value: plan.ticketId,
    untrusted: false,
  } as const
  return [...inputs, ...outputs, ticket]
}

function valueOfInput(
  input: PlanInput,
  scope: string,
  runbook: Runbook,
  given: GivenOutputs,
): string | null {
  if (input.origin === 'output') return fromOutput(input, scope, runbook, given)
  return input.origin === 'missing' ? null : input.value
}

/** Databases and JSON tell numbers and truth values from texts. */
function typeOf(type: string | undefined): StepValue['type'] {
  return type === 'integer' || type === 'boolean' ? type : 'text'
}

/** What is known by name in one scope, for conditions and for what people read. What is not known yet is not there. */
export function knownIn(
  scope: string,
  runbook: Runbook,
  plan: Plan,
  given: GivenOutputs,
): { inputs: Record<string, string>; outputs: Record<string, string> } {
  const inputs = inputsIn(scope, plan).flatMap((input) => {
    const value = input.origin === 'output' ? taken(input, scope, runbook, given) : input.value
    return value === undefined ? [] : [[input.name, value ?? ''] as const]
  })
  const outputs = outputsIn(scope, runbook).flatMap((name) => {
    const key = keyOf(name, scope, runbook, given)
    return key === undefined ? [] : [[name, given[key]!] as const]
  })
  return { inputs: Object.fromEntries(inputs), outputs: Object.fromEntries(outputs) }
}

function taken(
  { name }: PlanInput,
  scope: string,
  runbook: Runbook,
  given: GivenOutputs,
): string | undefined {
  const caller = callerOf(scope, runbook)
  const key = keyOf(inputAlone(caller.call!.inputs[name]!)!, caller.scope ?? '', runbook, given)
  return key === undefined ? undefined : given[key]
}

function inputsIn(scope: string, { inputs, included }: Plan): readonly PlanInput[] {
  return scope === '' ? inputs : (included?.find((part) => part.scope === scope)?.inputs ?? [])
}

/** Names of what the steps of one runbook give. */
function outputsIn(scope: string, { steps }: Runbook): string[] {
  const mine = steps.filter((step) => (step.scope ?? '') === scope)
  return [...new Set(mine.flatMap(({ outputs }) => (outputs ?? []).map(({ name }) => name)))]
}

function speaksOf(code: string, name: string): boolean {
  return new RegExp(`\\bQD_${name.toUpperCase()}\\b|[:$@{]\\s*${name}\\b`).test(code)
}

function outputValue(name: string, scope: string, runbook: Runbook, given: GivenOutputs): string {
  const key = keyOf(name, scope, runbook, given)
  if (key !== undefined) return given[key]!
  const declared = declaredIn(scope, runbook).find((output) => output.name === name)
  const otherwise = checkOutput('', declared)
  if ('value' in otherwise) return otherwise.value
  throw new Refusal(
    'conflict',
    `The value “${name}” is not known: no step that gives it has ended well on this run. Nothing was run.`,
  )
}

/** Where the value was given: by a step of this runbook, or by one of a runbook that it called. */
function keyOf(
  name: string,
  scope: string,
  { steps }: Runbook,
  given: GivenOutputs,
): string | undefined {
  if (Object.hasOwn(given, scope + name)) return scope + name
  for (const step of steps) {
    const from = step.call && (step.scope ?? '') === scope ? step.outputs : undefined
    const output = from?.find((known) => known.name === name)
    const key = output && `${step.name}/${output.what}`
    if (key !== undefined && Object.hasOwn(given, key)) return key
  }
  return undefined
}

function declaredIn(scope: string, { outputs, parts }: Runbook): readonly RunbookOutput[] {
  return (scope === '' ? outputs : parts?.find((part) => part.scope === scope)?.outputs) ?? []
}

/** An input of a called runbook that its caller takes from an output; it has to suit both. */
function fromOutput(
  { name }: PlanInput,
  scope: string,
  runbook: Runbook,
  given: GivenOutputs,
): string {
  const caller = callerOf(scope, runbook)
  const used = inputAlone(caller.call!.inputs[name]!)!
  const outer = caller.scope ?? ''
  const value = outputValue(used, outer, runbook, given)
  const input = runbook.parts?.find((part) => part.scope === scope)?.inputs.find(isCalled(name))
  const checked = input ? checkInputValue(input, value) : { value }
  if ('value' in checked) return checked.value
  throw new Refusal(
    'conflict',
    `“${used}” will not do as “${name}”: it ${checked.problem}. Nothing was run.`,
  )
}

const isCalled = (name: string) => (input: RunbookInput) => input.name === name
