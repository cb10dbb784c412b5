import { saidBy } from './alertmanager'
import { type Reading, type SourceRequest, type SourceSignal, Unreadable } from './source'
import { ignored, quietMsOf, toSignal } from './telling'
import {
  entryOf,
  isObject,
  lineAt,
  toHost,
  toKey,
  toLines,
  toLinks,
  toText,
  toTextMap,
  valueAt,
} from './values'

/** The notification channel of Grafana 10 and before: one rule, its state, and what matched. */
export function isLegacy(body: unknown): boolean {
  return valueAt(body, 'ruleId') !== undefined || Array.isArray(valueAt(body, 'evalMatches'))
}

/** It gives no times: a rule fires from when we heard of it. */
export function readLegacy(request: SourceRequest): Reading {
  const { body } = request
  const fingerprint = toKey(valueAt(body, 'ruleId')) ?? toKey(valueAt(body, 'ruleName'))
  if (fingerprint === undefined)
    throw new Unreadable('This notification of Grafana names no rule: it has no `ruleId`.')
  const told = lineAt(body, 'state').toLowerCase()
  const state = entryOf(STATES, told)
  if (state) return { signals: [toLegacySignal(request, fingerprint, state, told)] }
  const why = told === 'pending' ? 'has not held for long enough' : `is in the state “${told}”`
  return ignored(`its rule ${why}, so nothing is wrong yet`)
}

function toLegacySignal(
  { body, receivedAt, settings }: SourceRequest,
  fingerprint: string,
  state: 'firing' | 'resolved',
  told: string,
): SourceSignal {
  const labels = labelsOf(body)
  const said = saidBy(labels, valuesOf(body))
  const name = titleOf(body)
  return toSignal({
    fingerprint,
    state,
    ...said,
    title: told === 'no_data' ? `${name}: its query has no data` : name,
    description: toText(valueAt(body, 'message')),
    severity: told === 'no_data' ? 'low' : said.severity,
    host: said.host ?? toHost(labels['host']),
    links: toLinks(['Rule', valueAt(body, 'ruleUrl')], ['Picture', valueAt(body, 'imageUrl')]),
    startsAt: receivedAt,
    endsAt: receivedAt,
    withdrawn: told === 'paused' ? 'its rule was paused in Grafana' : undefined,
    quietMs: quietMsOf(settings),
  })
}

const STATES: Readonly<Record<string, 'firing' | 'resolved'>> = {
  alerting: 'firing',
  no_data: 'firing',
  ok: 'resolved',
  paused: 'resolved',
}

/** The rule's own name; its title begins with the state, which changes. */
function titleOf(body: unknown): string {
  const title = lineAt(body, 'title').replace(/^\[[^\]]*\]\s*/, '')
  return lineAt(body, 'ruleName') || title || 'A rule without a name'
}

function matchesOf(body: unknown): readonly unknown[] {
  const matches = valueAt(body, 'evalMatches')
  return Array.isArray(matches) ? matches.slice(0, 20) : []
}

/** The rule's tags count more than those of the first series that matched. */
function labelsOf(body: unknown): Record<string, string> {
  const first = matchesOf(body)
    .map((match) => valueAt(match, 'tags'))
    .find((tags) => isObject(tags))
  return { ...toTextMap(first), ...toTextMap(valueAt(body, 'tags')) }
}

function valuesOf(body: unknown): Record<string, string> {
  const values = matchesOf(body).map((match) => {
    const [metric = 'value'] = toLines(valueAt(match, 'metric'))
    return `${metric}: ${toText(valueAt(match, 'value'), 100)}`
  })
  return values.length === 0 ? {} : { values: [...new Set(values)].join(', ') }
}
