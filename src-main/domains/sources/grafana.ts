import type { SourceSettings } from '#contract/intake'
import type { Severity, Timestamp } from '#contract/primitives'
import { fingerprintOfLabels, noteOf, saidBy, stateOf, timesOf } from './alertmanager'
import { acceptsJson } from './body'
import { isLegacy, readLegacy } from './grafana-legacy'
import { hmacProof } from './proof'
import {
  type Reading,
  type SourceReader,
  type SourceRequest,
  type SourceSignal,
  Unreadable,
} from './source'
import { ignored, quietMsOf, TEST, toSignal } from './telling'
import {
  entryOf,
  isObject,
  lineAt,
  toKey,
  toLine,
  toLinks,
  toText,
  toTextMap,
  valueAt,
} from './values'

const timestampHeaderOf = (settings: SourceSettings) => settings.timestampHeader

/**
 * Grafana's webhook contact point, and the notification channel of Grafana 10 and before.
 * https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
 * Like Alertmanager it repeats on purpose, so there is no delivery key.
 */
export const grafana: SourceReader = {
  kind: 'grafana',
  // Of the body, or of `<seconds>:<body>` once a timestamp header is named.
  proof: hmacProof({
    secret: { name: 'HMAC Signature: Secret', madeBy: 'either' },
    header: (settings) => settings.signatureHeader || 'x-grafana-alerting-signature',
    algorithm: 'sha256',
    encoding: 'hex',
    timestamp: {
      at({ headers, settings }) {
        const text = headers[timestampHeaderOf(settings)] ?? ''
        return /^\d{1,12}$/.test(text) ? { text, at: Number(text) * 1000 } : undefined
      },
      optional: (settings) => timestampHeaderOf(settings) === '',
    },
    signed: ({ body }, timestamp) => (timestamp === '' ? [body] : [`${timestamp}:`, body]),
  }),
  accepts: acceptsJson,
  deliveryKey: () => undefined,
  read,
  example,
}

function read(request: SourceRequest): Reading {
  const alerts = valueAt(request.body, 'alerts')
  if (isLegacy(request.body)) return readLegacy(request)
  if (!Array.isArray(alerts)) {
    throw new Unreadable(
      'This is not a notification of Grafana: it has no list named `alerts`. If the contact point has a Custom Payload,' +
        ' clear it, or make a generic source with a mapping for it.',
    )
  }
  if (alerts.length === 0) return ignored('the group holds no alert')
  const note = leftOut(request.body)
  const signals = alerts.flatMap((alert) => readAlert(alert, request, note) ?? [])
  if (signals.length === 0)
    throw new Unreadable('None of its alerts has labels or a fingerprint to know it by.')
  return { signals, ...noteOf(note, alerts.length - signals.length) }
}

function leftOut(body: unknown): string | undefined {
  const count = valueAt(body, 'truncatedAlerts')
  if (typeof count !== 'number' || !(count > 0)) return undefined
  return `Grafana left out ${count} more of this group (Max Alerts of the contact point)`
}

function readAlert(
  alert: unknown,
  { body, receivedAt, settings }: SourceRequest,
  note: string | undefined,
): SourceSignal | undefined {
  const given = valueAt(alert, 'labels')
  const own = toKey(valueAt(alert, 'fingerprint'))
  if (!isObject(given) && own === undefined) return undefined
  const labels = toTextMap(given)
  const annotations = annotationsOf(alert)
  const said = saidBy(labels, annotations)
  const meta = metaOf(labels, annotations)
  return toSignal({
    fingerprint: own ?? fingerprintOfLabels(labels),
    ...said,
    title: isNamed(labels, annotations) ? said.title : lineAt(body, 'title') || said.title,
    ...meta,
    links: linksOf(alert, annotations, valueAt(body, 'externalURL')),
    ...timesOf(alert, stateOf(alert, body), receivedAt),
    note,
    withdrawn: withdrawnBy(annotations[STATE_REASON]),
    quietMs: quietMsOf(settings, labels['alertname'] === 'TestAlert' ? TEST_QUIET_MS : undefined),
  })
}

/** Grafana's own Test button fires and never says that it is over. */
const TEST_QUIET_MS = 15 * 60_000

const STATE_REASON = 'grafana_state_reason'

type Texts = Readonly<Record<string, string>>

function isNamed(labels: Texts, { summary, title, message }: Texts): boolean {
  return [labels['alertname'], summary, title, message].some((text) => toLine(text) !== '')
}

/** The values that made it fire are beside the annotations; they are worth as much. */
function annotationsOf(alert: unknown): Record<string, string> {
  const annotations = toTextMap(valueAt(alert, 'annotations'))
  const values = toText(valueAt(alert, 'valueString'), 2000)
  return values === '' ? annotations : { values, ...annotations }
}

/** Alerts about the alerting itself, which take the place of the rule's own when its query has no answer. */
function metaOf(
  labels: Texts,
  annotations: Texts,
): { title: string; description: string; severity: Severity } | undefined {
  const name = labels['alertname'] ?? ''
  if (name !== 'DatasourceNoData' && name !== 'DatasourceError') return undefined
  const rule = toLine(labels['rulename'], 150) || 'A rule'
  const problem = name === 'DatasourceNoData' ? 'its query has no data' : 'its query fails'
  const description = toText(annotations['Error'] ?? annotations['description'])
  return { title: `${rule}: ${problem}`, description, severity: 'low' }
}

/** `resolved` is no recovery when Grafana gives a reason for it: the rule was changed, or has nothing to look at. */
function withdrawnBy(reason: string | undefined): string | undefined {
  const word = toLine(reason, 100)
  if (word === '') return undefined
  return entryOf(WITHDRAWN, word) ?? `Grafana gives ${word} as the reason, which is no recovery`
}
const WITHDRAWN: Readonly<Record<string, string>> = {
  Updated: 'its rule was edited in Grafana',
  Paused: 'its rule was paused in Grafana',
  RuleDeleted: 'its rule was deleted in Grafana',
  MissingSeries: 'the series it was about is gone',
  NoData: 'its query has no data any more',
  Error: 'its query fails',
}

/** The test button sends `?orgId=1` as an address, which is one only together with Grafana's own. */
function linksOf(alert: unknown, annotations: Texts, externalURL: unknown) {
  const base = toLine(externalURL, 2000)
  const address = (key: string) => {
    const text = valueAt(alert, key)
    return typeof text === 'string' && text !== '' ? URL.parse(text, base)?.href : undefined
  }
  return toLinks(
    ['Runbook', annotations['runbook_url']],
    ['Dashboard', address('dashboardURL')],
    ['Panel', address('panelURL')],
    ['Rule', address('generatorURL')],
    ['Silence', address('silenceURL')],
    ['Picture', address('imageURL')],
    ['Grafana', base],
  )
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  const labels = { alertname: 'QuarterdeckTest', severity: 'info', service: 'quarterdeck' }
  const annotations = { summary: TEST.title, description: TEST.text }
  const isFiring = status === 'firing'
  return {
    receiver: 'quarterdeck',
    status,
    orgId: 1,
    title: `[${status.toUpperCase()}] QuarterdeckTest`,
    state: isFiring ? 'alerting' : 'ok',
    version: '1',
    groupKey: '{}:{alertname="QuarterdeckTest"}',
    truncatedAlerts: 0,
    externalURL: '',
    alerts: [
      {
        status,
        labels,
        annotations,
        startsAt: new Date(isFiring ? now : now - 60_000).toISOString(),
        endsAt: isFiring ? '0001-01-01T00:00:00Z' : new Date(now).toISOString(),
        fingerprint: '0dec7e5700000000',
      },
    ],
  }
}
