import { type Reading, type SourceRequest, type SourceSignal, Unreadable } from './source'
import { ignored, quietMsOf, toSignal } from './telling'
import { firstTime } from './times'
import {
  entryOf,
  fingerprintOf,
  firstLine,
  toKey,
  toLabels,
  toLine,
  toLines,
  toLinks,
  toSeverity,
  toText,
  valueAt,
} from './values'

/** The notification channels before workflows, and templates that imitate them: one incident and its `current_state`. */
export function isIncident(body: unknown): boolean {
  return valueAt(body, 'current_state') !== undefined && valueAt(body, 'state') === undefined
}

export function incidentKey(body: unknown): string | undefined {
  const parts = ['timestamp', 'incident_id', 'current_state', 'event_type', 'details']
  const [timestamp, ...others] = parts.map((key) => toText(valueAt(body, key)))
  return timestamp === '' ? undefined : fingerprintOf([timestamp, ...others])
}

const STATES: Readonly<Record<string, SourceSignal['state']>> = {
  open: 'firing',
  opened: 'firing',
  acknowledged: 'acknowledged',
  closed: 'resolved',
}

export function readIncident(request: SourceRequest): Reading {
  const { body } = request
  const said = toLine(valueAt(body, 'current_state'), 40).toLowerCase()
  if (said === 'test') return ignored("New Relic's test notification arrived: the channel works")
  const fingerprint = toKey(valueAt(body, 'incident_id'))
  const state = entryOf(STATES, said)
  if (fingerprint === undefined || !state) {
    const missing = state ? 'no `incident_id`' : 'no known `current_state`'
    throw new Unreadable(
      `This notification of New Relic has ${missing}. Make a workflow with the payload template of the set-up page of this source.`,
    )
  }
  return { signals: [toIncidentSignal(request, fingerprint, state)] }
}

/** `timestamp` is when it was said, and `duration` how many milliseconds the incident is open by then. */
function toIncidentSignal(
  { body, receivedAt, settings }: SourceRequest,
  fingerprint: string,
  state: SourceSignal['state'],
): SourceSignal {
  const at = (key: string) => valueAt(body, key)
  const toldAt = firstTime(receivedAt, at('timestamp')) ?? receivedAt
  const duration = at('duration')
  const openMs = typeof duration === 'number' && duration > 0 ? duration : 0
  return toSignal({
    fingerprint,
    state,
    ...saidOf(body),
    links: toLinks(
      ['Runbook', at('runbook_url')],
      ['New Relic', at('incident_url')],
      ['Incident', at('violation_callback_url')],
      ['Chart', at('violation_chart_url')],
      ['Policy', at('policy_url')],
    ),
    startsAt: Math.max(0, Math.floor(toldAt - openMs)),
    endsAt: toldAt,
    actor: state === 'firing' ? undefined : toLine(at('owner')),
    quietMs: quietMsOf(settings),
  })
}

function saidOf(body: unknown) {
  const at = (key: string) => valueAt(body, key)
  const targets = at('targets')
  const names = Array.isArray(targets)
    ? toLines(targets.slice(0, 20).map((target) => valueAt(target, 'name')))
    : []
  return {
    title: firstLine(at('details'), at('condition_name')) || 'An incident without a title',
    description: toText(at('condition_description')),
    severity: toSeverity(at('severity')),
    service: names[0],
    labels: toLabels({
      entities: names,
      policy: at('policy_name'),
      condition: at('condition_name'),
      account: at('account_name'),
    }),
  }
}
