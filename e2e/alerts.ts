/** One alert as Alertmanager tells of it. */
export interface Alert {
  labels: Record<string, string>
  annotations?: Record<string, string>
  generatorURL?: string
}

/** Posts one group to a source's address, as Alertmanager's webhook v4 does. Fails unless it is taken in. */
export async function postAlerts(address: string, alerts: readonly Alert[]): Promise<void> {
  const startsAt = new Date().toISOString()
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      version: '4',
      groupKey: '{}:{}',
      truncatedAlerts: 0,
      status: 'firing',
      receiver: 'quarterdeck',
      groupLabels: {},
      commonLabels: {},
      commonAnnotations: {},
      externalURL: 'http://alertmanager.test:9093',
      alerts: alerts.map(({ labels, annotations = {}, generatorURL = '' }) => ({
        status: 'firing',
        labels,
        annotations,
        startsAt,
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL,
        fingerprint: Buffer.from(JSON.stringify(labels)).toString('base64url').slice(-32),
      })),
    }),
    signal: AbortSignal.timeout(10_000),
  })
  if (!response.ok) throw new Error(`not taken in: ${response.status} ${await response.text()}`)
}
