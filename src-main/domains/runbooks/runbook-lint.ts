import type { Runbook, RunbookInput, RunbookOutput, RunbookStep } from '#contract/runbooks'
import { StepStatus } from '#contract/runs'
import type { Classify } from '#domains/risk'
import { lintDeclared, lintFlow, outputsBefore } from './runbook-flow-lint'
import type { FrontMatter, Report } from './runbook-front-matter'
import { dataProblems, isData } from './data-code'
import { assessStep, inputUses, interpreterProblem } from './runbook-shell'
import { didYouMean } from './runbook-values'
import { parseWhen, pathsOf } from './runbook-when'

/** Words that Go templates use bare between braces; `docker --format` and the like hold them. */
const GO_TEMPLATE = new Set(['end', 'else', 'break', 'continue', 'nil'])
/** What every step finds in its environment besides the inputs. */
const ALWAYS_THERE = ['QD_TICKET_ID', 'QD_RUN_ID']

interface Linted {
  readonly steps: readonly RunbookStep[]
  readonly inputs: readonly RunbookInput[]
  readonly outputs: readonly RunbookOutput[]
  readonly given: readonly { name: string; line: number }[]
  readonly front: FrontMatter
  readonly classify: Classify
}

/** Marks the steps that only run when called: undo steps, and checks that verify something. */
export function markCalled(
  steps: readonly RunbookStep[],
  verify: Runbook['verify'],
): RunbookStep[] {
  const undos = new Set(steps.map(({ undo }) => undo))
  const probes = new Set([
    verify?.probe,
    ...steps.flatMap((step) => [step.verify, step.before, step.wait?.until]),
  ])
  return steps.map((step) => ({
    ...step,
    isUndo: undos.has(step.name),
    isProbe: probes.has(step.name) && !undos.has(step.name),
  }))
}

/** A change of which nobody says how it is taken back counts as one that cannot be. */
export function settleUndo(step: RunbookStep): RunbookStep {
  return step.undo === '' ? { ...step, undo: step.isUndo ? null : 'irreversible' } : step
}

/** Reports everything that is wrong between the parts of a runbook and inside its code. */
export function lintRunbook(linted: Linted, report: Report): void {
  const { steps, given, front } = linted
  lintNames(given, report)
  if (!steps.some(isOnItsOwn))
    report(1, 'error', 'There is no step: a step is a fence such as ```sh {"qd.kind":"check"}.')
  reportReference(front.verify?.probe ?? null, 'verify.probe', front.verifyLine, linted, report)
  reportTarget(front.target, front.targetLine, linted, report)
  lintDeclared(linted, (level, message) => report(front.outputsLine, level, message))
  for (const [at, step] of steps.entries()) {
    const tell: Tell = (level, message) => report(step.line, level, message)
    lintName(step, tell)
    lintCalls(step, linted, report)
    lintFlow(step, linted, tell)
    lintWhen(step, at, linted, tell)
    lintCode(step, linted, report)
    lintTier(step, linted, tell)
    for (const on of targetsOf(step)) reportTarget(on, step.line, linted, report)
    if (runs(step) && step.on === null && front.target === null) tell('warning', SAY_WHERE)
  }
}

function lintNames(given: Linted['given'], report: Report): void {
  const seen = new Set<string>()
  for (const { name, line } of given) {
    if (seen.has(name)) report(line, 'error', `There are two steps called \`${name}\`.`)
    seen.add(name)
  }
}

const SAY_WHERE =
  'It is not said where this runs: give the runbook a `target` or the step a `qd.on`.'

const isOnItsOwn = ({ isUndo, isProbe }: RunbookStep) => !isUndo && !isProbe

type Tell = (level: 'error' | 'warning', message: string) => void

function runs({ kind }: RunbookStep): boolean {
  return kind === 'check' || kind === 'change'
}

function lintName({ name }: RunbookStep, tell: Tell): void {
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,79}$/u.test(name))
    tell(
      'error',
      `A step's name is at most 80 letters, digits, spaces, \`.\`, \`_\` and \`-\`, not \`${name.slice(0, 80)}\`.`,
    )
  if (name === 'irreversible' || name === 'none' || name === 'alert')
    tell('error', `\`${name}\` has a meaning in qd.undo or qd.until; choose another name.`)
}

function lintCalls(step: RunbookStep, linted: Linted, report: Report): void {
  const tell: Tell = (level, message) => report(step.line, level, message)
  reportReference(step.verify, 'qd.verify', step.line, linted, report)
  reportReference(step.before ?? null, 'qd.before', step.line, linted, report)
  reportReference(step.wait?.until ?? null, 'qd.until', step.line, linted, report)
  lintUndo(step, linted, tell)
  if (step.isUndo && step.when !== null)
    tell('error', 'An undo step has no condition: what was done must be undone.')
  if (step.kind === 'change' && step.retry.times > 0 && !step.idempotent)
    tell('warning', 'It is only tried again when it may be done twice: qd.idempotent=true says so.')
}

const SAY_UNDO =
  'Say how this change is taken back: qd.undo=<step>, qd.undo=irreversible, or qd.undo=none when it leaves nothing behind.'

function lintUndo(step: RunbookStep, { steps }: Linted, tell: Tell): void {
  const { undo } = step
  if (undo === '' && !step.isUndo) tell('warning', SAY_UNDO)
  if (!undo) return undefined
  if (step.kind !== 'change')
    return tell('error', `Only a change has an undo; this is a ${step.kind}.`)
  if (undo === 'irreversible') return undefined
  const problem = undoProblem(step, undo, steps)
  if (problem) tell('error', problem)
}

function undoProblem(
  step: RunbookStep,
  undo: string,
  steps: readonly RunbookStep[],
): string | undefined {
  if (undo === step.name) return 'A step cannot be its own undo.'
  if (step.isUndo) return 'An undo step has no undo of its own.'
  const found = steps.find(({ name }) => name === undo)
  if (!found) return `Its undo \`${undo}\` is no step here.${didYouMean(undo, names(steps))}`
  return found.kind === 'change' || found.kind === 'manual'
    ? undefined
    : `Its undo \`${undo}\` is a ${found.kind}; an undo is a change or done by hand.`
}

/** Probe, verify and until name a check. */
function reportReference(
  name: string | null,
  key: string,
  line: number,
  { steps }: Linted,
  report: Report,
): void {
  if (name === null) return
  const step = steps.find((candidate) => candidate.name === name)
  if (!step)
    report(
      line,
      'error',
      `\`${key}\`: \`${name}\` is no step here.${didYouMean(name, names(steps))}`,
    )
  else if (step.kind !== 'check')
    report(line, 'error', `\`${key}\`: \`${name}\` is a ${step.kind}, not a check.`)
}

function names(steps: readonly RunbookStep[]): string[] {
  return steps.map(({ name }) => name)
}

function reportTarget(
  target: string | null,
  line: number,
  { inputs }: Linted,
  report: Report,
): void {
  const name = inputInTarget(target ?? '')
  if (name === undefined) {
    if (target?.includes('{{'))
      report(line, 'error', 'A target is a name, a tag, `local`, or one input alone: `{{host}}`.')
    return
  }
  const known = inputs.map((input) => input.name)
  if (!known.includes(name))
    report(
      line,
      'error',
      `The target names the input \`${name}\`, which is not there.${didYouMean(name, known)}`,
    )
}

/** A step over several targets names them in a list. */
function targetsOf({ on, fan }: RunbookStep): (string | null)[] {
  return fan && on !== null ? on.split(',').map((name) => name.trim()) : [on]
}

/** The input a target is taken from: `{{host}}` or `input:host`. */
export function inputInTarget(target: string): string | undefined {
  return (
    /^\{\{\s*([a-z][a-z0-9_]*)\s*\}\}$/.exec(target) ?? /^input:([a-z][a-z0-9_]*)$/.exec(target)
  )?.[1]
}

function lintWhen(step: RunbookStep, at: number, linted: Linted, tell: Tell): void {
  if (step.when === null) return
  const parsed = parseWhen(step.when)
  if ('problem' in parsed) return tell('error', `\`qd.when\`: ${parsed.problem}.`)
  const earlier = linted.steps.slice(0, at).filter(({ isUndo, isProbe }) => !isUndo && !isProbe)
  const inputs = linted.inputs.map(({ name }) => name)
  for (const { path, comparedTo } of pathsOf(parsed.condition)) {
    const problem = pathProblem(path, names(earlier), inputs, outputsBefore(step, linted))
    if (problem) tell('error', `\`qd.when\`: ${problem}`)
    const isStatus = path.at(-1) === 'status' && typeof comparedTo === 'string'
    if (isStatus && !StepStatus.safeParse(comparedTo).success)
      tell(
        'error',
        `\`qd.when\`: a step is never \`${comparedTo}\`.${didYouMean(comparedTo, StepStatus.options)}`,
      )
  }
}

function pathProblem(
  [root, name = '']: readonly string[],
  earlier: readonly string[],
  inputs: readonly string[],
  outputs: readonly string[],
): string | undefined {
  if (root === 'previous')
    return earlier.length === 0 ? 'there is no step before this one.' : undefined
  const known = root === 'steps' ? earlier : root === 'outputs' ? outputs : inputs
  if (known.includes(name)) return undefined
  const what =
    { steps: 'no earlier step', outputs: 'no output of an earlier step' }[root!] ?? 'no input'
  return `\`${name}\` is ${what}.${didYouMean(name, known)}`
}

function lintCode(step: RunbookStep, linted: Linted, report: Report): void {
  const { inputs, outputs } = linted
  const at = (offset: number) => step.line + step.code.slice(0, offset).split('\n').length
  const hidden = /[\u200B-\u200F\u202A-\u202E\u2060-\u2069\u{E0000}-\u{E007F}\uFEFF]/u.exec(
    step.code,
  )
  if (hidden)
    report(
      at(hidden.index),
      'error',
      'The code holds an invisible character: what runs would not be what is read.',
    )
  if (step.code.trim() === '') report(step.line, 'error', 'The fence is empty.')
  if (!runs(step)) return
  const given = outputsBefore(step, linted)
  const known = [...inputs.map(({ name }) => name), ...given]
  if (isData(step)) {
    const values = known.map((name) => ({ name }))
    return reportAll(dataProblems(step, values), at, report)
  }
  lintShell(step, known, at, report)
  if (step.language !== 'sh' && step.language !== 'bash') return
  for (const { offset, level, message } of inputUses(step.code, [
    ...inputs,
    ...asInputs(given, outputs),
  ]))
    report(at(offset), level, message)
}

/** Shells and interpreters find inputs in their environment only. */
function lintShell(
  step: RunbookStep,
  known: readonly string[],
  at: (offset: number) => number,
  report: Report,
): void {
  for (const match of step.code.matchAll(/\{\{\s*(?:inputs?\.)?([A-Za-z_][A-Za-z0-9_]*)\s*\}\}/g)) {
    const name = match[1]!
    if (GO_TEMPLATE.has(name)) continue
    report(
      at(match.index),
      'error',
      known.includes(name)
        ? `Inputs are never put into code: use "$QD_${name.toUpperCase()}" from the environment.`
        : `\`${match[0]}\` is no input, and nothing is ever put into code.${didYouMean(name, known)}`,
    )
  }
  lintVariables(step, known, at, report)
}

function reportAll(
  problems: ReturnType<typeof dataProblems>,
  at: (offset: number) => number,
  report: Report,
): void {
  for (const { offset, message } of problems) report(at(offset), 'error', message)
}

/** What a target prints is to be used with the same care as what an alert says. */
function asInputs(given: readonly string[], declared: readonly RunbookOutput[]): RunbookInput[] {
  const ANY = { label: '', type: 'text', required: true, default: null, pattern: null } as const
  return given.map((name) => {
    const known = declared.find((output) => output.name === name)
    return { ...ANY, values: [], ...known, name, from: ['output'] }
  })
}

function lintVariables(
  step: RunbookStep,
  known: readonly string[],
  at: (offset: number) => number,
  report: Report,
): void {
  const variables = [...known.map((name) => `QD_${name.toUpperCase()}`), ...ALWAYS_THERE]
  for (const match of step.code.matchAll(/(?:\$\{?[!#]?|\benv[:.])(QD_[A-Za-z0-9_]*)/g))
    if (!variables.includes(match[1]!))
      report(
        at(match.index),
        'error',
        `\`$${match[1]}\` is no input.${didYouMean(match[1]!, variables)}`,
      )
}

/** A check may ask other machines, with approval; a probe is tried again and again, and nobody approves it each time. */
function lintTier(step: RunbookStep, { classify }: Linted, tell: Tell): void {
  if (!runs(step)) return
  const problem = interpreterProblem(step)
  if (problem) tell('error', problem)
  const { tier, reasons } = assessStep(step, classify)
  const why = reasons.join(', ')
  if (tier === 'forbidden') tell('error', `This is never run: ${why}.`)
  if (step.kind !== 'check' || tier === 'read' || tier === 'forbidden') return
  if (step.isProbe)
    tell('warning', `This probe does more than read, so each try will ask for approval: ${why}.`)
  else if (tier !== 'reach_out')
    tell('warning', `This check does more than read, so it will ask for approval: ${why}.`)
}
