import type { Timestamp } from '#contract/primitives'
import type { Ticket } from '#contract/tickets'
import { line, type Signal } from './signal'
import { alter, type Kept, type Line } from './ticket'

type Words = Pick<
  Ticket,
  'title' | 'description' | 'labels' | 'annotations' | 'links' | 'service' | 'host'
>

/** What the first signal of a ticket calls it. One that only says what became of an earlier one has no title. */
export function wordsOf(signal: Signal): Words {
  const { title, source, fingerprint, description, labels, annotations, links } = signal
  return {
    title: title === '' ? `${source} ${fingerprint}` : title,
    description,
    labels: { ...labels },
    annotations: { ...annotations },
    links: [...links],
    service: signal.service ?? null,
    host: signal.host ?? null,
  }
}

/** A signal without a title leaves all that it does not carry as it was. */
function wordsNow(ticket: Ticket, signal: Signal): Words {
  const said = wordsOf(signal)
  if (signal.title !== '') return said
  const { title, description, labels, annotations, links, service, host } = ticket
  return {
    title,
    description: said.description === '' ? description : said.description,
    labels: { ...labels, ...said.labels },
    annotations: { ...annotations, ...said.annotations },
    links: said.links.length === 0 ? links : said.links,
    service: said.service ?? service,
    host: said.host ?? host,
  }
}

function isSameContent(ticket: Ticket, signal: Signal): boolean {
  const said = signal.title === '' ? wordsNow(ticket, signal) : signal
  return (
    ticket.title === said.title &&
    ticket.description === said.description &&
    ticket.host === (said.host ?? null) &&
    ticket.service === (said.service ?? null) &&
    isSameSeverity(ticket, signal) &&
    JSON.stringify([ticket.labels, ticket.annotations, ticket.links]) ===
      JSON.stringify([said.labels, said.annotations, said.links])
  )
}

function isSameSeverity(ticket: Ticket, { severity = ticket.severity }: Signal): boolean {
  return ticket.severityBy !== 'source' || ticket.severity === severity
}

/** The words of the newest signal; `same` where they are what they were. The source's severity counts until triage or an operator has said another. */
export function withContent(
  kept: Kept,
  signal: Signal,
  now: Timestamp,
): { kept: Kept; lines: readonly Line[]; same: boolean } {
  if (isSameContent(kept.ticket, signal)) return { kept, lines: [], same: true }
  const { severity, severityBy } = kept.ticket
  const heeded = severityBy === 'source' && signal.severity !== undefined
  const next = alter(kept, now, {
    ...wordsNow(kept.ticket, signal),
    ...(heeded && { severity: signal.severity }),
  })
  if (next.ticket.severity === severity) return { kept: next, lines: [], same: false }
  const title = `Severity ${severity} → ${next.ticket.severity}`
  return { kept: next, lines: [line(signal, 'severity', title, 'attention')], same: false }
}
