import type { SourceSettings } from '#contract/intake'
import type { Timestamp } from '#contract/primitives'
import { acceptsJson } from './body'
import {
  type Reading,
  type SourceReader,
  type SourceRequest,
  type SourceSignal,
  Unreadable,
} from './source'
import { TEST, toSignal } from './telling'
import { firstTime } from './times'
import {
  entryOf,
  fingerprintOf,
  lineAt,
  toHost,
  toKey,
  toLabels,
  toLine,
  toLines,
  toLinks,
  toSeverity,
  toText,
  toTextMap,
  valueAt,
  wordOf,
} from './values'

/**
 * Webhooks of Opsgenie, and of the alerts in Jira Service Management, which took over its body.
 * https://support.atlassian.com/opsgenie/docs/opsgenie-edge-connector-alert-action-data/
 */
export const opsgenie: SourceReader = {
  kind: 'opsgenie',
  accepts: acceptsJson,
  deliveryKey,
  read,
  example,
}

/** `Escalate` may carry nothing but the id of the alert: without a time, the next one would look the same. */
function deliveryKey({ body }: SourceRequest): string | undefined {
  const alert = valueAt(body, 'alert')
  const updatedAt = lineAt(alert, 'updatedAt')
  if (updatedAt === '') return undefined
  const note = toText(valueAt(alert, 'note'))
  return fingerprintOf([keyOf(alert), lineAt(body, 'action'), updatedAt, note])
}

/** An alias is the sender's own, and comes back for the next alert about the same thing; the id does not. */
const keyOf = (alert: unknown) => toKey(valueAt(alert, 'alertId')) ?? toKey(valueAt(alert, 'alias'))

function read(request: SourceRequest): Reading {
  const action = toLine(valueAt(request.body, 'action'), 80)
  const fingerprint = keyOf(valueAt(request.body, 'alert'))
  if (action === '' || fingerprint === undefined) {
    throw new Unreadable(
      'This is not a webhook of Opsgenie: it has no `action` with the `alertId` of an alert. Make an outgoing Webhook' +
        ' integration in Opsgenie or Jira Service Management.',
    )
  }
  return { signals: [toAlertSignal(action, fingerprint, request)] }
}

const STATES: Readonly<Record<string, SourceSignal['state']>> = {
  create: 'firing',
  unacknowledge: 'firing',
  updatepriority: 'firing', // so that its severity is heard
  acknowledge: 'acknowledged',
  close: 'resolved',
  delete: 'resolved',
}

function toAlertSignal(
  action: string,
  fingerprint: string,
  { body, receivedAt, settings }: SourceRequest,
): SourceSignal {
  const alert = valueAt(body, 'alert')
  const kind = action.toLowerCase()
  const state = entryOf(STATES, kind) ?? 'noted' // custom actions have names of their own
  const at = firstTime(receivedAt, valueAt(alert, 'updatedAt')) ?? receivedAt
  return toSignal({
    fingerprint,
    state,
    ...saidOf(body, alert),
    links: linksOf(alert, settings),
    startsAt: firstTime(receivedAt, valueAt(alert, 'createdAt')) ?? at,
    endsAt: at,
    note: noteOf(kind, action, alert),
    actor: state === 'firing' ? undefined : lineAt(alert, 'username'),
    withdrawn: kind === 'delete' ? 'it was deleted in Opsgenie' : undefined,
  })
}

function saidOf(body: unknown, alert: unknown) {
  const at = (key: string) => valueAt(alert, key)
  const details = toTextMap(at('details'))
  return {
    title: toLine(at('message')),
    description: toText(at('description')),
    severity: priorityOf(at('priority')),
    service: wordOf(details['service'], details['Service'], at('entity')),
    host: toHost(details['host'] ?? details['hostname']),
    labels: {
      ...details,
      ...toLabels({
        tags: at('tags'),
        entity: at('entity'),
        alias: at('alias'),
        source: at('source'),
        number: at('tinyId'),
        integration: valueAt(body, 'integrationName'),
      }),
    },
  }
}

/** `P1` to `P5`; a bare number in old payloads. */
const priorityOf = (priority: unknown) =>
  toSeverity(typeof priority === 'number' ? `p${priority}` : priority)

/** The body has no address of the alert, and accounts have names of their own in theirs. */
function linksOf(alert: unknown, { baseUrl }: SourceSettings) {
  const id = lineAt(alert, 'alertId')
  if (baseUrl === '' || id === '') return []
  return toLinks([
    'Opsgenie',
    `${baseUrl.replace(/\/$/, '')}/alert/detail/${encodeURIComponent(id)}/details`,
  ])
}

/** In which field an action tells what it did, and how that is said. */
const NOTES: Readonly<Record<string, readonly [field: string, words: string]>> = {
  assignownership: ['owner', 'Assigned to'],
  addteam: ['team', 'Team added:'],
  addrecipient: ['recipient', 'Recipient added:'],
  addresponder: ['responder', 'Responder added:'],
  addtags: ['addedTags', 'Tags added:'],
  removetags: ['removedTags', 'Tags removed:'],
  updatepriority: ['priority', 'Priority in Opsgenie:'],
  updatemessage: ['message', 'Message is now:'],
  updatedescription: ['description', 'Description is now:'],
}
const SILENT = new Set(['create', 'acknowledge', 'close', 'delete'])

/** A note that somebody wrote counts most, whatever they did beside. */
function noteOf(kind: string, action: string, alert: unknown): string | undefined {
  const written = toText(valueAt(alert, 'note'), 10_000)
  if (written !== '' || SILENT.has(kind)) return written
  const [field, words] = entryOf(NOTES, kind) ?? []
  const what = field === undefined ? '' : toLines(valueAt(alert, field)).join(', ')
  return what === '' ? `${action} in Opsgenie` : `${words} ${what}`
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  return {
    action: status === 'firing' ? 'Create' : 'Close',
    alert: {
      alertId: 'quarterdeck-test',
      message: TEST.title,
      description: TEST.text,
      tags: ['test'],
      tinyId: '1',
      entity: 'quarterdeck',
      alias: 'quarterdeck-test',
      createdAt: status === 'firing' ? now : now - 60_000,
      updatedAt: now * 1_000_000,
      username: 'Quarterdeck',
      priority: 'P5',
    },
    source: { name: 'web', type: 'API' },
    integrationName: 'Webhook',
  }
}
