import type { KindWords } from './kind'
import { cannotReach, secret, SETTING, tunnelAddress } from './phrases'

export const intercom: KindWords = {
  title: 'Intercom',
  group: 'people',
  about: 'Conversations and tickets of customers: open until they are closed at Intercom.',
  settings: ['baseUrl'],
  setups: [
    {
      title: 'Webhook of an app',
      about: `${cannotReach('Intercom')} It takes HTTPS only.`,
      steps: [
        {
          say: 'In the Developer Hub choose New app, or open the app of your workspace, and open Configure › Webhooks.',
        },
        tunnelAddress('Endpoint URL'),
        {
          say: 'Under Topics add conversation.user.created, conversation.user.replied, conversation.admin.replied, conversation.admin.noted, conversation.admin.closed, conversation.admin.opened, conversation.deleted, ticket.created, ticket.state.updated, ticket.closed and ticket.note.created, and save.',
        },
        secret('copy the Client secret of Configure › Basic information, and paste it here.'),
        {
          say: `If your workspace is in the EU or Australia, enter https://app.eu.intercom.com or https://app.au.intercom.com under ${SETTING.baseUrl} below, so that links lead there.`,
        },
      ],
    },
  ],
}
