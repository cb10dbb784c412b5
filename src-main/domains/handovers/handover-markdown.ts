import type { Change } from '#contract/changes'
import type { Attempted, Handover } from '#contract/handovers'
import type { Ticket } from '#contract/tickets'
import type { Triage } from '#contract/triage'
import { spanText } from '#platform/span-text'

type Page = Omit<Handover, 'markdown'>
type Around = Pick<Ticket, 'source' | 'service' | 'host' | 'description' | 'links'> & {
  readonly causes: Triage['causes']
}

const MOST_CHANGES = 3
const MOST_CAUSES = 3
const LONGEST_LINE = 300
const LONGEST_TEXT = 2000

/** The page as Markdown. What came from outside is escaped or fenced: pasted elsewhere it is text and nothing else. */
export function toMarkdown(page: Page, around: Around, before: readonly Change[]): string {
  return [
    `# ${inline(page.title)}`,
    facts(page, around),
    ...escalation(page),
    ...said(around),
    ...tried(page),
    ...thought(around),
    ...changed(before),
    `_Handover made ${time(page.madeAt)} by Quarterdeck. Output is masked and shortened; the runs have all of it._`,
  ].join('\n\n')
}

function facts(page: Page, { source, service, host }: Around): string {
  const { ticketId, status, severity, firingSince, occurrences, madeAt } = page
  const place = [service, host].flatMap((part) => (part ? [inline(part)] : [])).join(' on ')
  const firing =
    firingSince === null
      ? `${inline(source)} says that it is right again`
      : `firing since ${time(firingSince)} (${spanText(Math.max(0, madeAt - firingSince))}), told ${occurrences === 1 ? 'once' : `${occurrences} times`} by ${inline(source)}`
  return [
    `- Ticket: \`${ticketId}\`, ${status.replace('_', ' ')}, severity ${severity}`,
    ...(place === '' ? [] : [`- Where: ${place}`]),
    `- Alert: ${firing}`,
  ].join('\n')
}

function escalation({ escalation: last }: Page): string[] {
  if (!last) return []
  const whom = [last.toName, last.group].flatMap((part) => (part ? [inline(part)] : []))
  const to = whom.length === 0 ? 'to nobody in particular' : `to ${whom.join(', ')}`
  return [
    '## Why it is handed over',
    `By ${inline(last.by)}, ${to}, ${time(last.at)}:`,
    quoted(last.reason),
  ]
}

function said({ description, links }: Around): string[] {
  const lines = links.map(
    ({ title, url }) => `- ${inline(title)}: <${url.replaceAll(/[<>\s]/g, '')}>`,
  )
  if (description.trim() === '' && lines.length === 0) return []
  return [
    '## What the alert says',
    ...(description.trim() === '' ? [] : [fenced(description)]),
    ...(lines.length > 0 ? [lines.join('\n')] : []),
  ]
}

function tried({ attempts, earlier }: Page): string[] {
  if (attempts.length === 0) return ['## What was tried', 'No runbook was run on this ticket.']
  const rest =
    earlier > 0 ? [`${earlier} earlier ${earlier === 1 ? 'run is' : 'runs are'} not listed.`] : []
  return ['## What was tried', ...attempts.flatMap(attempt), ...rest]
}

function attempt(one: Attempted): string[] {
  const { runbookTitle, runId, status, reason, startedBy, startedAt, endedAt } = one
  const until = endedAt === null ? 'not ended' : `ended ${time(endedAt)}`
  const steps = one.steps.map(({ title, purpose, status: now, connectionName, summary }) => {
    const kind = purpose === 'step' ? '' : `${purpose} `
    const on = connectionName === null ? '' : ` on ${inline(connectionName)}`
    const why = summary === '' ? '' : `: ${inline(summary)}`
    return `- ${kind}“${inline(title)}”${on}: ${now.replace('_', ' ')}${why}`
  })
  return [
    `### ${inline(runbookTitle)}: ${status.replace('_', ' ')}`,
    `\`${runId}\`, started ${time(startedAt)} by ${inline(startedBy)}, ${until}. ${inline(reason)}`,
    ...(steps.length > 0 ? [steps.join('\n')] : []),
    ...stuckAt(one),
    ...leftOvers(one),
  ]
}

function stuckAt({ stuck }: Attempted): string[] {
  if (!stuck) return []
  const { title, attempts, exitCode, lastWords } = stuck
  const exit = exitCode === null ? '' : `, exit code ${exitCode}`
  const tries = attempts === 1 ? 'tried once' : `tried ${attempts} times`
  const words = lastWords === '' ? 'It wrote nothing.' : fenced(lastWords)
  return [`It got stuck at “${inline(title)}”, ${tries}${exit}. Its last words:`, words]
}

const named = (title: string) => `“${inline(title)}”`

function leftOvers({ takenBack, left, mayUndo }: Attempted): string[] {
  const back = takenBack.length > 0 ? [`Taken back: ${takenBack.map(named).join(', ')}.`] : []
  if (left.length === 0) return back
  const rest = left.map(({ title, irreversible }) =>
    irreversible ? `${named(title)} (cannot be taken back)` : named(title),
  )
  const can = mayUndo ? ' The run can still be undone.' : ''
  return [...back, `Still in place: ${rest.join(', ')}.${can}`]
}

function thought({ causes }: Around): string[] {
  if (causes.length === 0) return []
  const lines = causes.slice(0, MOST_CAUSES).map(({ title, likelihood, evidence }) => {
    const share = `${Math.round(likelihood * 100)} %`
    return `- ${inline(title)} (${share}): ${inline(evidence)}`
  })
  return ['## What triage thinks', lines.join('\n')]
}

function changed(before: readonly Change[]): string[] {
  if (before.length === 0) return []
  const lines = before
    .slice(0, MOST_CHANGES)
    .map((change) => `- ${time(change.occurredAt)}: ${inline(change.title)}`)
  return ['## What changed before it', lines.join('\n')]
}

/** To the minute, in UTC: whoever reads this may be anywhere. */
function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** On one line, with every sign that Markdown or HTML would obey escaped, and no sign that hides or reorders. */
function inline(text: string): string {
  const line = visible(text).replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_LINE)
  return line.replaceAll(/[\\`*_{}[\]<>#|~!&]/g, String.raw`\$&`)
}

function quoted(text: string): string {
  const lines = visible(text).slice(0, LONGEST_TEXT).split('\n')
  return lines.map((line) => `> ${inline(line)}`).join('\n')
}

/** In a fence that is longer than any the text holds. */
function fenced(text: string): string {
  const code = visible(text).slice(0, LONGEST_TEXT).trimEnd()
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}text\n${code}\n${fence}`
}

/** Control and formatting characters (Unicode Cc and Cf) as their code points; line ends and tabs stay. */
function visible(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(
      /[^\P{C}\n\t]/gu,
      (sign) => `‹U+${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}›`,
    )
}
