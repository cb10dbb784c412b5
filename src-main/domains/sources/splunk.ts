import type { Severity, Timestamp } from '#contract/primitives'
import { acceptsJson } from './body'
import { type Reading, type SourceReader, type SourceRequest, Unreadable } from './source'
import { quietMsOf, TEST, toSignal } from './telling'
import { firstTime } from './times'
import {
  fingerprintOf,
  firstLine,
  isObject,
  lineAt,
  toHost,
  toKey,
  toLine,
  toLinks,
  toSeverity,
  toText,
  toTextMap,
  valueAt,
  wordOf,
} from './values'

/** A search that still finds something tells it again at its next run; most run at least this often. */
const QUIET_MS = 4 * 3_600_000

/**
 * Splunk's alert action "Webhook": the search and the first row that it found, every value a string. It never says that it
 * is right again. https://help.splunk.com/en/splunk-enterprise/alert-and-respond/alerting-manual ("Use a webhook alert action")
 */
export const splunk: SourceReader = {
  kind: 'splunk',
  accepts: acceptsJson,
  // A search that triggers "for each result" posts each row with the same search id.
  deliveryKey: ({ body }) => {
    const sid = toKey(valueAt(body, 'sid'))
    return sid === undefined ? undefined : fingerprintOf([sid, valueAt(body, 'result') ?? null])
  },
  read,
  example,
}

function read({ body, receivedAt, settings }: SourceRequest): Reading {
  const search = firstLine(valueAt(body, 'search_name'))
  if (!isObject(body) || (search === '' && toKey(valueAt(body, 'sid')) === undefined)) {
    throw new Unreadable(
      'This is not a webhook alert of Splunk: it has neither `search_name` nor `sid`. Use the alert action' +
        ' “Webhook” of a saved search.',
    )
  }
  const row = toTextMap(valueAt(body, 'result'))
  const signal = toSignal({
    fingerprint: fingerprintOf([
      lineAt(body, 'app'),
      search,
      row['rule_name'] ?? '',
      entityOf(row),
    ]),
    state: 'firing',
    title: titleOf(search, row),
    description: toText(firstOf(row, 'rule_description', 'description', 'message', '_raw')),
    severity: severityOf(row),
    service: wordOf(firstOf(row, 'service', 'service_name', 'app', 'application')),
    host: toHost(firstOf(row, 'host', 'dest', 'dest_host', 'hostname')),
    labels: { ...labelsOf(body), ...fieldsOf(row) },
    links: toLinks(
      ['Results', valueAt(body, 'results_link')],
      ['Drill-down', row['drilldown_url']],
    ),
    startsAt: timeOf(row, receivedAt),
    quietMs: quietMsOf(settings, QUIET_MS),
  })
  return { signals: [signal] }
}

type Row = Readonly<Record<string, string>>

/** The first field that says something, as it is. */
const firstOf = (row: Row, ...names: string[]): string =>
  names.map((name) => row[name] ?? '').find((value) => value !== '') ?? ''

/** Notables of Enterprise Security have a title of their own. */
function titleOf(search: string, row: Row): string {
  const title = firstLine(row['rule_title'], row['rule_name'], search) || 'A search without a name'
  const about = entityOf(row)
  return about === '' || title.includes(about) ? title : toLine(`${title}: ${about}`)
}

/** Splunk's own time in seconds; a search that formats it writes words, mostly with a zone. */
function timeOf(row: Row, receivedAt: Timestamp): Timestamp {
  const time = row['_time']
  return firstTime(receivedAt, time) ?? receivedAt
}

/** What a row is about. Two machines that one search finds are two things that are wrong. */
const entityOf = (row: Row) =>
  toLine(firstOf(row, 'entity', 'risk_object', 'dest', 'host', 'service'))

function severityOf(row: Row): Severity | undefined {
  return [row['urgency'], row['severity'], row['priority'], row['alert_level']]
    .map(toSeverity)
    .find((severity) => severity !== undefined)
}

const labelsOf = (body: unknown) =>
  toTextMap({
    search: valueAt(body, 'search_name'),
    app: valueAt(body, 'app'),
    owner: valueAt(body, 'owner'),
    sid: valueAt(body, 'sid'),
  })

/** Without Splunk's own bookkeeping, the parts of the date and what is empty. */
const fieldsOf = (row: Row) =>
  Object.fromEntries(
    Object.entries(row).filter(
      ([name, value]) =>
        value !== '' && !/^(?:_|date_|time(?:start|end)pos$|punct$|linecount$)/.test(name),
    ),
  )

function example(_status: 'firing' | 'resolved', now: Timestamp) {
  return {
    sid: `quarterdeck_test_${now}`,
    search_name: TEST.title,
    app: 'search',
    owner: 'admin',
    results_link: '',
    result: {
      _time: String(Math.floor(now / 1000)),
      _raw: TEST.text,
      service: 'quarterdeck',
      severity: 'informational',
    },
  }
}
