import type { KindWords } from './kind'
import {
  cannotReachOrPull,
  doesNotSign,
  secret,
  SETTING,
  thisAddress,
  tunnelAddress,
} from './phrases'

export const sentry: KindWords = {
  title: 'Sentry',
  group: 'signals',
  about:
    'Issues, alert rules, metric alerts and comments of Sentry, through an internal integration.',
  settings: ['quietMinutes'],
  setups: [
    {
      title: 'Internal integration',
      about: `${cannotReachOrPull('sentry.io')} Your own Sentry needs an address that it can reach.`,
      steps: [
        {
          say: 'Open Settings › Custom Integrations (in older versions Developer Settings) › Create New Integration, choose Internal Integration and Next. Name: Quarterdeck.',
        },
        tunnelAddress('Webhook URL'),
        { say: 'Switch Alert Rule Action on, so that alert rules can name it.' },
        {
          say: 'Under Permissions set Issue & Event to Read. Under Webhooks tick issue and comment, and seer if you use it. Do not tick error: every single error would be sent.',
        },
        secret(
          'press Save Changes, copy the Client Secret, and paste it here. Sentry shows it only for a while.',
        ),
        {
          say: `Under Alerts give a rule the action “Send a notification via an integration” with Quarterdeck. An alert rule never says that it is over: the issue does, so keep issue ticked. One that is silent for two days counts as over, or for as long as ${SETTING.quietMinutes} below says.`,
        },
      ],
    },
    {
      title: 'Legacy WebHooks plugin',
      about: `For older Sentry. ${doesNotSign('The plugin', 'address')} It says nothing when an issue is resolved.`,
      steps: [
        {
          say: 'In the project open Settings › Legacy Integrations › WebHooks and switch it on.',
        },
        thisAddress('Callback URLs'),
        {
          say: `In an alert rule choose “Send a notification via WebHooks”. An issue that is silent for two days counts as over, or for as long as ${SETTING.quietMinutes} below says.`,
        },
      ],
    },
  ],
}
