import { type KindWords, quoted } from './kind'
import { cannotReachOrPull, secret, SETTING, thisAddress, tokenHeader } from './phrases'

export const grafana: KindWords = {
  title: 'Grafana',
  group: 'signals',
  about:
    'Alert rules of Grafana, through a webhook contact point; also the notification channels of Grafana 10 and before.',
  settings: ['signatureHeader', 'timestampHeader', 'quietMinutes'],
  setups: [
    {
      title: 'Contact point',
      about: `Every alert goes here beside your other contact points. ${cannotReachOrPull('Grafana Cloud')}`,
      steps: [
        {
          say: 'Open Alerting › Contact points (in newer versions Alerting › Notification configuration › Contact points) and press + Add contact point. Name: quarterdeck. Integration: Webhook. HTTP Method stays POST.',
        },
        thisAddress('URL'),
        secret(
          `from Grafana 12 on, enter the same under Optional Webhook settings › HMAC Signature › Secret. Header stays empty, or is the same under ${SETTING.signatureHeader} below.`,
        ),
        {
          say: `To be safe against repeats, also fill Timestamp Header, such as X-Grafana-Alerting-Timestamp, and enter the same under ${SETTING.timestampHeader} below.`,
        },
        {
          say: 'Under Notification settings leave “Disable resolved message” off, and Custom Payload empty. Press Test, then Save contact point.',
        },
        {
          say: 'Open Alerting › Notification policies, and add a policy with this contact point and “Continue matching subsequent sibling nodes” on; or choose it as the default contact point.',
        },
      ],
    },
    {
      title: 'Provisioning file',
      about: `The same as a file. ${cannotReachOrPull('Grafana Cloud')}`,
      steps: [
        {
          say: 'Save this as provisioning/alerting/quarterdeck.yaml and restart Grafana.',
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
        { say: 'Name the contact point in a notification policy.' },
      ],
    },
    {
      title: 'Token in a header',
      about: 'From Grafana 12 on, so that the address holds no secret.',
      steps: [
        { say: 'URL: this address.', code: ({ bareUrl }) => bareUrl },
        tokenHeader('Optional Webhook settings › Extra Headers'),
      ],
    },
    {
      title: 'Grafana 10 and before',
      about: 'Legacy alerting, with rules in panels.',
      steps: [
        {
          say: 'Open Alerting › Notification channels › New channel. Type: webhook. Http Method: POST.',
        },
        thisAddress('Url'),
        {
          say: 'Leave Disable Resolve Message off, tick Default (send on all alerts), and press Test, then Save.',
        },
        { say: 'Tags of a rule named severity and service are read.' },
      ],
    },
  ],
}
