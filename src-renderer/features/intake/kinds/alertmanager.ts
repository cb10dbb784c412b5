import { type KindWords, quoted } from './kind'
import { SETTING } from './phrases'

export const alertmanager: KindWords = {
  title: 'Alertmanager',
  group: 'signals',
  about: 'Prometheus Alertmanager, or anything that posts the same webhook.',
  settings: ['quietMinutes'],
  setups: [
    {
      title: 'alertmanager.yml',
      about: 'Beside your other receivers: every alert goes here too and then on as before.',
      steps: [
        {
          say: 'Add this to alertmanager.yml, with the receiver you have in place of default, and reload Alertmanager.',
          code: ({ url }) =>
            `route:
  receiver: default
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
          say: `An alert that is silent for 8 hours counts as over. With a repeat_interval above 4h, enter twice of it under ${SETTING.quietMinutes} below.`,
        },
      ],
    },
    {
      title: 'Prometheus Operator',
      about: 'An AlertmanagerConfig in the namespace of the alerts.',
      steps: [
        {
          say: 'Apply this in the namespace of the alerts. The cluster has to reach the address: put the host of a tunnel or relay into it.',
          code: ({ url }) =>
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
        {
          say: 'The operator takes only alerts of this namespace, unless alertmanagerConfigMatcherStrategy of the Alertmanager says otherwise.',
        },
      ],
    },
  ],
}
