import { grafana } from './grafana'
import { prometheusFingerprint } from './prometheus'
import type { Reading, SourceRequest } from './source'
import { isObject, valueAt } from './values'

/**
 * An alert of Grafana's Alertmanager, or the state of a rule for one set of labels, as its webhook would tell it. The
 * fingerprint is made of all labels; those that Grafana keeps to itself are then left out, as it does.
 */
export function readPulled(request: SourceRequest): Reading {
  const { body } = request
  const said = isObject(valueAt(body, 'status')) ? fromAlert(body) : fromState(body)
  const alert = {
    ...said,
    labels: publicOnes(valueAt(body, 'labels')),
    annotations: publicOnes(valueAt(body, 'annotations')),
    valueString: valueAt(valueAt(body, 'annotations'), '__value_string__'),
    endsAt: valueAt(body, 'endsAt'),
    generatorURL: valueAt(body, 'generatorURL'),
  }
  return grafana.read({ ...request, body: { version: '1', status: said.status, alerts: [alert] } })
}

function fromAlert(alert: unknown) {
  const state = valueAt(valueAt(alert, 'status'), 'state')
  return {
    status: state === 'resolved' ? 'resolved' : 'firing',
    fingerprint: valueAt(alert, 'fingerprint'),
    startsAt: valueAt(alert, 'startsAt'),
  }
}

function fromState(state: unknown) {
  const word = valueAt(state, 'state')
  return {
    status: typeof word === 'string' && /^normal/i.test(word) ? 'resolved' : 'firing',
    fingerprint: prometheusFingerprint(valueAt(state, 'labels')),
    startsAt: valueAt(state, 'activeAt'),
  }
}

/** Without the names that Grafana writes between two underscores. */
function publicOnes(texts: unknown): Record<string, unknown> {
  const entries = Object.entries(isObject(texts) ? texts : {})
  return Object.fromEntries(entries.filter(([name]) => !/^__.*__$/.test(name)))
}
