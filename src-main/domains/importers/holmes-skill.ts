import { classify } from '#domains/risk'
import { byHand, type DraftStep, type Report } from './draft'
import type { Importer } from './foreign'
import {
  looksLikeCommand,
  type Piece,
  readPieces,
  readSections,
  type Section,
} from './holmes-sections'
import { freeName, oneLine, slugOf, stepNameOf } from './names'
import { humanise } from './runme-cells'
import { readFrontMatter } from './runme-front-matter'
import { needsBash } from './script-code'
import { settle } from './settle'
import { at, type Item } from './yaml-tree'

/** What says what the skill is for, and is not done. */
const ABOUT =
  /^(goal|purpose|overview|description|when to use|context|background|important|prerequisites?)\b/i
/** What becomes part of the description. */
const GOAL = /^(goal|purpose|overview)\b/i
/** What a person does with the findings: never run by itself. */
const FOR_PEOPLE =
  /^(synthesi[sz]e|recommended|remediation|next steps|resolution|conclusion|fix|output|report|escalat|post-remediation|verification)/i

/**
 * HolmesGPT's SKILL.md (and the runbooks before it): commands that only look become checks, everything else a
 * checklist for a person. The skill is written for a model with tools; what only they can do is said.
 */
export const importHolmesSkill: Importer = ({ text, fileName }, report) => {
  const clean = text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n')
  const { values, body, problem } = readFrontMatter(clean)
  if (problem !== undefined)
    report.leftOut(1, 'front matter', problem, 'Give title and description in the runbook.')
  const name = at(values, 'name').text ?? folderOf(fileName)
  reportFront(values, report)
  const sections = readSections(body)
  const reading: Reading = { report, names: new Set() }
  const steps = grouped(sections, report).flatMap((group) => sectionSteps(group, reading))
  const heading = sections.find(({ depth }) => depth === 1)?.title
  if (steps.length === 0)
    report.needsYou(
      1,
      'the skill',
      'It has no section that could be a step.',
      'Write the steps by hand.',
    )
  return [
    settle(
      {
        title: heading || humanise(slugOf(name)),
        description: describe(at(values, 'description').text, sections),
        tags: ['holmesgpt'],
        inputs: [],
        target: 'local',
        steps,
      },
      report,
      new Set(),
    ),
  ]
}

function reportFront(values: Item, report: Report): void {
  for (const [key, value] of values.map ?? [])
    if (key !== 'name' && key !== 'description')
      report.leftOut(value.line, `front matter: ${oneLine(key, 60)}`, 'It has no counterpart here.')
  const description = at(values, 'description')
  if (description.text === undefined)
    report.needsYou(
      1,
      'description',
      'It has none, by which the skill would be found.',
      'Give the runbook a `description` and `match`.',
    )
  else report.mapped(description.line, 'description', 'The runbook is found by its words.')
}

/** What it says of itself, and the first words of its goal. */
function describe(given: string | undefined, sections: readonly Section[]): string {
  const goal =
    sections
      .find(({ title }) => GOAL.test(title))
      ?.lines.join('\n')
      .trim()
      .split(/\n\s*\n/)[0] ?? ''
  return [given ?? '', goal].filter((text) => text !== '').join('\n\n')
}

function folderOf(fileName: string): string {
  const [file = '', folder] = fileName.split(/[/\\]/).toReversed()
  return /^skill\.md$/i.test(file) ? (folder ?? 'skill') : file.replace(/\.\w+$/, '')
}

interface Reading {
  readonly report: Report
  readonly names: Set<string>
}

interface Group extends Section {
  readonly isForPeople: boolean
}

/** What a section passes on to those under it. */
interface Above {
  readonly depth: number
  readonly isAbout: boolean
  readonly isForPeople: boolean
}

/** Sections that are done, each with whether people do it; what is above a section decides for those under it. */
function grouped(sections: readonly Section[], report: Report): Group[] {
  const groups: Group[] = []
  let above: Above[] = []
  for (const section of sections) {
    above = above.filter(({ depth }) => depth < section.depth)
    const own = aboveOf(section, above)
    if (section.depth > 0) above.push(own)
    if (section.lines.every((line) => line.trim() === '')) continue
    const isTitle = section.depth === 1 && groups.length === 0
    if (own.isAbout || isTitle) reportAbout(section, report)
    else groups.push({ ...section, isForPeople: own.isForPeople })
  }
  return groups
}

function bareTitle({ title }: Section): string {
  return title.replace(/^(step\s*)?\d+[.:)]?\s*/i, '')
}

function aboveOf(section: Section, above: readonly Above[]): Above {
  const bare = bareTitle(section)
  return {
    depth: section.depth,
    isAbout: section.depth === 0 || ABOUT.test(bare) || above.some((outer) => outer.isAbout),
    isForPeople: FOR_PEOPLE.test(bare) || above.some((outer) => outer.isForPeople),
  }
}

function reportAbout(section: Section, report: Report): void {
  if (section.depth === 0 || GOAL.test(bareTitle(section))) return
  report.leftOut(
    section.line,
    oneLine(section.title, 80),
    'It says what the skill is about or how a model should work, and is nothing to do.',
  )
}

/** A section's commands as checks, then what there is to look at as a checklist. Numbered items are sections of their own. */
function sectionSteps(section: Group, reading: Reading): DraftStep[] {
  const parts = numbered(section)
  return parts.flatMap((part) => partSteps(part, reading))
}

function numbered(section: Group): Group[] {
  const starts = section.lines.flatMap((line, index) =>
    /^\d{1,3}[.)]\s+\S/.test(line) ? [index] : [],
  )
  const hasParts = starts.some((start, index) =>
    section.lines.slice(start + 1, starts[index + 1]).some((line) => line.trim() !== ''),
  )
  if (starts.length < 2 || !hasParts || section.isForPeople) return [section]
  const before = { ...section, lines: section.lines.slice(0, starts[0]) }
  const parts = starts.map((start, index): Group => {
    const [first, ...rest] = section.lines.slice(start, starts[index + 1])
    const words = first!.replace(/^\d{1,3}[.)]\s+/, '')
    const title = oneLine(words.replaceAll(/[*`]/g, ''), 100).replace(/:$/, '')
    const isLong = words.includes('`') || words.length > 100
    return {
      ...section,
      title,
      line: section.line + start + (isLong ? 0 : 1),
      lines: isLong ? [`- ${words}`, ...rest] : rest,
    }
  })
  return before.lines.every((line) => line.trim() === '') ? parts : [before, ...parts]
}

function partSteps(part: Group, reading: Reading): DraftStep[] {
  const pieces = readPieces(part)
  const title = oneLine(part.title || 'Before you begin', 100)
  const name = freeName(stepNameOf(title.toLowerCase().slice(0, 50), 'section'), reading.names)
  const checks = part.isForPeople ? [] : pieces.flatMap((piece) => checkOf(piece, title, reading))
  const words = checklist(pieces, part, reading)
  if (words === '' && checks.length > 0) return checks
  const todo = words === '' ? `- [ ] ${title}` : words
  if (part.isForPeople)
    reading.report.needsYou(
      part.line,
      title,
      'It depends on what was found, so it is for a person.',
      'Tick off what applies; make a runbook of a fix that is often needed.',
    )
  else reading.report.mapped(part.line, title, 'It is a checklist for a person.')
  return [
    ...checks,
    byHand({ name, title: checks.length > 0 ? `Judge: ${title}` : title, line: part.line }, todo),
  ]
}

/** A value that whoever runs the command has to put in. */
const PLACEHOLDER =
  /<[A-Za-z][^<>|&;]{0,60}>|\{\{[^}]*\}\}|\{[a-z][\w-]*\}|\[[A-Z][A-Z_ -]+\]|\bYOUR[_-]\w+/

/** A command that only looks, as it stands, is a check; it goes on when it fails, for a look is no judgement. */
function checkOf(piece: Piece, section: string, { report, names }: Reading): DraftStep[] {
  if (!isRunnable(piece)) return []
  const { command, line } = piece
  if (PLACEHOLDER.test(command)) {
    report.needsYou(
      line,
      oneLine(command, 80),
      'Values have to be put into it that are only found on the way.',
      'Run it by hand with your values.',
    )
    return []
  }
  const language = needsBash(command) ? 'bash' : 'sh'
  const { tier } = classify(command, language)
  if (tier !== 'read' && tier !== 'reach_out') {
    report.needsYou(
      line,
      oneLine(command, 80),
      'It does more than look, so it does not run by itself.',
      'Run it by hand if it is needed.',
    )
    return []
  }
  const title = oneLine(`${section}: ${command.split('\n')[0]}`, 100)
  const name = freeName(
    stepNameOf(command.split(/\s+/).slice(0, 3).join('-').toLowerCase(), 'look'),
    names,
  )
  return [{ name, title, prose: '', line, kind: 'code', language, code: command, goesOn: true }]
}

function isRunnable(piece: Piece): piece is Extract<Piece, { command: string }> {
  if (!('command' in piece) || piece.command.trim() === '') return false
  if (/^(sh|bash|shell|console|zsh)$/.test(piece.language)) return true
  return (
    piece.language === '' &&
    piece.command
      .split('\n')
      .every((line) => line.trim() === '' || line.startsWith('#') || looksLikeCommand(line))
  )
}

/** Tools of HolmesGPT, as its skills name them. */
const TOOL =
  /\b(fetch_\w+|kubectl_\w+|kubernetes_\w+|prometheus_\w+|elasticsearch_\w+|opensearch_\w+|grafana_\w+|loki_\w+|tempo_\w+|datadog_\w+|newrelic_\w+|run_bash_command|execute_\w+|get_\w+_logs|TodoWrite|\w+ toolsets?|use the [\w ]{2,30} tool)\b/i

/** What is to be done or looked at, one box each; commands that do not run by themselves are shown in it. */
function checklist(pieces: readonly Piece[], part: Group, { report }: Reading): string {
  return pieces
    .map((piece) => {
      if ('command' in piece)
        return runsItself(piece, part) || piece.command.trim() === ''
          ? ''
          : commandItem(piece.command)
      const tool = TOOL.exec(piece.words)?.[0]
      if (tool !== undefined)
        report.leftOut(
          piece.line,
          `tool ${oneLine(tool, 60)}`,
          'It is a tool of HolmesGPT; a person does here what it did.',
          'Look at the same data by hand, or write a check.',
        )
      const words = oneLine(piece.words, 500)
      return piece.level > 0 ? `  - ${words}` : `- [ ] ${words}`
    })
    .filter((line) => line !== '')
    .join('\n')
}

function commandItem(command: string): string {
  const [first = '', ...rest] = command.trim().split('\n')
  return rest.length === 0
    ? `- [ ] Run: ${first}`
    : [`- [ ] Run, or look for:`, ...[first, ...rest].map((line) => `      ${line}`)].join('\n')
}

function runsItself(piece: Extract<Piece, { command: string }>, { isForPeople }: Group): boolean {
  if (isForPeople || !isRunnable(piece) || PLACEHOLDER.test(piece.command)) return false
  const { tier } = classify(piece.command, needsBash(piece.command) ? 'bash' : 'sh')
  return tier === 'read' || tier === 'reach_out'
}
