import { alertmanager } from './alertmanager'
import type { Reading, SourceRequest } from './source'
import { valueAt } from './values'

/**
 * An alert of Alertmanager's API, as its webhook would tell it: the API says `active` or `suppressed`, and whoever asks
 * says `resolved` of one that is listed no more.
 */
export function readPulled(request: SourceRequest): Reading {
  const { body } = request
  const state = valueAt(valueAt(body, 'status'), 'state')
  const status = state === 'resolved' ? 'resolved' : 'firing'
  const alert = { ...Object(body), status }
  return alertmanager.read({ ...request, body: { version: '4', status, alerts: [alert] } })
}
