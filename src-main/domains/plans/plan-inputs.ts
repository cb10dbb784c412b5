import type { PlanInput } from '#contract/plans'
import type { RunbookInput } from '#contract/runbooks'
import type { Ticket } from '#contract/tickets'
import { checkInputValue } from '#domains/runbooks'

/** An input with its value, and the text it was read from: a target may be known by `10.0.0.7:9100` as well as `10.0.0.7`. */
export interface ResolvedInput extends PlanInput {
  readonly raw: string
}

/**
 * Each input's value: what the operator typed, else what the ticket says, else the default. What equals the ticket's
 * text stays the ticket's, whoever sends it: a form that was filled from the alert makes the value no more trusted.
 */
export function resolveInputs(
  inputs: readonly RunbookInput[],
  given: Readonly<Record<string, string>>,
  ticket: Ticket | undefined,
): ResolvedInput[] {
  return inputs.map((input) => resolveInput(input, given, ticket))
}

function resolveInput(
  input: RunbookInput,
  given: Readonly<Record<string, string>>,
  ticket: Ticket | undefined,
): ResolvedInput {
  const { name, label, type } = input
  const typed = Object.hasOwn(given, name) ? given[name]!.trim() : ''
  const told = ticket && fromTicket(input.from, ticket)
  const found = choose(input, typed, told)
  if (!found) {
    const problem = input.required ? `Give "${label}": ${whereFrom(input, ticket)}.` : null
    // An optional input that is not given is there, empty: a strict shell stops at a variable that is not set.
    return {
      name,
      label,
      type,
      value: input.required ? null : '',
      origin: 'missing',
      problem,
      raw: '',
    }
  }
  const checked = checkInputValue(input, found.raw)
  return 'problem' in checked
    ? { name, label, type, value: found.raw, ...found, problem: `"${label}" ${checked.problem}.` }
    : { name, label, type, value: checked.value, ...found, problem: null }
}

function choose(
  input: RunbookInput,
  typed: string,
  told: string | undefined,
): { raw: string; origin: 'ticket' | 'operator' | 'default' } | undefined {
  if (typed !== '')
    return { raw: typed, origin: isSame(input, typed, told) ? 'ticket' : 'operator' }
  if (told !== undefined) return { raw: told, origin: 'ticket' }
  return input.default === null ? undefined : { raw: input.default, origin: 'default' }
}

/** Is it the ticket's text, or what we made of it and showed in the form? */
function isSame(input: RunbookInput, typed: string, told: string | undefined): boolean {
  if (told === undefined) return false
  const checked = checkInputValue(input, told)
  return typed === told || ('value' in checked && checked.value === typed)
}

function whereFrom({ from }: RunbookInput, ticket: Ticket | undefined): string {
  if (!ticket) return 'there is no ticket to take it from'
  return from.length === 0 ? 'it is not in a ticket' : `the ticket has no ${from.join(', no ')}`
}

/** The first of these places in a ticket that says something. */
function fromTicket(places: readonly string[], ticket: Ticket): string | undefined {
  for (const place of places) {
    const text = textAt(place, ticket)?.trim()
    if (text) return text
  }
  return undefined
}

function textAt(place: string, ticket: Ticket): string | null | undefined {
  const [, kind, key = ''] = /^(label|annotation):(.+)$/.exec(place) ?? []
  if (kind === 'label') return own(ticket.labels, key)
  if (kind === 'annotation') return own(ticket.annotations, key)
  if (place === 'host') return ticket.host
  if (place === 'service') return ticket.service
  return place === 'title' ? ticket.title : undefined
}

function own(map: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined
}
