/** In which Grafana signs what it sends. */
export const SIGNATURE_HEADER = 'x-grafana-alerting-signature'

const NAMES = ['HighErrorRate', 'ServiceHung', 'DiskFull', 'ReplicationLag', 'CertificateExpiry']
const SERVICES = ['checkout', 'search', 'payments', 'catalog', 'mail']

/** One alert as Alertmanager's webhook v4 writes it, about 800 bytes; the same number is the same alert. */
function alertOf(n: number) {
  const name = NAMES[n % NAMES.length]!
  const service = SERVICES[Math.floor(n / 7) % SERVICES.length]!
  const instance = `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}:9100`
  return {
    status: 'firing',
    labels: {
      alertname: name,
      cluster: 'prod-eu-1',
      instance,
      job: 'node',
      namespace: 'shop',
      service,
      severity: n % 3 === 0 ? 'critical' : 'warning',
    },
    annotations: {
      summary: `${name} on ${service} at ${instance}`,
      description: `${service} at ${instance} has been in trouble for more than five minutes: 12 % of its requests fail, and its latency is five times what it was yesterday at this time.`,
      runbook_url: `https://runbooks.example.com/${name}`,
    },
    startsAt: '2026-11-20T10:00:00.000Z',
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL:
      'http://prometheus.example.com:9090/graph?g0.expr=up%7Bjob%3D%22node%22%7D+%3D%3D+0&g0.tab=1',
    fingerprint: n.toString(16).padStart(16, '0'),
  }
}

/** The same alerts as a client posts them to Alertmanager's own API, `POST /api/v2/alerts`. */
export function toApiAlerts(first: number, count: number): string {
  const alerts = Array.from({ length: count }, (_, n) => {
    const { labels, annotations, startsAt, generatorURL } = alertOf(first + n)
    return { labels, annotations, startsAt, generatorURL }
  })
  return JSON.stringify(alerts)
}

/** A group of `count` alerts, the first being number `first`. */
export function toDelivery(first: number, count: number): string {
  return JSON.stringify({
    receiver: 'quarterdeck',
    status: 'firing',
    alerts: Array.from({ length: count }, (_, n) => alertOf(first + n)),
    groupLabels: { cluster: 'prod-eu-1' },
    commonLabels: { cluster: 'prod-eu-1', job: 'node', namespace: 'shop' },
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example.com:9093',
    version: '4',
    groupKey: `{}:{cluster="prod-eu-1", group="${first}"}`,
    truncatedAlerts: 0,
  })
}
