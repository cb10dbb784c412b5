import { type KindWords, quoted } from './kind'

export const grafana: KindWords = {
  title: 'Grafana',
  group: 'signals',
  about:
    'Alert rules of Grafana, through a webhook contact point; also the notification channels of Grafana 10 and before.',
  settings: ['signatureHeader', 'timestampHeader', 'quietMinutes'],
  setups: [
    {
      title: 'Contact point',
      about: 'Every alert goes here beside your other contact points.',
      steps: [
        {
          say: 'In Grafana open Alerting → Contact points (in newer versions Alerting → Notification configuration → Contact points) and press + Add contact point.',
        },
        {
          say: 'Name it quarterdeck and choose Webhook as Integration. Paste this as URL; HTTP Method stays POST.',
          code: ({ url }) => `${url}\n`,
        },
        {
          say: 'From Grafana 12 on: under Optional Webhook settings → HMAC Signature enter a Secret, and the same one here under Signature. Header stays empty, or is entered here as Signature header.',
        },
        {
          say: 'To be safe against repeats, also fill Timestamp Header, such as X-Grafana-Alerting-Timestamp, and enter the same name here as Timestamp header.',
        },
        {
          say: 'Under Notification settings leave "Disable resolved message" off, and Custom Payload empty.',
        },
        { say: 'Press Test, then Save contact point.' },
        {
          say: 'Open Alerting → Notification policies, and add a policy with this contact point and Continue matching subsequent sibling nodes on; or choose it as the default contact point.',
        },
        {
          say: 'Grafana Cloud cannot reach 127.0.0.1: give it the address of a tunnel or relay that ends here, or use Pull.',
        },
      ],
    },
    {
      title: 'Provisioning file',
      about: 'The same as a file in provisioning/alerting.',
      steps: [
        {
          say: 'Save this as provisioning/alerting/quarterdeck.yaml and restart Grafana. Then name the contact point in a notification policy.',
          code: ({ url }) => `apiVersion: 1
contactPoints:
  - orgId: 1
    name: quarterdeck
    receivers:
      - uid: quarterdeck
        type: webhook
        disableResolveMessage: false
        settings:
          url: ${quoted(url)}
          httpMethod: POST
`,
        },
      ],
    },
    {
      title: 'Token in a header',
      about: 'From Grafana 12 on, so that the address holds no secret.',
      steps: [
        { say: 'Paste this as URL.', code: ({ bareUrl }) => `${bareUrl}\n` },
        {
          say: 'Under Optional Webhook settings → Extra Headers add X-Quarterdeck-Token with this value.',
          code: ({ token }) => `${token}\n`,
        },
      ],
    },
    {
      title: 'Grafana 10 and before',
      about: 'Legacy alerting, with rules in panels.',
      steps: [
        {
          say: 'Open Alerting → Notification channels → New channel and choose webhook as Type. Paste this as Url; Http Method is POST.',
          code: ({ url }) => `${url}\n`,
        },
        {
          say: 'Leave Disable Resolve Message off, tick Default (send on all alerts), and press Test, then Save.',
        },
        { say: 'Tags of a rule named severity and service are read.' },
      ],
    },
  ],
}
