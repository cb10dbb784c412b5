import type { RunbookId } from '#contract/primitives'
import type { Runbook, RunbookProblem } from '#contract/runbooks'
import type { Classify } from '#domains/risk'
import { readFrontMatter, type Report, splitFrontMatter } from './runbook-front-matter'
import { lintRunbook, markCalled, settleUndo } from './runbook-lint'
import { type Outline, readSteps } from './runbook-steps'

/** A runbook's text as a runbook, with everything that is wrong with it, in the order of its lines. */
export interface Parsed {
  readonly runbook: Runbook | null // null when the text gives nothing to show
  readonly problems: RunbookProblem[]
  readonly body: string // the Markdown after the front matter
}

/** Markdown's reader takes time by the square of the depth; no person nests this deep. */
const DEEP = /^(?:[ \t]*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t])){60}/m

/**
 * Reads a runbook: YAML front matter, then Markdown whose labelled fences are the steps (README.md in
 * resources/runbooks has the format). Takes any text and never throws; a runbook with an `error` must not be planned.
 */
export function parseRunbook(id: RunbookId, markdown: string, classify: Classify): Parsed {
  const problems: RunbookProblem[] = []
  const report: Report = (line, level, message) => void problems.push({ line, level, message })
  const text = markdown.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n')
  const { yaml, body } = splitFrontMatter(text)
  const runbook = DEEP.test(body) ? null : read({ id, text, yaml, body, classify }, report)
  if (!runbook && problems.length === 0)
    report(1, 'error', 'Quotes or lists are nested too deeply to be read.')
  return {
    runbook,
    problems: problems.toSorted((one, other) => one.line - other.line),
    body: body.trimStart(),
  }
}

interface Source {
  readonly id: RunbookId
  readonly text: string
  readonly yaml: string | undefined
  readonly body: string
  readonly classify: Classify
}

function read({ id, text, yaml, body, classify }: Source, report: Report): Runbook | null {
  if (yaml === undefined) reportFormat(text, report)
  const front = readFrontMatter(yaml, report)
  const outline = readSteps(body, { classify, report, cwd: front?.cwd })
  if (!front) return null
  const steps = markCalled(outline.steps, front.verify)
  const { inputs, outputs } = front
  lintRunbook({ steps, inputs, outputs, given: outline.given, front, classify }, report)
  if (front.title === undefined && outline.heading === undefined)
    report(1, 'warning', 'There is no `title` and no heading, so the file name is shown.')
  return {
    id,
    title: titleOf(front.title, outline, id),
    description: front.description ?? outline.paragraph ?? '',
    tags: front.tags,
    match: front.match,
    inputs,
    ...(outputs.length > 0 && { outputs: [...outputs] }),
    target: front.target,
    steps: steps.map(settleUndo),
    verify: front.verify,
  }
}

function reportFormat(text: string, report: Report): void {
  if (/^---[ \t]*\n/.test(text))
    report(1, 'error', 'The front matter is never closed: end it with a line of `---`.')
  if (/^(\+\+\+|\{)\s*\n/.test(text))
    report(1, 'error', 'Front matter must be YAML between two lines of `---`.')
}

function titleOf(given: string | undefined, { heading }: Outline, id: RunbookId): string {
  const words = id.replaceAll('-', ' ')
  return given ?? (heading || words.charAt(0).toUpperCase() + words.slice(1))
}
