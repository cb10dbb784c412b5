import type { Severity, Timestamp } from '#contract/primitives'
import { acceptsJson } from './body'
import {
  type Reading,
  type SourceReader,
  type SourceRequest,
  type SourceSignal,
  Unreadable,
} from './source'
import { asNote, ignored, TEST, toSignal } from './telling'
import { toUtcTime } from './times'
import {
  firstLine,
  isObject,
  listOf,
  toKey,
  toLine,
  toLinks,
  toSeverity,
  toText,
  toTicketLabels,
  toUrl,
  valueAt,
  wordOf,
} from './values'

/**
 * ServiceNow incidents, as a business rule posts them (our script is on the set-up page) or as a record of its Table API: field
 * names of the table, values as text, codes and all. It has no signature of its own: the token says who sends.
 * https://www.servicenow.com/docs/r/api-reference/web-services/c_ScriptingOutboundREST.html
 */
export const servicenow: SourceReader = {
  kind: 'servicenow',
  accepts: acceptsJson,
  deliveryKey: () => undefined, // a business rule does not repeat itself, and has no id for what it sends
  read,
  example,
}

function read(request: SourceRequest): Reading {
  const { body } = request
  const inside = valueAt(body, 'result') ?? valueAt(body, 'records') ?? valueAt(body, 'record')
  const records = Array.isArray(inside) ? listOf(inside) : [isObject(inside) ? inside : body]
  if (records.length === 0) return ignored('the list of records is empty')
  const signals = records.flatMap((record) => readRecord(record, request))
  if (signals.length > 0) return { signals }
  throw new Unreadable(
    'This is not a record of ServiceNow: it has no `sys_id` and no `number`. Send the JSON of the script of the set-up page' +
      ' of this source.',
  )
}

/** A field is text, or a reference that shows a name. The value of a bare reference is an id that says nothing. */
function shown(record: unknown, ...names: string[]): string {
  const values = names.map((name) => {
    const value = valueAt(record, name)
    const text = isObject(value) ? valueAt(value, 'display_value') : value
    return /^[0-9a-f]{32}$/.test(toLine(text)) ? '' : text
  })
  return firstLine(...values)
}

/** A field's code, which is the same in every language. */
function coded(record: unknown, name: string): string {
  const value = valueAt(record, name)
  return toLine(
    isObject(value) ? (valueAt(value, 'value') ?? valueAt(value, 'display_value')) : value,
  )
}

function readRecord(record: unknown, request: SourceRequest): SourceSignal[] {
  const id = toKey(coded(record, 'sys_id')) ?? toKey(coded(record, 'number'))
  if (id === undefined) return []
  const end = endOf(record)
  const time = timesOf(record, request.receivedAt)
  const state = toSignal({
    ...textsOf(record, id, request),
    state: end === undefined ? 'firing' : 'resolved',
    startsAt: time.begun,
    endsAt: end === undefined ? undefined : time.ended,
    withdrawn: end || undefined,
  })
  return [state, ...notesOf(record, state, time.updated)]
}

function textsOf(record: unknown, id: string, { settings }: SourceRequest) {
  const requester = shown(record, 'caller_id', 'requested_for', 'opened_by')
  return {
    fingerprint: id,
    title: shown(record, 'short_description') || `ServiceNow ${shown(record, 'number') || id}`,
    description: toText(valueAt(record, 'description')),
    severity: severityOf(coded(record, 'priority')) ?? severityOf(coded(record, 'severity')),
    service: shown(record, 'business_service', 'service', 'cmdb_ci') || undefined,
    labels: labelsOf(record, requester),
    links: linksOf(record, settings.baseUrl),
    actor: requester,
  }
}

const PRIORITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info']

/** `1`, or `1 - Critical` where names are shown. */
function severityOf(priority: string): Severity | undefined {
  const digit = /^([1-5])(?:\s*-|$)/.exec(priority)?.[1]
  return digit === undefined ? toSeverity(priority) : PRIORITIES[Number(digit) - 1]
}

const CANCELED = 'it was canceled at ServiceNow'

/**
 * Why a record is over: '' when it was resolved; undefined while it is open. Incidents: 6 resolved, 7 closed, 8 canceled;
 * other tables have other codes, and say by `active` when they are over.
 */
function endOf(record: unknown): string | undefined {
  if (/^(delete|deleted)$/i.test(coded(record, 'operation'))) return 'it was deleted at ServiceNow'
  const words = [shown(record, 'state'), shown(record, 'incident_state')].join(' ')
  if (/cancell?ed|closed incomplete|closed skipped/i.test(words)) return CANCELED
  if (/resolved|closed|complete/i.test(words)) return ''
  if (isIncident(record)) {
    const code = coded(record, 'state') || coded(record, 'incident_state')
    if (code === '8') return CANCELED
    if (code === '6' || code === '7') return ''
  }
  return /^(false|0)$/i.test(coded(record, 'active')) ? '' : undefined
}

const isIncident = (record: unknown) =>
  /^(incident|)$/.test(coded(record, 'table') || coded(record, 'sys_class_name'))

function timesOf(record: unknown, receivedAt: Timestamp) {
  const time = (...names: string[]) =>
    names
      .map((name) => toUtcTime(coded(record, name), receivedAt))
      .find((each) => each !== undefined)
  const updated = time('sys_updated_on') ?? receivedAt
  const opened = time('opened_at', 'sys_created_on') ?? updated
  return {
    updated,
    begun: Math.max(opened, time('reopened_time') ?? 0), // opened again is a new episode
    ended: time('resolved_at', 'closed_at') ?? updated,
  }
}

/** What was just written, where the script sends it: `comments` for everybody, `work_notes` for the staff. */
function notesOf(record: unknown, state: SourceSignal, now: Timestamp): SourceSignal[] {
  const actor = wordOf(shown(record, 'comment_by', 'sys_updated_by'))
  return ['comments', 'work_notes']
    .map((name) => toText(valueAt(record, name)))
    .filter((note) => note !== '')
    .map((note) => asNote(state, now, note, actor))
}

function labelsOf(record: unknown, requester: string): Record<string, string> {
  const plain = ['number', 'state', 'category', 'subcategory', 'impact', 'urgency', 'contact_type']
  const references = ['assignment_group', 'assigned_to', 'cmdb_ci', 'company', 'location']
  const fields = [...plain, ...references].map((name) => [name, shown(record, name)] as const)
  return toTicketLabels({
    ...Object.fromEntries(fields),
    table: coded(record, 'table') || coded(record, 'sys_class_name'),
    requester,
  })
}

function linksOf(record: unknown, baseUrl: string): SourceSignal['links'] {
  const table = coded(record, 'table') || coded(record, 'sys_class_name') || 'incident'
  const id = coded(record, 'sys_id')
  const page = `${table}.do?sys_id=${id}`
  const own =
    baseUrl && id && `${baseUrl.replace(/\/+$/, '')}/nav_to.do?uri=${encodeURIComponent(page)}`
  return toLinks(['Record', toUrl(valueAt(record, 'url')) ?? own])
}

const zoneless = (time: Timestamp) => new Date(time).toISOString().slice(0, 19).replace('T', ' ')

function example(status: 'firing' | 'resolved', now: Timestamp) {
  const over = status === 'resolved'
  return {
    table: 'incident',
    operation: over ? 'update' : 'insert',
    sys_id: 'quarterdeck-test',
    number: 'INC0000000',
    short_description: 'Test incident from Quarterdeck',
    description: TEST.text,
    priority: '5',
    state: over ? '6' : '1',
    opened_at: zoneless(over ? now - 60_000 : now),
    resolved_at: over ? new Date(now).toISOString() : '',
    sys_updated_on: zoneless(now),
  }
}
