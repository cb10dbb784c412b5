import { hash } from 'node:crypto'
import { isOld } from './alertmanager-pull'
import { compare, type Listed } from './listed'
import { misshapen, type PullPlan } from './pull-plan'
import { isObject, textAt, valueAt } from './values'

/**
 * Prometheus' own list of alerts, for those who run no Alertmanager.
 * https://prometheus.io/docs/prometheus/latest/querying/api/#alerts
 */
export const prometheusPull: PullPlan = {
  form: {
    kind: 'prometheus',
    url: '',
    urlHelp:
      'Where its own page is: http://prometheus.example:9090, with the prefix if it has one.',
    scope: null,
    credential: {
      needed: false,
      help: 'Only where a proxy or web.config asks for it: a password with the user name in the address, or a token.',
    },
  },
  async *pull({ ask, now }, cursor) {
    const { body } = await ask({ path: '/api/v1/alerts' })
    const alerts = alertsOf(body)
    if (!alerts) throw misshapen('list of alerts of Prometheus')
    yield* compare(alerts.flatMap(toListed), cursor, {
      now,
      endName: 'resolvedAt',
      isComplete: async () => {
        const info = await ask({ path: '/api/v1/status/runtimeinfo', also: [404] })
        return isOld(valueAt(valueAt(info.body, 'data'), 'startTime'), now)
      },
    })
  },
}

/** The list of an answer in Prometheus' shape; undefined when it is none. */
export function alertsOf(body: unknown): readonly unknown[] | undefined {
  const alerts = valueAt(valueAt(body, 'data'), 'alerts')
  return valueAt(body, 'status') === 'success' && Array.isArray(alerts) ? alerts : undefined
}

/** An alert without an id is known by its labels. */
export function keyOf(labels: Readonly<Record<string, unknown>>): string {
  const sorted = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return hash('sha256', JSON.stringify(sorted), 'hex')
}

function toListed(alert: unknown): Listed[] {
  const labels = valueAt(alert, 'labels')
  const state = textAt(alert, 'state')
  if (!isObject(labels) || state === 'inactive') return []
  const activeAt = valueAt(alert, 'activeAt')
  return [
    {
      key: keyOf(labels),
      state: [labels, valueAt(alert, 'annotations'), activeAt],
      gone: { labels, state: 'inactive', activeAt },
      body: alert,
      tell: state === 'pending' ? 'held' : 'firing',
    },
  ]
}
