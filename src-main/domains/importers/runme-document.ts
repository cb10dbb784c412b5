import { readBlocks } from '#domains/runbooks'
import { byHand, type Draft, type DraftStep, type Report } from './draft'
import type { Importer } from './foreign'
import { freeName, inputNameOf, oneLine, slugOf, stepNameOf, variableOf } from './names'
import { type CellKind, humanise, isTrue, kindOfCell, runmeName } from './runme-cells'
import { importedLines, readExports, type Session, uses } from './runme-exports'
import { inFolder } from './runme-folder'
import { readFrontMatter } from './runme-front-matter'
import { isInteractive, reportAttributes, reportDocument, reportUnset } from './runme-report'
import { needsBash, scriptCode, type StepCode } from './script-code'
import { settle } from './settle'
import { at, isYes, type Item } from './yaml-tree'

/** A cell whose name looks so gives its output to the others under that name (runmedev/runme, document/…/env). */
const GIVES_OUTPUT = /^[A-Z_][A-Z0-9_]{1}[A-Z0-9_]*[A-Z][A-Z0-9_]*$/
/** Markdown's reader takes time by the square of the depth. */
const DEEP = /^(?:[ \t]*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t])){60}/m

/** Runme's Markdown: each cell that Runme would run is a step, in the order of the document. */
export const importRunme: Importer = ({ text, fileName }, report) => {
  const clean = text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n')
  if (DEEP.test(clean)) {
    report.leftOut(
      1,
      'the file',
      'Quotes or lists are nested too deeply to be read.',
      'Write the runbook by hand.',
    )
    return []
  }
  const { values, body, problem } = readFrontMatter(clean)
  if (problem !== undefined)
    report.leftOut(
      1,
      'front matter',
      problem,
      'Correct it, or give title, folder and shell in the runbook.',
    )
  const reading: Reading = {
    report,
    values,
    asks: !isYes(at(values, 'skipPrompts')),
    session: { inputs: [], taken: new Set(), exports: new Map() },
    outputs: new Map(),
    all: [],
    names: new Set(),
  }
  const { fences, heading, paragraph } = readBlocks(body)
  const steps = fences.flatMap((fence) => readCell(fence, reading))
  reportDocument(values, steps, report)
  const title = heading ?? titleFrom(fileName)
  const tags = (at(values, 'tag').text ?? at(values, 'category').text ?? '')
    .split(',')
    .map((tag) => tag.trim())
  const draft: Draft = {
    title,
    description: paragraph ?? '',
    tags: tags.filter((tag) => tag !== ''),
    inputs: reading.session.inputs,
    outputs: reading.all.flatMap(({ used }) => used ?? []),
    target: 'local',
    steps: steps.map((step) => withOutput(step, reading)),
  }
  return steps.length === 0 ? [] : [settle(draft, report, new Set())]
}

/** A README is named by its folder. */
function titleFrom(fileName: string): string {
  const [file = '', folder = ''] = fileName.split(/[/\\]/).toReversed()
  const stem = file.replace(/\.\w+$/, '')
  return humanise(slugOf(/^(readme|index)$/i.test(stem) && folder !== '' ? folder : stem))
}

interface Output {
  readonly step: string
  readonly wanted: string
  readonly taken: Set<string>
  /** Its name, once a later cell reads it. */
  used: string | undefined
}

interface Reading {
  readonly report: Report
  readonly values: Item
  /** Does Runme ask for exported variables in this document? */
  readonly asks: boolean
  readonly session: Session
  /** By the cell's name, as later cells read it. */
  readonly outputs: Map<string, Output>
  readonly all: Output[]
  readonly names: Set<string>
}

type Fence = ReturnType<typeof readBlocks>['fences'][number]

function readCell(fence: Fence, reading: Reading): DraftStep[] {
  const { attributes, language } = fence.info
  const shell = at(reading.values, 'shell').text
  const kind = kindOfCell(language, attributes.get('interpreter')?.trim(), shell)
  const given = attributes.get('name')?.trim() ?? ''
  const item = `cell ${given || runmeName(fence.code, language || 'without a language')}`
  const why = whyLeftOut(fence, kind)
  if (why !== undefined) return leaveOut(fence, item, why, reading)
  const wanted = given === '' ? runmeName(fence.code, 'cell') : given
  const name = freeName(stepNameOf(wanted, 'cell'), reading.names)
  const title = fence.heading ?? (oneLine(given, 80) || humanise(name))
  const head = { name, title, prose: fence.paragraph, line: fence.line }
  reportAttributes(fence, item, reading.report)
  const step = { ...head, ...bodyOf(fence, kind, head, item, reading) }
  offerOutput(step, given, reading)
  return [step]
}

function leaveOut({ line }: Fence, item: string, why: string, { report }: Reading): [] {
  if (why !== '') report.leftOut(line, item, why)
  return []
}

/** Why Runme does not run a cell either; nothing to say of an example without attributes. */
function whyLeftOut(
  { info: { attributes, language }, code }: Fence,
  kind: CellKind,
): string | undefined {
  if (kind.is === 'text')
    return attributes.size > 0 || language === ''
      ? `\`${language || 'no language'}\` is not run, only shown.`
      : ''
  const isOn = (key: string) => attributes.has(key) && isTrue(attributes.get(key))
  if (isOn('ignore') && !isOn('transform'))
    return 'It is marked `ignore`: Runme does not run it either.'
  return code.trim() === '' ? 'It is empty.' : undefined
}

type Head = Pick<DraftStep, 'name' | 'title' | 'line' | 'prose'>
type Body = Omit<DraftStep, keyof Head>

function bodyOf(fence: Fence, kind: CellKind, head: Head, item: string, reading: Reading): Body {
  const { attributes } = fence.info
  const { report } = reading
  const manual = (why: string): Body => {
    report.needsYou(
      fence.line,
      item,
      why,
      'Do it by hand in the run, or write the step in the runbook.',
    )
    return byHand(head, `Not imported as a step that runs: ${why}`, fence.code)
  }
  const code = readCode(fence, kind, item, reading)
  if (kind.is === 'foreign') return manual(`Quarterdeck runs no ${kind.what}.`)
  if (attributes.has('background') && isTrue(attributes.get('background')))
    return manual(
      'It runs in the background until somebody ends it; here the next step would wait for it.',
    )
  if (attributes.has('excludeFromRunAll') && isTrue(attributes.get('excludeFromRunAll')))
    return manual('It is not part of "run all": do it only when it is wanted.')
  const made = makeCode(code, kind)
  if ('problem' in made) return manual(`${made.problem}.`)
  const interactive = isInteractive(fence, item, report)
  if (kind.is === 'shell') reportUnset(made.code, fence.line, item, report)
  const placed = inFolder(made, attributes.get('cwd'), { ...reading, line: fence.line, item })
  return 'problem' in placed
    ? manual(placed.problem)
    : { kind: 'code', ...placed, ...(interactive && { interactive }) }
}

function makeCode(code: string, kind: CellKind): StepCode | { problem: string } {
  if (kind.is === 'shell')
    return {
      language: kind.language ?? (needsBash(code) || /^#!.*bash/.test(code) ? 'bash' : 'sh'),
      code,
    }
  if (kind.is === 'node') return { language: 'node', code }
  if (kind.is === 'powershell') return { language: 'powershell', code }
  return scriptCode({
    code,
    splices: [],
    interpreter: kind.is === 'script' ? kind.program : undefined,
    args: '',
  })
}

/** The cell's code, with what earlier cells left in the session. */
function readCode(fence: Fence, kind: CellKind, item: string, reading: Reading): string {
  const { session, report } = reading
  if (kind.is !== 'shell') return fence.code
  const bare = fence.code
    .split('\n')
    .filter((line) => !line.startsWith('### '))
    .join('\n')
  const { lines, computed } = importedLines(bare, session)
  const asks =
    reading.asks && !/^(no|never|false)$/i.test(fence.info.attributes.get('promptEnv') ?? '')
  const code = readExports(bare, asks, session, (name, input) =>
    report.mapped(
      fence.line,
      `${item}: export ${name}`,
      `Runme asks for it; here it is the input \`${input}\`.`,
    ),
  )
  for (const name of computed)
    report.changed(
      fence.line,
      item,
      `\`${name}\` comes from an earlier cell; here it is computed again.`,
    )
  const given = [...reading.outputs].filter(([name]) => uses(code, name))
  const outputs = given.map(([name, output]) => `${name}="$${variableOf(useOutput(output))}"`)
  return [...lines, ...outputs, code].join('\n')
}

/** Cells named in capitals give their output to later ones, and every cell gives its own to the next as `$__`. */
function offerOutput(step: DraftStep, given: string, { outputs, all, session }: Reading): void {
  outputs.delete('__')
  if (step.kind !== 'code') return
  const isNamed = GIVES_OUTPUT.test(given)
  const wanted = inputNameOf(isNamed ? given : `${step.name}_output`)
  const output: Output = { step: step.name, wanted, used: undefined, taken: session.taken }
  if (isNamed) outputs.set(given, output)
  outputs.set('__', output)
  all.push(output)
}

/** The output's name, taken when it is used for the first time. */
function useOutput(output: Output): string {
  output.used ??= freeName(output.wanted, output.taken, '_')
  return output.used
}

function withOutput(step: DraftStep, { all }: Reading): DraftStep {
  const output = all.find((candidate) => candidate.step === step.name)?.used
  return output === undefined ? step : { ...step, output }
}
