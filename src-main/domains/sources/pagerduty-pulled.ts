import { pagerduty } from './pagerduty'
import type { Reading, SourceRequest } from './source'
import { valueAt } from './values'

/** An incident or a log entry of PagerDuty's REST API, as its webhook would tell it; what happened stands in the header. */
export function readPulled(request: SourceRequest): Reading {
  const { body, headers } = request
  const type = headers['x-quarterdeck-pulled'] ?? ''
  const event = type === 'incident.annotated' ? fromEntry(body) : fromIncident(body)
  return pagerduty.read({
    ...request,
    body: { event: { ...event, event_type: type, resource_type: 'incident' } },
  })
}

function fromIncident(incident: unknown) {
  const at = (name: string) => valueAt(incident, name)
  return {
    occurred_at: at('last_status_change_at') ?? at('created_at'),
    agent: at('last_status_change_by') ?? null,
    data: { ...Object(incident), type: 'incident', number: at('incident_number') },
  }
}

function fromEntry(entry: unknown) {
  const channel = valueAt(entry, 'channel')
  return {
    occurred_at: valueAt(entry, 'created_at'),
    agent: valueAt(entry, 'agent'),
    data: {
      type: 'incident_note',
      content: valueAt(channel, 'summary') ?? valueAt(channel, 'content'),
      incident: valueAt(entry, 'incident'),
    },
  }
}
