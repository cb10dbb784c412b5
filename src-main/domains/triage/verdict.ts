import type { Evidence } from '#contract/triage'
import type { Ticket, Verdict } from '#contract/tickets'
import { alertNameOf } from './alert-class'

/** What is known about a ticket beside itself. */
export interface History {
  /** How often it was triaged, this time included: once for each time it came back. */
  readonly rounds: number
  readonly firstAt: number
  /** What operators said of this class before, newest first. */
  readonly judged: readonly { readonly said: Verdict; readonly verdict: Verdict }[]
}

/** A verdict with its reasons and how sure the rule is of itself, before anything was measured. */
export interface Judgement {
  readonly verdict: Verdict
  readonly reasons: readonly Evidence[]
  readonly certainty: number
}

/** Alerts that fire to show that alerting works, from the mixins that define them. */
const HEARTBEATS =
  /^(watchdog|dead ?man'?s?_?-?switch|deadmansswitch|alwaysfiring|heartbeat|prometheusalertmanagere2edeadmansswitch)$/i
/** Alerts that only steer other alerts: they say nothing about a service. */
const HELPERS = /^(infoinhibitor|inhibit.*|.*inhibitor)$/i
const TESTS = /^(test ?alert|testalert|test|alert ?test|dummy ?alert)$/i
/** Grafana's own alerts about its data: the thing itself was not looked at. */
const BLIND = /^datasource(nodata|error)$/i
/** Came and went this often, this quickly, before anybody could act. */
const FLAPS = 3
const FLAP_WINDOW_MS = 3_600_000
/** So many judgements of a class, all but few the same way, speak for the next of its kind. */
const ENOUGH_JUDGED = 5
const ONE_SIDED = 0.8

type Rule = (ticket: Ticket, history: History, now: number) => Judgement | undefined

/**
 * In order; the first that speaks decides. Only names, labels, times and what operators said are read: the free text of
 * an alert can say anything, so nothing it says makes an alert false.
 */
const RULES: readonly Rule[] = [heartbeat, helper, test, silentByRule, flapping, likeBefore, blind]

export function judge(ticket: Ticket, history: History, now: number): Judgement {
  for (const rule of RULES) {
    const judgement = rule(ticket, history, now)
    if (judgement) return judgement
  }
  return real(ticket)
}

function byName(pattern: RegExp, text: string): Rule {
  return (ticket) => {
    const name = alertNameOf(ticket)
    if (name === undefined || !pattern.test(name)) return undefined
    return {
      verdict: 'false_positive',
      reasons: [{ text, from: `the rule's name, ${name}` }],
      certainty: 0.97,
    }
  }
}

function heartbeat(...about: Parameters<Rule>) {
  return byName(
    HEARTBEATS,
    'It fires all the time to show that alerting works; only its absence would be a problem',
  )(...about)
}

function helper(...about: Parameters<Rule>) {
  return byName(HELPERS, 'It only steers other alerts and says nothing about a service')(...about)
}

function test(...about: Parameters<Rule>) {
  return byName(TESTS, 'It is a test of the way an alert takes')(...about)
}

function silentByRule({ labels }: Ticket): Judgement | undefined {
  if (labels['severity']?.toLowerCase() !== 'none') return undefined
  return {
    verdict: 'false_positive',
    reasons: [
      {
        text: 'Its author gave it severity “none”: nobody is meant to act on it',
        from: 'label severity',
      },
    ],
    certainty: 0.9,
  }
}

function flapping(
  ticket: Ticket,
  { rounds, firstAt }: History,
  now: number,
): Judgement | undefined {
  const minutes = Math.max(1, Math.round((now - firstAt) / 60_000))
  if (rounds < FLAPS || now - firstAt > FLAP_WINDOW_MS || ticket.severityBy === 'operator')
    return undefined
  return {
    verdict: 'false_positive',
    reasons: [
      {
        text: `It came and went by itself ${rounds} times within ${minutes} min: it flaps`,
        from: 'its own history',
      },
      { text: 'Its threshold or its “for” time is too tight', from: 'rules' },
    ],
    certainty: 0.8,
  }
}

function likeBefore(_: Ticket, { judged }: History): Judgement | undefined {
  if (judged.length < ENOUGH_JUDGED) return undefined
  for (const verdict of ['false_positive', 'true_positive'] as const) {
    const count = judged.filter(({ said }) => said === verdict).length
    if (count / judged.length < ONE_SIDED) continue
    const words = verdict.replace('_', ' ')
    const text = `Operators called ${count} of the last ${judged.length} of this kind ${words}s`
    return {
      verdict,
      reasons: [{ text, from: 'their judgements' }],
      certainty: count / judged.length,
    }
  }
  return undefined
}

function blind(ticket: Ticket): Judgement | undefined {
  if (!BLIND.test(alertNameOf(ticket) ?? '')) return undefined
  const text = 'The monitoring could not read its data: whether the service is well is not known'
  return { verdict: 'uncertain', reasons: [{ text, from: "the rule's name" }], certainty: 0.6 }
}

function real(ticket: Ticket): Judgement {
  const reasons: Evidence[] = []
  if (ticket.signal === 'firing') reasons.push({ text: 'It fires now', from: ticket.source })
  if (ticket.severity === 'critical' || ticket.severity === 'high') {
    reasons.push({
      text: `Its severity is ${ticket.severity}`,
      from: ticket.severityBy === 'source' ? ticket.source : ticket.severityBy,
    })
  }
  if (ticket.service !== null || ticket.host !== null) {
    reasons.push({
      text: `It names what is affected: ${[ticket.service, ticket.host].filter(Boolean).join(' on ')}`,
      from: 'labels',
    })
  }
  if (ticket.occurrences > 1 && ticket.signal === 'firing') {
    reasons.push({
      text: `It was told ${ticket.occurrences} times and still holds`,
      from: ticket.source,
    })
  }
  // One weak sign is not a verdict: an operator should look before anything is believed.
  if (reasons.length < 2) {
    const text = 'Too little is said to tell: no service, no host, no urgency'
    return { verdict: 'uncertain', reasons: [...reasons, { text, from: 'rules' }], certainty: 0.5 }
  }
  return {
    verdict: 'true_positive',
    reasons,
    certainty: Math.min(0.9, 0.55 + 0.1 * reasons.length),
  }
}
