import type { KindWords } from './kind'

export const jira: KindWords = {
  title: 'Jira',
  group: 'people',
  about:
    'Issues of Jira and Jira Service Management: open until their status is done, with their comments as notes.',
  settings: ['baseUrl'],
  setups: [
    {
      title: 'Data Center',
      about: 'Jira in your own network can reach the listener directly.',
      steps: [
        {
          say: 'Go to Administration › System › Advanced › WebHooks and choose Create a WebHook.',
        },
        { say: 'URL: this address.', code: ({ url }) => url },
        {
          say: 'Enter a secret there and the same here. Older versions have no field for it: then only the address is the secret.',
        },
        {
          say: 'Enter a JQL for the issues that are operations, and under Events tick Issue created, updated, deleted and Comment created. Leave Exclude body off.',
          code: () => 'project = OPS AND issuetype in (Incident, Bug)\n',
        },
      ],
    },
    {
      title: 'Cloud',
      about:
        'Jira Cloud cannot reach this machine: give it the address of a tunnel or relay that ends here.',
      steps: [
        {
          say: 'As an administrator go to Settings › System › WebHooks and choose Create a WebHook. Only webhooks made there are signed, those of apps are not.',
        },
        {
          say: 'URL: the address of your tunnel with this path. Choose Generate secret, copy it, and enter it here.',
          code: ({ url }) => url,
        },
        {
          say: 'Enter a JQL for the issues that are operations, and under Events tick Issue created, updated, deleted and Comment created.',
          code: () => 'project = OPS AND issuetype in (Incident, Bug)\n',
        },
      ],
    },
  ],
}
