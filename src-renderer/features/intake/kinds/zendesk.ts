import type { KindWords } from './kind'
import { cannotReach, secret, SETTING, tunnelAddress } from './phrases'

const SECRET = secret(
  'open the webhook, choose Show secret under Signing secret, and paste it here.',
)
const PAGES = {
  say: `For links to tickets enter your Zendesk, such as https://example.zendesk.com, under ${SETTING.baseUrl} below.`,
}

export const zendesk: KindWords = {
  title: 'Zendesk',
  group: 'people',
  about: 'Support tickets: open while they are open at Zendesk, with their comments as notes.',
  settings: ['baseUrl'],
  setups: [
    {
      title: 'Event webhook',
      about: cannotReach('Zendesk'),
      steps: [
        {
          say: 'In the Admin Center open Apps and integrations › Webhooks › Create webhook and choose Zendesk events.',
        },
        {
          say: 'Select the ticket events Ticket created, Ticket status changed, Ticket priority changed, Ticket subject changed, Ticket comment added, Ticket merged, Ticket marked as spam and Ticket soft deleted.',
        },
        tunnelAddress(
          'Endpoint URL',
          ' Request method: POST. Request format: JSON. Authentication: None. Then create the webhook.',
        ),
        SECRET,
        PAGES,
      ],
    },
    {
      title: 'Trigger',
      about: `Where the account has no ticket events, or only some tickets should come: a trigger with a webhook. ${cannotReach('Zendesk')}`,
      steps: [
        {
          say: 'In the Admin Center open Apps and integrations › Webhooks › Create webhook and choose Trigger or automation.',
        },
        tunnelAddress(
          'Endpoint URL',
          ' Request method: POST. Request format: JSON. Authentication: None. Then create the webhook.',
        ),
        SECRET,
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
          say: 'For comments as notes make a second trigger with the condition Comment is Present, and add these lines to the same JSON.',
          code: () => `"comment": "{{ticket.latest_comment}}",
"actor": "{{current_user.name}}",
`,
        },
        PAGES,
      ],
    },
  ],
}
