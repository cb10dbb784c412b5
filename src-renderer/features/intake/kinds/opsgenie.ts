import type { KindWords } from './kind'
import { bareTunnelAddress, cannotReach, doesNotSign, SETTING, tokenHeader } from './phrases'

const ACTIONS = {
  say: 'Under Alert actions keep created, acknowledged, unacknowledged, closed, deleted, a note is added, priority is updated, and those you want to see as notes.',
}

export const opsgenie: KindWords = {
  title: 'Opsgenie',
  group: 'signals',
  about: 'Alerts of Opsgenie, and of Jira Service Management, which takes its place.',
  settings: ['baseUrl'],
  setups: [
    {
      title: 'Opsgenie',
      about: `${doesNotSign('Opsgenie', 'header')} ${cannotReach('Opsgenie')}`,
      steps: [
        {
          say: 'Open Settings › Integrations › Add integration, choose Webhook and press Continue. Name: Quarterdeck. Then press Edit settings.',
        },
        bareTunnelAddress('Webhook URL'),
        tokenHeader('Custom Headers'),
        { say: 'Tick Add alert description to payload and Add alert details to payload.' },
        ACTIONS,
        { say: 'Save, and press Turn on integration.' },
        {
          say: `For links to alerts enter your account, such as https://example.app.opsgenie.com, under ${SETTING.baseUrl} below.`,
        },
      ],
    },
    {
      title: 'Jira Service Management',
      about: `The same body, from a Premium or Enterprise plan. ${cannotReach('Jira Service Management')}`,
      steps: [
        {
          say: 'Open Operations › Integrations › Add integration and choose Webhook (outgoing).',
        },
        bareTunnelAddress('Webhook URL'),
        tokenHeader('Custom header'),
        ACTIONS,
        { say: 'Turn the integration on.' },
      ],
    },
  ],
}
