import { stringify } from 'yaml'
import type { RunbookInput } from '#contract/runbooks'
import type { Draft, DraftStep } from './draft'
import { oneLine, visible } from './names'

/** A step with its kind settled. */
export interface SettledStep extends Omit<DraftStep, 'kind'> {
  /** Its code before anything was added to it. */
  readonly written?: string
  readonly kind: 'check' | 'change' | 'call' | 'manual' | 'approval' | 'notify' | 'wait'
}

/** A runbook's file, and where each step's fence begins in it. */
export interface Written {
  readonly markdown: string
  /** Line of each step's opening fence, in their order. */
  readonly lines: readonly number[]
}

/** Writes a draft in the format of resources/runbooks/README.md. `bare` leaves the prose out. */
export function writeRunbook(draft: Draft, steps: readonly SettledStep[], bare = false): Written {
  const parts = [frontMatter(draft)]
  const lines: number[] = []
  let line = countLines(parts[0]!)
  for (const step of steps) {
    const before = `\n## ${heading(step.title)}\n\n${bare ? '' : paragraph(step.prose)}`
    lines.push(line + countLines(before) + 1)
    const text = before + fence(step)
    parts.push(text)
    line += countLines(text)
  }
  return { markdown: parts.join(''), lines }
}

function countLines(text: string): number {
  return text.split('\n').length - 1
}

function frontMatter({
  title,
  description,
  tags,
  inputs,
  outputs = [],
  target,
  cwd,
}: Draft): string {
  const values = {
    quarterdeck: 1,
    title: oneLine(title, 200) || 'Imported runbook',
    ...(description.trim() !== '' && {
      description: visible(description).trim().slice(0, 2_000).toWellFormed().trim(),
    }),
    ...(tags.length > 0 && { tags: tags.slice(0, 200).map((tag) => oneLine(tag, 60)) }),
    ...(inputs.length > 0 && { inputs: inputs.map(inputValues) }),
    ...(outputs.length > 0 && { outputs: outputs.map((name) => ({ name, required: false })) }),
    ...(target !== null && { target }),
    ...(cwd !== undefined && { cwd }),
  }
  return `---\n${stringify(values, { lineWidth: 110 })}---\n`
}

function inputValues({
  name,
  label,
  type,
  required,
  default: given,
  pattern,
  values,
}: RunbookInput) {
  return {
    name,
    ...(label !== name && label.trim() !== '' && { label: oneLine(label, 200) }),
    ...(type !== 'text' && { type }),
    ...(given !== null && { default: given }),
    ...(required !== (given === null) && { required }),
    ...(pattern !== null && { pattern }),
    ...(values.length > 0 && { values }),
  }
}

function heading(title: string): string {
  const words = oneLine(title)
    .replaceAll('`', '')
    .replace(/[\s#]+$/, '')
    .replace(/^[\s#]+/, '')
  return words === '' ? 'Step' : words
}

/** Foreign words as a paragraph that cannot begin a fence, a heading, a quotation or markup. */
function paragraph(prose: string): string {
  const lines = visible(prose)
    .split('\n')
    .map((line) => line.trim())
    .map((line) => (/^([=_*-]\s*)+$/.test(line) ? '' : line))
    .map((line) => line.replace(/^#+\s*/, '').replace(/^(?:[-*+]\s+){2,}/, '- '))
    .map((line) => line.replace(/^(?=[<>`~]|\[[^\]]*\]:)/, '\\').replaceAll(/`{3,}/g, '`'))
  const text = lines
    .join('\n')
    .replaceAll(/\n{2,}/g, '\n')
    .trim()
  return text === '' ? '' : `${text}\n\n`
}

function fence(step: SettledStep): string {
  const code = visible(step.code).replace(/\n+$/, '')
  const longest = Math.max(2, ...Array.from(code.matchAll(/`+/g), ([run]) => run.length))
  const marks = '`'.repeat(longest + 1)
  return `${marks}${step.language} ${attributes(step)}\n${code}\n${marks}\n`
}

function attributes(step: SettledStep): string {
  const { name, kind, on, when, retry, timeout, timer, cwd, interactive, interpreter, call } = step
  return JSON.stringify({
    name,
    ...(call ? { 'qd.run': call.runbook } : { 'qd.kind': kind }),
    ...(call && Object.keys(call.inputs).length > 0 && { 'qd.with': JSON.stringify(call.inputs) }),
    'qd.on': on,
    'qd.when': when,
    'qd.retry': retry,
    'qd.timeout': timeout,
    'qd.timer': timer,
    'qd.output': step.output,
    cwd,
    interactive: interactive === true ? 'true' : undefined,
    interpreter,
  }).replaceAll('`', '\\u0060') // a fence's line must not hold its own mark
}
