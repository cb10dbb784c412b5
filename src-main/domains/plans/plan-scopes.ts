import type { PlanInput } from '#contract/plans'
import type { Runbook, RunbookInput, RunbookStep } from '#contract/runbooks'
import type { Ticket } from '#contract/tickets'
import { checkInputValue, inputAlone } from '#domains/runbooks'
import { resolveInputs, type ResolvedInput } from './plan-inputs'

/** What a step's names mean: those of its own runbook, or of one that was called. '' is the runbook that is planned. */
export interface Scope {
  readonly inputs: readonly ResolvedInput[]
  readonly target: string | null
  /** Of a called runbook: the step that calls it. */
  readonly caller: RunbookStep | undefined
}
export type Scopes = ReadonlyMap<string, Scope>

/** The inputs of the runbook and of every one it calls. */
export function scopesOf(
  runbook: Runbook,
  given: Readonly<Record<string, string>>,
  ticket: Ticket | undefined,
): Scopes {
  const { inputs, target } = runbook
  const own = { inputs: resolveInputs(inputs, given, ticket), target, caller: undefined }
  const scopes = new Map<string, Scope>([['', own]])
  for (const part of runbook.parts ?? []) {
    const caller = callerOf(part.scope, runbook)
    const outer = scopes.get(caller.scope ?? '')!
    const called = part.inputs.map((input) => resolveCalled(input, caller, outer, ticket))
    scopes.set(part.scope, { inputs: called, target: part.target, caller })
  }
  return scopes
}

/** The step that calls the runbook of this scope. */
export function callerOf(scope: string, { steps }: Runbook): RunbookStep {
  return steps.find(({ name, call }) => call && `${name}/` === scope)!
}

/** Said by the caller, else as if the runbook had been started from the ticket itself. */
function resolveCalled(
  input: RunbookInput,
  { call, title }: RunbookStep,
  outer: Scope,
  ticket: Ticket | undefined,
): ResolvedInput {
  const { name } = input
  const said = call!.inputs
  if (!Object.hasOwn(said, name)) return named(resolveInputs([input], {}, ticket)[0]!, title)
  const used = inputAlone(said[name]!)
  if (used === undefined) return named(checked(input, said[name]!, 'default'), title)
  const outside = outer.inputs.find((known) => known.name === used)
  if (outside === undefined || outside.origin === 'output')
    return { name, label: input.label, value: null, origin: 'output', problem: null, raw: '' }
  if (outside.problem !== null || outside.value === null)
    return { ...outside, name, label: input.label, problem: null } // told where it is asked for
  return named(checked(input, outside.value, outside.origin), title)
}

function checked(input: RunbookInput, raw: string, origin: PlanInput['origin']): ResolvedInput {
  const { name, label } = input
  if (raw === '' && !input.required) return { name, label, value: '', origin, problem: null, raw }
  const result = checkInputValue(input, raw)
  return 'problem' in result
    ? { name, label, value: raw, origin, problem: `"${label}" ${result.problem}.`, raw }
    : { name, label, value: result.value, origin, problem: null, raw }
}

function named(input: ResolvedInput, title: string): ResolvedInput {
  return input.problem === null ? input : { ...input, problem: `For “${title}”: ${input.problem}` }
}
