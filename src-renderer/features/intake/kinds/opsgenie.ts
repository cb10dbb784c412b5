import type { KindWords } from './kind'

export const opsgenie: KindWords = {
  title: 'Opsgenie',
  group: 'signals',
  about: 'Alerts of Opsgenie, and of Jira Service Management, which takes its place.',
  settings: ['baseUrl'],
  setups: [
    {
      title: 'Opsgenie',
      about: 'Opsgenie cannot sign: it proves itself with the token alone, in a header.',
      steps: [
        {
          say: 'Opsgenie is a cloud service and cannot reach 127.0.0.1: give it the address of a tunnel or relay that ends here.',
        },
        {
          say: 'In Opsgenie open Settings → Integrations → Add integration, choose Webhook, name it Quarterdeck and press Continue.',
        },
        {
          say: 'Press Edit settings and paste this as Webhook URL, with the host of your tunnel in front.',
          code: ({ bareUrl }) => `${bareUrl}\n`,
        },
        {
          say: 'Under Custom Headers add X-Quarterdeck-Token with this value. Tick Add alert description to payload and Add alert details to payload.',
          code: ({ token }) => `${token}\n`,
        },
        {
          say: 'Under Alert actions keep created, acknowledged, unacknowledged, closed, deleted, a note is added, priority is updated, and those you want to see as notes.',
        },
        { say: 'Save, and press Turn on integration.' },
        {
          say: 'For links to alerts enter the address of your account here, such as https://example.app.opsgenie.com.',
        },
      ],
    },
    {
      title: 'Jira Service Management',
      about: 'The same body, from a Premium or Enterprise plan.',
      steps: [
        {
          say: 'In Jira Service Management open Operations → Integrations → Add integration and choose Webhook (outgoing).',
        },
        {
          say: 'Paste this as Webhook URL, with the host of your tunnel in front.',
          code: ({ bareUrl }) => `${bareUrl}\n`,
        },
        {
          say: 'Add the custom header X-Quarterdeck-Token with this value.',
          code: ({ token }) => `${token}\n`,
        },
        { say: 'Choose the alert actions as for Opsgenie, and turn the integration on.' },
      ],
    },
  ],
}
