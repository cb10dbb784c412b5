import type { RunbookInput, RunbookOutput, RunbookStep } from '#contract/runbooks'
import { didYouMean } from './runbook-values'

type Tell = (level: 'error' | 'warning', message: string) => void

export interface Flow {
  readonly steps: readonly RunbookStep[]
  readonly inputs: readonly RunbookInput[]
  readonly outputs: readonly RunbookOutput[]
}

/** Which outputs are there when this step's turn comes: those of earlier steps, and for what a step calls, its own. */
export function outputsBefore(step: RunbookStep, { steps }: Pick<Flow, 'steps'>): string[] {
  const caller = steps.find(
    ({ undo, verify, before, wait }) =>
      undo === step.name ||
      verify === step.name ||
      before === step.name ||
      wait?.until === step.name,
  )
  const called = step.isUndo || step.isProbe === true
  // What the runbook's own probe sees is all there ever was.
  const until = caller ?? (called ? undefined : step)
  const at = until ? steps.indexOf(until) : steps.length
  const own = called && until?.before !== step.name ? at + 1 : at
  const names = steps.slice(0, own).flatMap(({ outputs }) => outputs ?? [])
  return [...new Set(names.map(({ name }) => name))]
}

/** What is wrong with the values that steps give and are given. */
export function lintFlow(step: RunbookStep, flow: Flow, tell: Tell): void {
  for (const { name } of step.outputs ?? []) lintOutput(name, step, flow, tell)
  lintFan(step, flow, tell)
  if (step.before != null && (step.isUndo || step.isProbe))
    tell('error', 'A step that is called has no `qd.before`: whoever calls it may have one.')
  if (step.call) lintCall(step, flow, tell)
  lintAssignee(step, flow, tell)
}

/** Outputs that are described and that no step gives. */
export function lintDeclared({ steps, outputs }: Flow, tell: Tell): void {
  const given = steps.flatMap((step) => (step.outputs ?? []).map(({ name }) => name))
  for (const { name } of outputs)
    if (!given.includes(name))
      tell('warning', `No step gives the output \`${name}\`.${didYouMean(name, given)}`)
}

function lintOutput(name: string, step: RunbookStep, flow: Flow, tell: Tell): void {
  if (flow.inputs.some((input) => input.name === name))
    tell('error', `\`${name}\` is an input already: an output needs a name of its own.`)
  if (name === 'ticket_id' || name === 'run_id')
    tell('error', `\`${name}\` is taken by Quarterdeck; choose another name.`)
  if (step.isProbe || step.isUndo)
    tell('error', 'A step that only runs when it is called gives no outputs.')
  const known = flow.outputs.find((output) => output.name === name)
  if (step.call || (known && (known.pattern !== null || known.type !== 'text'))) return
  tell(
    'warning',
    `A target may print anything here; say under \`outputs\` in the front matter what \`${name}\` looks like.`,
  )
}

function lintFan(step: RunbookStep, { steps }: Flow, tell: Tell): void {
  if (!step.fan) return
  if (step.isUndo || step.isProbe)
    tell('error', 'A step that is called goes where its caller goes: it has no `qd.fan`.')
  if (step.fan.stopAfter > 1 && step.fan.atOnce === 1 && step.kind === 'change' && !step.verify)
    tell(
      'warning',
      'A change that goes on after failures is safer with a `qd.verify` on each target.',
    )
  const undo = steps.find(({ name }) => name === step.undo)
  if (undo?.kind === 'manual')
    tell('error', 'What is taken back on each target cannot be done by hand: name a change.')
}

function lintCall(step: RunbookStep, flow: Flow, tell: Tell): void {
  const known = [...flow.inputs.map(({ name }) => name), ...outputsBefore(step, flow)]
  for (const [name, value] of Object.entries(step.call!.inputs)) {
    const used = inputAlone(value)
    if (used === undefined && value.includes('{{'))
      tell('error', `\`qd.with.${name}\` is text, or one value alone: \`{{unit}}\`.`)
    else if (used !== undefined && !known.includes(used))
      tell('error', `\`qd.with.${name}\`: \`${used}\` is no value here.${didYouMean(used, known)}`)
  }
  if (step.isUndo || step.isProbe)
    tell('error', 'Another runbook cannot be called as an undo or a check.')
}

/** The value a text is, when it is `{{name}}` and nothing else. */
export function inputAlone(text: string): string | undefined {
  return /^\{\{\s*([a-z][a-z0-9_]*)\s*\}\}$/.exec(text)?.[1]
}

function lintAssignee({ assignee }: RunbookStep, { inputs }: Flow, tell: Tell): void {
  const used = inputAlone(assignee ?? '')
  const names = inputs.map(({ name }) => name)
  if (used !== undefined && !names.includes(used))
    tell('error', `\`qd.assignee\`: \`${used}\` is no input.${didYouMean(used, names)}`)
}
