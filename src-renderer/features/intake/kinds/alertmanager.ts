import { type KindWords, quoted } from './kind'

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
          say: 'Add this to alertmanager.yml and reload Alertmanager. An alert that is silent for 8 hours counts as over: with a repeat_interval above 4h, enter twice of it here.',
          code: ({ url }) =>
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
      ],
    },
    {
      title: 'Prometheus Operator',
      about: 'An AlertmanagerConfig in the namespace of the alerts.',
      steps: [
        {
          say: 'Apply this in the namespace of the alerts.',
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
      ],
    },
  ],
}
