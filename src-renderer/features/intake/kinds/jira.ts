import type { KindWords, Step } from './kind'
import { canReach, cannotReach, secret, SETTING, thisAddress, tunnelAddress } from './phrases'

const EVENTS: Step = {
  say: 'Enter a JQL for the issues that are operations, and under Events tick Issue created, updated, deleted and Comment created. Leave Exclude body off.',
  code: () => 'project = OPS AND issuetype in (Incident, Bug)',
}
const PAGES: Step = {
  say: `For links to issues enter where people read them under ${SETTING.baseUrl} below, if it is another address than that of the API.`,
}

export const jira: KindWords = {
  title: 'Jira',
  group: 'people',
  about:
    'Issues of Jira and Jira Service Management: open until their status is done, with their comments as notes.',
  settings: ['baseUrl'],
  setups: [
    {
      title: 'Cloud',
      about: cannotReach('Jira Cloud'),
      steps: [
        {
          say: 'As an administrator open Settings › System › WebHooks › Create a WebHook. Only webhooks made there are signed, those of apps are not.',
        },
        tunnelAddress('URL'),
        secret('press Generate secret there, copy it, and paste it here.'),
        EVENTS,
        PAGES,
      ],
    },
    {
      title: 'Data Center',
      about: canReach('Jira Data Center'),
      steps: [
        { say: 'Open Administration › System › Advanced › WebHooks › Create a WebHook.' },
        thisAddress('URL'),
        secret(
          'make one here or there, and enter the same as Secret in Jira. Older versions have no field for it: then the token in the address is the proof.',
        ),
        EVENTS,
        PAGES,
      ],
    },
  ],
}
