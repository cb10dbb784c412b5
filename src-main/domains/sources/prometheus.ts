import type { Timestamp } from '#contract/primitives'
import { saidBy } from './alertmanager'
import { acceptsJson } from './body'
import {
  type Reading,
  type SourceReader,
  type SourceRequest,
  type SourceSignal,
  Unreadable,
} from './source'
import { ignored, quietMsOf, TEST, toSignal } from './telling'
import { firstTime } from './times'
import { isObject, toLinks, toText, toTextMap, valueAt } from './values'

/**
 * Alerts as Prometheus' own API lists them: GET /api/v1/alerts, one record or a whole answer.
 * https://prometheus.io/docs/prometheus/latest/querying/api/#alerts
 * It lists only what is true now and never says that something is over: whoever asks says so with the state `inactive`,
 * and may add `resolvedAt`.
 */
export const prometheus: SourceReader = {
  kind: 'prometheus',
  accepts: acceptsJson,
  deliveryKey: () => undefined,
  read,
  example,
}

function read(request: SourceRequest): Reading {
  const alerts = alertsOf(request.body)
  if (alerts.length === 0) return ignored('no alert is active')
  const sound = alerts.filter((alert) => isObject(valueAt(alert, 'labels')))
  if (sound.length === 0) {
    throw new Unreadable(
      'This is not an alert of Prometheus: it has no `labels`. Ask GET /api/v1/alerts of Prometheus itself; for' +
        ' Alertmanager add a source of that kind.',
    )
  }
  const signals = sound.flatMap((alert) => readAlert(alert, request) ?? [])
  if (signals.length > 0) return { signals }
  return { signals, ignored: 'it is pending: its rule has not held for as long as it must' }
}

/** One record, or the list in a whole answer. */
function alertsOf(body: unknown): readonly unknown[] {
  const listed = valueAt(body, 'data', 'alerts') ?? valueAt(body, 'alerts')
  return Array.isArray(listed) ? listed : [body]
}

function readAlert(
  alert: unknown,
  { receivedAt, settings }: SourceRequest,
): SourceSignal | undefined {
  const state = stateOf(valueAt(alert, 'state'))
  if (!state) return undefined
  const labels = valueAt(alert, 'labels')
  const value = toText(valueAt(alert, 'value'), 100)
  const given = toTextMap(valueAt(alert, 'annotations'))
  const annotations = value === '' ? given : { value, ...given }
  const startsAt = firstTime(receivedAt, valueAt(alert, 'activeAt')) ?? receivedAt
  return toSignal({
    fingerprint: prometheusFingerprint(labels),
    state,
    ...saidBy(toTextMap(labels), annotations),
    links: toLinks(
      ['Runbook', given['runbook_url']],
      ['Dashboard', given['dashboard_url']],
      ['Query', valueAt(alert, 'generatorURL')],
    ),
    startsAt,
    endsAt:
      state === 'resolved'
        ? (firstTime(receivedAt, valueAt(alert, 'resolvedAt')) ?? receivedAt)
        : undefined,
    quietMs: quietMsOf(settings),
  })
}

function stateOf(state: unknown): 'firing' | 'resolved' | undefined {
  if (state === 'pending') return undefined
  return state === 'inactive' || state === 'resolved' ? 'resolved' : 'firing'
}

const SEPARATOR = 0xff
const PRIME_LOW = 0x1b3 // the FNV prime of 64 bits is 2^40 + 0x1b3
const TWO_32 = 2 ** 32

/**
 * The fingerprint that Alertmanager gives to the same labels: FNV-1a of 64 bits over each name and value in the order
 * of the names, every one of them closed with the byte 0xff. Labels that Prometheus adds on the way to Alertmanager
 * (`external_labels`, `alert_relabel_configs`) are not in its own list and make another fingerprint there.
 * https://github.com/prometheus/common/blob/main/model/signature.go
 */
export function prometheusFingerprint(labels: unknown): string {
  let high = 0xcbf29ce4
  let low = 0x84222325
  const add = (byte: number) => {
    const mixed = (low ^ byte) >>> 0
    const product = mixed * PRIME_LOW
    high = (high * PRIME_LOW + Math.floor(product / TWO_32) + ((mixed << 8) >>> 0)) >>> 0
    low = product >>> 0
  }
  const texts = Object.entries(isObject(labels) ? labels : {})
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  for (const text of texts.flat()) {
    for (const byte of Buffer.from(text)) add(byte)
    add(SEPARATOR)
  }
  return [high, low].map((half) => half.toString(16).padStart(8, '0')).join('')
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  return {
    labels: { alertname: 'QuarterdeckTest', severity: 'info', service: 'quarterdeck' },
    annotations: { summary: TEST.title, description: TEST.text },
    state: status === 'firing' ? 'firing' : 'inactive',
    activeAt: new Date(status === 'firing' ? now : now - 60_000).toISOString(),
    value: '1e+00',
  }
}
