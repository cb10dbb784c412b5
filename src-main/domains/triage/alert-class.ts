import type { Ticket } from '#contract/tickets'

/** The name an alert rule gave it: the one piece of an alert that its author, not its text, decides. */
export function alertNameOf({ labels }: Pick<Ticket, 'labels'>): string | undefined {
  return labels['alertname'] || undefined
}

/** Tickets of one class are judged by one record: the same rule of the same source, or the same title without numbers. */
export function classOf(ticket: Pick<Ticket, 'source' | 'labels' | 'title'>): string {
  const name = alertNameOf(ticket) ?? ticket.title.toLowerCase().replace(/\d+/g, '#').slice(0, 120)
  return `${ticket.source}/${name}`
}

/** The PromQL behind an alert, from the address of its graph (`…/graph?g0.expr=…`); empty where there is none. */
export function expressionOf({ links }: Pick<Ticket, 'links'>): string {
  for (const { url } of links) {
    const expression = URL.parse(url)?.searchParams.get('g0.expr')
    if (expression) return expression
  }
  return ''
}
