import type { KindWords } from './kind'

export const intercom: KindWords = {
  title: 'Intercom',
  group: 'people',
  about: 'Conversations and tickets of customers: open until they are closed at Intercom.',
  settings: ['baseUrl'],
  setups: [
    {
      title: 'Webhook of an app',
      about:
        'Intercom sends from its own cloud, to HTTPS only, and cannot reach this machine: give it the address of a tunnel or relay that ends here.',
      steps: [
        {
          say: 'In the Developer Hub choose New app, or open the app of your workspace, and go to Configure › Webhooks.',
        },
        {
          say: 'Endpoint URL: the address of your tunnel with this path.',
          code: ({ url }) => url,
        },
        {
          say: 'Under Topics add conversation.user.created, conversation.user.replied, conversation.admin.replied, conversation.admin.noted, conversation.admin.closed, conversation.admin.opened, conversation.deleted, ticket.created, ticket.state.updated, ticket.closed and ticket.note.created, and save.',
        },
        {
          say: 'Go to Configure › Basic information, copy the Client secret, and enter it here: Intercom signs with it.',
        },
        {
          say: 'If your workspace is in the EU or Australia, enter its address here (https://app.eu.intercom.com or https://app.au.intercom.com), so that links lead there.',
        },
      ],
    },
  ],
}
