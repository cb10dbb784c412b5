import type { ImportedRunbook } from '#contract/importers'
import type { RunbookId } from '#contract/primitives'
import type { RunbookProblem } from '#contract/runbooks'
import { classify } from '#domains/risk'
import { checkInputValue, parseRunbook } from '#domains/runbooks'
import { byHand, type Draft, type DraftStep, type Report } from './draft'
import { type SettledStep, writeRunbook } from './draft-markdown'
import { freeName, oneLine, slugOf } from './names'

/** What a runbook's file may weigh. */
const LARGEST = 490_000
const MOST_INPUTS = 50
const MOST_STEPS = 500

/**
 * Makes a draft a runbook that our own lint passes: a step that it finds an error in becomes one that a person does,
 * with the reason in the report. `taken` are the file names given away so far.
 */
export function settle(wanted: Draft, report: Report, taken: Set<string>): ImportedRunbook {
  const draft = { ...wanted, inputs: settleInputs(wanted, report) }
  let steps = fewEnough(draft, report).map(settleStep)
  const fileName = `${freeName(slugOf(draft.title), taken)}.md`
  for (;;) {
    const { markdown, errors } = write(draft, steps)
    const broken = new Map(errors.map(({ at, message }) => [at, message]))
    if (broken.size === 0) {
      reportSteps(steps, report)
      return { fileName, title: oneLine(draft.title, 200) || 'Imported runbook', markdown }
    }
    const next = steps.map((step, at) => demote(step, broken.get(at) ?? broken.get(-1), report))
    if (next.every((step, at) => step === steps[at]))
      return {
        fileName,
        title: oneLine(draft.title, 200),
        markdown: nothingButWords(draft, report),
      }
    steps = next
  }
}

interface StepError {
  /** Of the step; -1 for the file as a whole. */
  readonly at: number
  readonly message: string
}

function write(draft: Draft, steps: readonly SettledStep[]) {
  const full = check(draft, steps, false)
  // Foreign prose that reads back as something else than prose is left out rather than trusted.
  return full.readsBack ? full : check(draft, steps, true)
}

function check(draft: Draft, steps: readonly SettledStep[], bare: boolean) {
  const { markdown, lines } = writeRunbook(draft, steps, bare)
  const { runbook, problems } = parseRunbook('runbook' as RunbookId, markdown, classify)
  const readsBack =
    runbook !== null &&
    runbook.steps.length === steps.length &&
    runbook.steps.every(
      ({ name, kind, line }, at) =>
        name === steps[at]!.name && isKind(kind, steps[at]!) && line === lines[at],
    )
  const errors = problems
    .filter(({ level }) => level === 'error')
    .map((problem) => toStepError(problem, lines))
  if (!readsBack && errors.length === 0)
    errors.push({ at: -1, message: 'it does not read back as it was written' })
  if (markdown.length > LARGEST) errors.push({ at: -1, message: 'the runbook would be too large' })
  return { markdown, errors, readsBack }
}

function toStepError({ line, message }: RunbookProblem, lines: readonly number[]): StepError {
  return { at: lines.findLastIndex((from) => from <= line), message }
}

/** A check only when parsing says that it only reads; a step that may fail and go on is one that warns. */
function settleStep(step: DraftStep): SettledStep {
  if (step.kind !== 'code') return { ...step, kind: step.kind }
  const written = step.code
  if (step.goesOn) return { ...step, written, kind: 'check', code: endWith(2, step) }
  const isCheck = classify(step.code, step.language).tier === 'read'
  return {
    ...step,
    written,
    kind: isCheck ? 'check' : 'change',
    code: isCheck ? endWith(1, step) : step.code,
  }
}

/** Commands that never end with 2, or whose end nobody could mistake. */
const HARMLESS =
  /^(echo|printf|true|:|hostname|uptime|date|whoami|pwd|id|sleep|uname|exit [01])( [^;&|`$()<>]*|( "[^"`]*"))?$/
const CANNOT_FAIL = /^(true|:|echo [^;&|`<>]*|printf [^;&|`<>]*)$/

/** A check that ends with 2 only warns; in other systems any number but 0 is a failure. */
function endWith(status: 1 | 2, { code, language }: DraftStep): string {
  if (language !== 'sh' && language !== 'bash') return code
  const parts = code
    .trim()
    .split(/[\n;]/)
    .map((part) => part.trim())
  if (parts.every((part) => (status === 1 ? HARMLESS : CANNOT_FAIL).test(part))) return code
  if (isOneLine(code)) return `${code.trim()} || exit ${status}`
  if (/\btrap\b/.test(code)) return `(\n${code}\n) || exit ${status}`
  return `trap 'exit $(( $? ? ${status} : 0 ))' EXIT\n${code}`
}

function isOneLine(code: string): boolean {
  return !/[\n;#&]|<<|\\$|\|\|/.test(code.trim())
}

/** The same step for a person, or the same where there is nothing to take away. */
function demote(step: SettledStep, message: string | undefined, report: Report): SettledStep {
  if (message === undefined) return step
  if (step.kind === 'manual')
    return step.when === undefined && step.prose === ''
      ? step
      : { ...step, when: undefined, prose: '' }
  const why = `Quarterdeck's check refuses it: ${message}`
  report.needsYou(
    step.line,
    step.title,
    why,
    'Do it by hand in the run, or rewrite the step in the runbook.',
  )
  return byHand(
    step,
    `Not imported as a step that runs. ${why}`,
    step.written ?? step.code,
  ) as SettledStep
}

function nothingButWords(draft: Draft, report: Report): string {
  report.needsYou(
    1,
    draft.title,
    'Nothing of it could be written as steps.',
    'Write this runbook by hand.',
  )
  const plain = {
    ...draft,
    title: oneLine(draft.title, 100),
    description: '',
    tags: [],
    inputs: [],
    target: null,
    cwd: undefined,
  }
  const step = byHand(
    { name: 'by-hand', title: 'By hand', line: 1 },
    'Nothing of the foreign file could be imported as steps.',
  )
  return writeRunbook(plain, [step as SettledStep]).markdown
}

function fewEnough({ steps }: Draft, report: Report): readonly DraftStep[] {
  if (steps.length === 0)
    return [
      byHand(
        { name: 'by-hand', title: 'Nothing to run', line: 1 },
        'The foreign file has no step that could be imported.',
      ),
    ]
  const cut = steps[MOST_STEPS]
  if (cut === undefined) return steps
  report.leftOut(
    cut.line,
    cut.title,
    `A runbook has at most ${MOST_STEPS} steps here.`,
    'Split the file.',
  )
  return steps.slice(0, MOST_STEPS)
}

/** Inputs that our format takes: a default that it would refuse is dropped, and so are those beyond the limit. */
function settleInputs({ inputs }: Draft, report: Report): Draft['inputs'] {
  for (const { name } of inputs.slice(MOST_INPUTS))
    report.leftOut(
      1,
      `input ${name}`,
      `A runbook has at most ${MOST_INPUTS} inputs.`,
      'Split the runbook.',
    )
  return inputs.slice(0, MOST_INPUTS).map((input) => {
    if (input.default === null) return input
    const checked = checkInputValue(input, input.default)
    if ('value' in checked) return input
    report.changed(
      1,
      `input ${input.name}`,
      `Its default is left out, because it ${checked.problem}.`,
      'Type the value at each run.',
    )
    return { ...input, default: null }
  })
}

function isKind(kind: string, step: SettledStep): boolean {
  return kind === (step.kind === 'call' ? 'run' : step.kind)
}

const WORDS: Readonly<Record<SettledStep['kind'], string>> = {
  check: 'a check that runs',
  change: 'a change that runs',
  call: 'a call of another runbook',
  manual: '',
  approval: 'an approval',
  notify: 'a notice',
  wait: 'a wait',
}

function reportSteps(steps: readonly SettledStep[], report: Report): void {
  const changes = steps.filter(({ kind }) => kind === 'change')
  for (const { kind, line, title, name, goesOn, code, language } of steps) {
    const isRead = classify(code, language).tier === 'read'
    if (kind !== 'manual')
      report.mapped(line, `step: ${title}`, `It is \`${name}\`, ${WORDS[kind]}.`)
    if (goesOn && kind === 'check')
      report.changed(
        line,
        `step: ${title}`,
        `The run goes on when it fails, so it is a check that warns.${isRead ? '' : ' What it changes is still asked about.'}`,
      )
  }
  if (changes.length > 0)
    report.needsYou(
      changes[0]!.line,
      'undo',
      `Nothing says how ${changes.length === 1 ? 'this change is' : 'these changes are'} taken back: ${oneLine(changes.map(({ name }) => name).join(', '), 300)}.`,
      'Say it with `qd.undo`; until then they count as irreversible.',
    )
}
