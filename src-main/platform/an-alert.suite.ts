/** A group as Alertmanager sends it. */
export function anAlert(parts: object = {}, group: object = {}) {
  return {
    version: '4',
    groupKey: '{}:{}',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'quarterdeck',
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example:9093',
    alerts: [
      {
        status: 'firing',
        labels: { alertname: 'DiskFull', severity: 'critical', instance: 'db-2:9100' },
        annotations: { summary: 'The disk of db-2 is full' },
        startsAt: '2026-01-01T11:00:00Z',
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: 'http://prometheus.example/graph',
        fingerprint: 'a1b2c3d4e5f60718',
        ...parts,
      },
    ],
    ...group,
  }
}
