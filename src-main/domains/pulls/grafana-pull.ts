import { toListed } from './alertmanager-pull'
import { compare, type Listed } from './listed'
import { misshapen, type PullPlan, type Round } from './pull-plan'
import { alertsOf, keyOf } from './prometheus-pull'
import { isObject, textAt, valueAt } from './values'

/**
 * Grafana's own Alertmanager; where its alerts go to another one, the states of its rules.
 * https://grafana.com/docs/grafana/latest/developers/http_api/alerting_provisioning/ (the Alertmanager API is Prometheus')
 */
export const grafanaPull: PullPlan = {
  form: {
    kind: 'grafana',
    url: '',
    urlHelp: 'Where Grafana is: https://grafana.example, with the path if it has one.',
    scope: null,
    credential: {
      needed: true,
      help: 'The token of a service account with the role Viewer (Administration, Users and access, Service accounts).',
    },
  },
  async *pull(round, cursor) {
    yield* compare(await listAlerts(round), cursor, {
      now: round.now,
      endName: 'endsAt',
    })
  },
}

async function listAlerts({ ask }: Round): Promise<Listed[]> {
  const { status, body } = await ask({
    path: '/api/alertmanager/grafana/api/v2/alerts',
    also: [404],
  })
  if (status !== 404) {
    if (!Array.isArray(body)) throw misshapen('list of alerts of Grafana')
    return body.flatMap(toListed)
  }
  const states = await ask({
    path: '/api/prometheus/grafana/api/v1/alerts',
    // With them, the fingerprint is the one of its webhooks.
    query: { includeInternalLabels: 'true' },
  })
  const alerts = alertsOf(states.body)
  if (!alerts) throw misshapen('list of alerts of Grafana')
  return alerts.flatMap(fromState)
}

/** The state of a rule for one set of labels: `Alerting`, `Alerting (NoData)`, `Normal`, `Pending` … */
function fromState(alert: unknown): Listed[] {
  const labels = valueAt(alert, 'labels')
  const state = textAt(alert, 'state').toLowerCase()
  if (!isObject(labels) || !/^(alerting|firing|recovering)/.test(state)) return []
  const activeAt = valueAt(alert, 'activeAt')
  return [
    {
      key: keyOf(labels),
      state: [labels, valueAt(alert, 'annotations'), activeAt],
      // Its labels are what its fingerprint is made of.
      gone: { labels, activeAt, state: 'Normal' },
      body: alert,
      tell: 'firing',
    },
  ]
}
