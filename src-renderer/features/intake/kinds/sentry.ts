import type { KindWords } from './kind'

export const sentry: KindWords = {
  title: 'Sentry',
  group: 'signals',
  about:
    'Issues, alert rules, metric alerts and comments of Sentry, through an internal integration.',
  settings: ['quietMinutes'],
  setups: [
    {
      title: 'Internal integration',
      about: 'For Sentry in the cloud and your own.',
      steps: [
        {
          say: 'sentry.io cannot reach 127.0.0.1: give it the address of a tunnel or relay that ends here, or use Pull. Your own Sentry needs an address it can reach.',
        },
        {
          say: 'In Sentry open Settings → Custom Integrations (in older versions Developer Settings), press Create New Integration, choose Internal Integration and Next.',
        },
        {
          say: 'Name it Quarterdeck and paste this as Webhook URL.',
          code: ({ url }) => `${url}\n`,
        },
        { say: 'Switch Alert Rule Action on, so that alert rules can name it.' },
        {
          say: 'Under Permissions set Issue & Event to Read. Under Webhooks tick issue and comment, and seer if you use it. Do not tick error: every single error would be sent.',
        },
        {
          say: 'Press Save Changes. Copy the Client Secret and paste it here under Signature: Sentry shows it only for a while.',
        },
        {
          say: 'In Alerts, give a rule the action "Send a notification via an integration" with Quarterdeck. An alert rule never says that it is over: the issue does, so keep issue ticked.',
        },
      ],
    },
    {
      title: 'Legacy WebHooks plugin',
      about: 'For older Sentry. It does not sign, and says nothing when an issue is resolved.',
      steps: [
        {
          say: 'In the project open Settings → Legacy Integrations → WebHooks, switch it on and paste this under Callback URLs.',
          code: ({ url }) => `${url}\n`,
        },
        {
          say: 'In an alert rule choose "Send a notification via WebHooks". An issue counts as over when it is silent for two days, or for as long as you say here.',
        },
      ],
    },
  ],
}
