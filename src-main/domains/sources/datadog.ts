import type { Severity, Timestamp } from '#contract/primitives'
import { isJsonType } from './body'
import { fieldsOf, type Fields, headOf, plainText } from './datadog-fields'
import {
  type Reading,
  type SourceReader,
  type SourceRequest,
  type SourceSignal,
  Unreadable,
} from './source'
import { ignored, quietMsOf, TEST, toSignal } from './telling'
import { firstTime } from './times'
import {
  entryOf,
  fingerprintOf,
  toHost,
  toKey,
  toLabels,
  toLine,
  toLinks,
  toSeverity,
} from './values'

/**
 * Datadog's Webhooks integration. The body is a template that everybody writes: ours, Datadog's default and those of
 * others are read alike, as far as they carry the same variables.
 * https://docs.datadoghq.com/integrations/webhooks/#variables
 */
export const datadog: SourceReader = {
  kind: 'datadog',
  accepts(contentType) {
    if (contentType === 'application/x-www-form-urlencoded') return 'form' // "Encode as form"
    return isJsonType(contentType) ? 'json' : undefined
  },
  // A template may call anything `id`, so it counts only with what was said and when.
  deliveryKey({ body }) {
    const { id, date, updated, transition, title } = fieldsOf(body)
    const when = date || updated
    return when === '' ? undefined : fingerprintOf([id, when, updated, transition, title])
  },
  read,
  example,
}

/** "Re-Triggered" and its like say that it goes on: most of what Datadog sends. */
const STATES: Readonly<Record<string, 'firing' | 'resolved'>> = {
  triggered: 'firing',
  're-triggered': 'firing',
  warn: 'firing',
  're-warn': 'firing',
  'no data': 'firing',
  're-no data': 'firing',
  renotify: 'firing',
  're-notify': 'firing',
  recovered: 'resolved',
}

const TYPES: Readonly<Record<string, 'firing' | 'resolved'>> = {
  error: 'firing',
  warning: 'firing',
  success: 'resolved',
}

function read(request: SourceRequest): Reading {
  const fields = fieldsOf(request.body)
  const head = headOf(fields.title)
  if (fields.title === '' && fields.monitor === '') {
    throw new Unreadable(
      'This is not a notification of Datadog: it has neither a title nor the id of a monitor. Paste the payload of the' +
        ' set-up page of this source into the webhook.',
    )
  }
  const transition = (fields.transition || head.transition).toLowerCase()
  const state = entryOf(STATES, transition) ?? entryOf(TYPES, fields.type.toLowerCase())
  if (state) return { signals: [toMonitorSignal(request, fields, head, state, transition)] }
  const title = head.title || fields.monitor
  return ignored(`“${title}” says neither that a monitor alerts nor that it recovered`)
}

type Head = ReturnType<typeof headOf>

function toMonitorSignal(
  { receivedAt, settings }: SourceRequest,
  fields: Fields,
  head: Head,
  state: 'firing' | 'resolved',
  transition: string,
): SourceSignal {
  const at = firstTime(receivedAt, fields.date, fields.updated) ?? receivedAt
  const tags = { ...tagsOf(fields.scope || head.group || fields.group), ...tagsOf(fields.tags) }
  return toSignal({
    fingerprint: fingerprintFor(fields, head),
    state,
    title: head.title || toLine(`Monitor ${fields.monitor}`),
    description: plainText(fields.text),
    severity: severityOf(fields, head, state, transition),
    service: tags['service'],
    host: toHost(fields.host) ?? toHost(tags['host']),
    labels: {
      ...tags,
      ...toLabels({
        monitor: fields.monitor,
        metric: fields.metric,
        query: fields.query,
        type: fields.eventType,
        organization: fields.organization,
      }),
    },
    links: toLinks(
      ['Datadog', fields.link],
      ['Monitor', fields.monitorUrl],
      ['Graph', fields.snapshot],
    ),
    startsAt: at,
    endsAt: at,
    quietMs: quietMsOf(settings),
  })
}

/**
 * From trigger to recovery a cycle has one key. Without it a monitor is known by its id and the group it is about, and
 * what is no monitor by the key or the words that its events share.
 */
function fingerprintFor(fields: Fields, head: Head): string {
  const cycle = toKey(fields.cycle)
  if (cycle !== undefined) return cycle
  const group = (fields.scope || head.group || fields.group)
    .split(',')
    .map((each) => each.trim())
    .toSorted()
    .join(',')
  if (fields.monitor !== '')
    return toKey(group === '' ? fields.monitor : `${fields.monitor}/${group}`)!
  return toKey(fields.aggregation) ?? fingerprintOf([head.title, group])
}

/** The monitor's priority, else how it alerts. That it recovered says nothing about how bad it was. */
function severityOf(
  { priority, type }: Fields,
  head: Head,
  state: 'firing' | 'resolved',
  transition: string,
): Severity | undefined {
  const ranked = toSeverity(priority) ?? toSeverity(head.priority)
  if (ranked !== undefined || state === 'resolved') return ranked
  return toSeverity(type) ?? (transition.endsWith('warn') ? 'medium' : undefined)
}

/** `env:prod,service:checkout`; a tag that comes twice keeps both values, one without a value is its own. */
function tagsOf(text: string): Record<string, string> {
  const tags = new Map<string, string>()
  for (const tag of text.split(',').slice(0, 100)) {
    const [name = '', ...rest] = tag.trim().split(':')
    const key = toLine(name, 100)
    const value = toLine(rest.join(':')) || key
    if (key === '' || key === '__proto__' || key === '*') continue
    const before = tags.get(key)
    tags.set(key, before === undefined || before === value ? value : `${before}, ${value}`)
  }
  return Object.fromEntries(tags)
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  const isFiring = status === 'firing'
  return {
    quarterdeck: 'datadog/1',
    id: String(now),
    alert_id: '1',
    alert_cycle_key: 'quarterdeck-test',
    transition: isFiring ? 'Triggered' : 'Recovered',
    type: isFiring ? 'error' : 'success',
    priority: 'P5',
    title: `[P5] [${isFiring ? 'Triggered' : 'Recovered'}] ${TEST.title}`,
    text: TEST.text,
    host: '',
    scope: 'service:quarterdeck',
    tags: 'service:quarterdeck',
    link: '',
    date: String(now),
    last_updated: String(now),
  }
}
