import type { Timestamp } from '#contract/primitives'
import { compare, type Listed } from './listed'
import { misshapen, type PullPlan, type Round } from './pull-plan'
import { isObject, textAt, valueAt } from './values'

const ALERTS = '/api/v2/alerts'

/**
 * Alertmanager's API, version 2: it lists what is active now, and leaves out what is resolved.
 * https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
export const alertmanagerPull: PullPlan = {
  form: {
    kind: 'alertmanager',
    url: '',
    urlHelp:
      'Where its own page is: http://alertmanager.example:9093, with the prefix if it has one.',
    scope: {
      name: 'Matchers',
      example: 'severity="critical"',
      help: 'Only alerts that match all of these. Empty: every alert.',
      least: 0,
    },
    credential: {
      needed: false,
      help: 'Only where a proxy or web.config asks for it: a password with the user name in the address, or a token.',
    },
  },
  async *pull({ ask, scope, now }, cursor) {
    // Silenced ones too: an alert that is silenced has not gone.
    const { body } = await ask({ path: ALERTS, query: { filter: scope } })
    if (!Array.isArray(body)) throw misshapen('list of alerts of Alertmanager')
    const isComplete = () => isLongUp({ ask, now })
    yield* compare(body.flatMap(toListed), cursor, { now, endName: 'endsAt', isComplete })
  },
}

/** An alert of Alertmanager's own shape; Grafana has the same. */
export function toListed(alert: unknown): Listed[] {
  const key = textAt(alert, 'fingerprint')
  const labels = valueAt(alert, 'labels')
  if (key === '' || !isObject(labels)) return []
  const startsAt = valueAt(alert, 'startsAt')
  const state = valueAt(valueAt(alert, 'status'), 'state')
  return [
    {
      key,
      state: [labels, valueAt(alert, 'annotations'), startsAt],
      gone: { fingerprint: key, status: { state: 'resolved' }, labels: named(labels), startsAt },
      body: alert,
      // `suppressed`: silenced or inhibited; `unprocessed`: nobody has decided yet. Its webhooks do not tell of them, too.
      tell: state === 'suppressed' || state === 'unprocessed' ? 'held' : 'firing',
    },
  ]
}

/** What a line about it needs; the ticket has the rest. */
function named(labels: unknown): Record<string, unknown> {
  const alertname = valueAt(labels, 'alertname')
  return alertname === undefined ? {} : { alertname }
}

/** After a start it takes until every rule was evaluated and told again. */
const SETTLED_MS = 300_000

async function isLongUp({ ask, now }: Pick<Round, 'ask' | 'now'>): Promise<boolean> {
  const { body } = await ask({ path: '/api/v2/status' })
  return isOld(valueAt(body, 'uptime'), now)
}

/** Was it started long enough ago? A start nobody can read counts as long ago. */
export function isOld(startedAt: unknown, now: Timestamp): boolean {
  const at = typeof startedAt === 'string' ? Date.parse(startedAt) : NaN
  return !(now - at < SETTLED_MS)
}
