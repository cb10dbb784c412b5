import { type KindWords, quoted } from './kind'
import { SETTING } from './phrases'

const REACH =
  'Pods cannot reach 127.0.0.1 of this machine: put a host in that they can reach, such as that of “quarterdeck serve” or of a tunnel or relay.'

export const kubernetes: KindWords = {
  title: 'Kubernetes',
  group: 'signals',
  about:
    'Warnings of a cluster as signals, rollouts as changes, through kubewatch or event-exporter.',
  settings: ['quietMinutes', 'production'],
  setups: [
    {
      title: 'kubewatch',
      about: `Rollouts with their images, and events. ${REACH}`,
      steps: [
        {
          say: 'Put this into .kubewatch.yaml (in the Helm chart: a ConfigMap mounted where KW_CONFIG points) and restart kubewatch. Its handler webhook works, too, but says nothing about images.',
          code: ({ url }) =>
            `handler:
  cloudevent:
    url: ${quoted(url)}
resource:
  deployment: true    # rollouts
  statefulset: true
  daemonset: true
  coreevent: true     # warnings, such as BackOff and NodeNotReady
`,
        },
        {
          say: `Namespaces count as environments: under ${SETTING.production} below, enter those that are.`,
        },
      ],
    },
    {
      title: 'kubernetes-event-exporter',
      about: `Events only, with the name of the cluster. ${REACH}`,
      steps: [
        {
          say: 'Put this into the config.yaml of the exporter. A node says in normal events that it is not ready, so only those of pods are dropped.',
          code: ({ bareUrl, token }) =>
            `clusterName: prod-eu
route:
  routes:
    - drop:
        - type: Normal
          kind: Pod
      match:
        - receiver: quarterdeck
receivers:
  - name: quarterdeck
    webhook:
      endpoint: ${quoted(bareUrl)}
      headers:
        X-Quarterdeck-Token: ${quoted(token)}
`,
        },
        {
          say: `Clusters say of few things that they are right again: a warning that is silent for an hour counts as over, or for as long as ${SETTING.quietMinutes} below says.`,
        },
      ],
    },
  ],
}
