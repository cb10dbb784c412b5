import { type KindWords, quoted } from './kind'

export const zendesk: KindWords = {
  title: 'Zendesk',
  group: 'people',
  about: 'Support tickets: open while they are open at Zendesk, with their comments as notes.',
  settings: ['baseUrl'],
  setups: [
    {
      title: 'Event webhook',
      about:
        'Zendesk sends from its own cloud and cannot reach this machine: give it the address of a tunnel or relay that ends here.',
      steps: [
        {
          say: 'In the Admin Center open Apps and integrations › Webhooks › Create webhook and choose Zendesk events.',
        },
        {
          say: 'Select the ticket events Ticket created, Ticket status changed, Ticket priority changed, Ticket subject changed, Ticket comment added, Ticket merged, Ticket marked as spam and Ticket soft deleted.',
        },
        {
          say: 'Endpoint URL: the address of your tunnel with this path. Request method POST, request format JSON, authentication None.',
          code: ({ url }) => url,
        },
        {
          say: 'Create the webhook, open it, choose Show secret under Signing secret, and enter that secret here.',
        },
        {
          say: 'Enter the address of your Zendesk here (https://….zendesk.com), so that tickets link to it.',
        },
      ],
    },
    {
      title: 'Trigger',
      about:
        'Where the account has no ticket events, or only some tickets should come: a trigger with a webhook.',
      steps: [
        {
          say: 'In the Admin Center open Apps and integrations › Webhooks › Create webhook, choose Trigger or automation, and give it this address through your tunnel, with method POST and format JSON.',
          code: ({ url }) => url,
        },
        { say: 'Copy its Signing secret and enter it here.' },
        {
          say: 'Open Objects and rules › Business rules › Triggers › Create trigger. Under “Meet any of the following conditions” add Ticket is Created and Ticket is Updated.',
        },
        {
          say: 'Under Actions choose Notify by › Active webhook, your webhook, and paste this as the JSON body.',
          code: () => `{
  "quarterdeck": "zendesk/1",
  "id": "{{ticket.id}}",
  "subject": "{{ticket.title}}",
  "description": "{{ticket.description}}",
  "status": "{{ticket.status}}",
  "priority": "{{ticket.priority}}",
  "type": "{{ticket.ticket_type}}",
  "requester": "{{ticket.requester.name}}",
  "organization": "{{ticket.organization.name}}",
  "assignee": "{{ticket.assignee.name}}",
  "group": "{{ticket.group.name}}",
  "tags": "{{ticket.tags}}",
  "channel": "{{ticket.via}}",
  "url": "{{ticket.link}}",
  "created_at": "{{ticket.created_at_with_timestamp}}",
  "updated_at": "{{ticket.updated_at_with_timestamp}}"
}
`,
        },
        {
          say: `For comments as notes make a second trigger with the condition Comment is Present, and add the lines ${quoted('comment')}: “{{ticket.latest_comment}}” and ${quoted('actor')}: “{{current_user.name}}” to the same JSON.`,
        },
      ],
    },
  ],
}
