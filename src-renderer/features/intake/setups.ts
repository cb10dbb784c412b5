import type { SourceKind } from '#contract/intake'

export interface Setup {
  title: string
  about: string
  code: (url: string) => string
}

/** A YAML and shell double-quoted text; the address is printable ASCII. */
const quoted = (url: string) => JSON.stringify(url)

const ALERTMANAGER: readonly Setup[] = [
  {
    title: 'alertmanager.yml',
    about: 'Beside your other receivers: every alert goes here too and then on as before.',
    code: (url) =>
      `route:
  receiver: your-default
  routes:
    - receiver: quarterdeck
      continue: true          # the alert goes on to your other routes
      group_wait: 5s
      group_interval: 30s
receivers:
  - name: quarterdeck
    webhook_configs:
      - url: ${quoted(url)}
        send_resolved: true   # so that a fix is seen
`,
  },
  {
    title: 'Prometheus Operator',
    about: 'An AlertmanagerConfig in the namespace of the alerts.',
    code: (url) =>
      `apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata:
  name: quarterdeck
spec:
  route:
    receiver: quarterdeck
    continue: true
  receivers:
    - name: quarterdeck
      webhookConfigs:
        - url: ${quoted(url)}
          sendResolved: true
`,
  },
]

const CLOUDEVENTS: readonly Setup[] = [
  {
    title: 'curl',
    about: 'One event, structured. Batches and the binary form are taken too.',
    code: (url) =>
      `curl ${quoted(url)} \\
  -H 'content-type: application/cloudevents+json' \\
  -d '{"specversion":"1.0","id":"1","source":"/shop","type":"alert.firing",
       "data":{"title":"Disk is nearly full","severity":"high","host":"web-1"}}'
`,
  },
  {
    title: 'Knative trigger',
    about: 'The handshake of the webhook specification is answered.',
    code: (url) =>
      `apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata:
  name: quarterdeck
spec:
  broker: default
  subscriber:
    uri: ${quoted(url)}
`,
  },
]

const GENERIC: readonly Setup[] = [
  {
    title: 'curl',
    about: 'Any JSON. Where each part is found is set under Mapping.',
    code: (url) =>
      `curl ${quoted(url)} \\
  -H 'content-type: application/json' \\
  -d '{"title":"Disk is nearly full","status":"firing","severity":"high",
       "service":"web","host":"web-1"}'
`,
  },
]

/** The lines that make a sender of each kind talk to Quarterdeck. */
export const SETUPS: Readonly<Record<SourceKind, readonly Setup[]>> = {
  alertmanager: ALERTMANAGER,
  cloudevents: CLOUDEVENTS,
  generic: GENERIC,
}

/** Carries the listener's port to the machine of the sender; the listener itself answers on this one only. */
export function tunnelCommand(url: string): string {
  const { port } = new URL(url)
  return `ssh -N -R ${port}:127.0.0.1:${port} user@host-of-the-sender`
}
