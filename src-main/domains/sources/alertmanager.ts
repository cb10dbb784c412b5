import type { Timestamp } from '#contract/primitives'
import { acceptsJson } from './body'
import {
  type Reading,
  type SourceReader,
  type SourceRequest,
  type SourceSignal,
  Unreadable,
} from './source'
import { ignored, quietMsOf, TEST, toSignal } from './telling'
import { toTime } from './times'
import {
  fingerprintOf,
  firstLine,
  isObject,
  toHost,
  toKey,
  toLine,
  toLinks,
  toSeverity,
  toText,
  toTextMap,
  valueAt,
} from './values'

/**
 * An alert that is not told again for so long has been forgotten, as by an Alertmanager that was started anew and had
 * kept nothing: twice the default `repeat_interval` of 4 h.
 */
const QUIET_MS = 8 * 3_600_000

/**
 * Prometheus Alertmanager's webhook, version 4, and what speaks it (vmalert, Grafana, Mimir).
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 * One request is one group; its repeats are sent on purpose, so it has no delivery key: an alert that says nothing new
 * changes nothing on its ticket.
 */
export const alertmanager: SourceReader = {
  kind: 'alertmanager',
  accepts: acceptsJson,
  deliveryKey: () => undefined,
  read,
  example,
}

function read(request: SourceRequest): Reading {
  const alerts = valueAt(request.body, 'alerts')
  if (!Array.isArray(alerts)) {
    throw new Unreadable(
      'This is not a notification of Alertmanager: it has no list named `alerts`. If the receiver sends a `payload` of its' +
        ' own, take that out, or make a generic source with a mapping for it.',
    )
  }
  if (alerts.length === 0) return ignored('the group holds no alert')
  const note = leftOut(request.body)
  const signals = alerts.flatMap((alert) => readAlert(alert, request, note) ?? [])
  if (signals.length === 0)
    throw new Unreadable('None of its alerts has labels, so there is nothing to know them by.')
  return { signals, ...noteOf(note, alerts.length - signals.length) }
}

/** What an operator should know beside the alerts that were read. */
export function noteOf(note: string | undefined, strange: number): { note?: string } {
  const notes = [note ?? '', strange === 0 ? '' : `${strange} without labels could not be read`]
  const said = notes.filter(Boolean).join('; ')
  return said === '' ? {} : { note: said }
}

/** With `max_alerts` set, Alertmanager cuts the group and says by how much. */
function leftOut(body: unknown): string | undefined {
  const count = valueAt(body, 'truncatedAlerts')
  if (typeof count !== 'number' || !(count > 0)) return undefined
  const what = count === 1 ? '1 more alert' : `${count} more alerts`
  return `Alertmanager left out ${what} of this group (max_alerts)`
}

function readAlert(
  alert: unknown,
  { body, receivedAt, settings }: SourceRequest,
  note: string | undefined,
): SourceSignal | undefined {
  const given = valueAt(alert, 'labels')
  if (!isObject(given)) return undefined
  const labels = toTextMap(given)
  const annotations = toTextMap(valueAt(alert, 'annotations'))
  const times = timesOf(alert, stateOf(alert, body), receivedAt)
  return toSignal({
    fingerprint: toKey(valueAt(alert, 'fingerprint')) ?? fingerprintOfLabels(labels),
    ...saidBy(labels, annotations),
    links: toLinks(
      ['Runbook', annotations['runbook_url']],
      ['Dashboard', annotations['dashboard_url']],
      ['Query', valueAt(alert, 'generatorURL')],
      ['Alertmanager', valueAt(body, 'externalURL')],
    ),
    ...times,
    note,
    quietMs: quietMsOf(settings, QUIET_MS),
  })
}

/** What labels and annotations say in the customary names, wherever an alert in Prometheus' manner comes from. */
export function saidBy(labels: Texts, annotations: Texts) {
  return {
    ...textsOf(labels, annotations),
    severity: toSeverity(labels['severity']) ?? toSeverity(labels['priority']),
    service: serviceOf(labels),
    host: toHost(labels['instance'] ?? labels['node'] ?? labels['pod']),
    labels,
    annotations,
  }
}

type Texts = Readonly<Record<string, string>>

function textsOf(labels: Texts, annotations: Texts): Pick<SourceSignal, 'title' | 'description'> {
  const { summary, title, message, description } = annotations
  return {
    title: firstLine(summary, labels['alertname'], title, message) || 'An alert without a name',
    description: toText(description ?? message),
  }
}

/** `endsAt` counts only once it is over: for an alert that fires, it is when Prometheus will next be missed. */
export function timesOf(
  alert: unknown,
  state: SourceSignal['state'],
  receivedAt: Timestamp,
): Pick<SourceSignal, 'state' | 'startsAt' | 'endsAt'> {
  const at = (key: string) => toTime(valueAt(alert, key), receivedAt) ?? receivedAt
  const endsAt = state === 'resolved' ? at('endsAt') : undefined
  return { state, startsAt: at('startsAt'), endsAt }
}

/** The group is `firing` if any alert in it fires, so it counts only for an alert that does not say. */
export function stateOf(alert: unknown, body: unknown): 'firing' | 'resolved' {
  const status = valueAt(alert, 'status') ?? valueAt(body, 'status')
  return status === 'resolved' ? 'resolved' : 'firing'
}

function serviceOf(labels: Texts): string | undefined {
  const { service, job, app, namespace, deployment } = labels
  const named = firstLine(service, job, app)
  if (named !== '') return named
  const place = [namespace, deployment].flatMap((part) => toLine(part) || [])
  return place.length === 0 ? undefined : place.join('/')
}

/** Where a sender gives no fingerprint: the same labels are the same alert, in whatever order they come. */
export const fingerprintOfLabels = (labels: Texts) =>
  fingerprintOf(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))

function example(status: 'firing' | 'resolved', now: Timestamp) {
  const labels = { alertname: 'QuarterdeckTest', severity: 'info', service: 'quarterdeck' }
  const annotations = {
    summary: TEST.title,
    description: TEST.text,
  }
  const startsAt = new Date(status === 'firing' ? now : now - 60_000).toISOString()
  const endsAt = status === 'firing' ? '0001-01-01T00:00:00Z' : new Date(now).toISOString()
  return {
    version: '4',
    groupKey: '{}:{alertname="QuarterdeckTest"}',
    truncatedAlerts: 0,
    status,
    receiver: 'quarterdeck',
    groupLabels: { alertname: labels.alertname },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: '',
    alerts: [
      {
        status,
        labels,
        annotations,
        startsAt,
        endsAt,
        generatorURL: '',
        fingerprint: '0dec7e5700000000',
      },
    ],
  }
}
