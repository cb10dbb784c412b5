import { type KindWords, quoted } from './kind'

const EVENTS = [
  'incident.triggered',
  'incident.acknowledged',
  'incident.unacknowledged',
  'incident.resolved',
  'incident.reopened',
  'incident.priority_updated',
  'incident.escalated',
  'incident.reassigned',
  'incident.delegated',
  'incident.annotated',
  'incident.status_update_published',
  'incident.responder.added',
  'incident.responder.replied',
]

export const pagerduty: KindWords = {
  title: 'PagerDuty',
  group: 'signals',
  about:
    'Incidents of PagerDuty with their acknowledgements, notes and priorities, through a webhook subscription (V3).',
  setups: [
    {
      title: 'Generic Webhook (v3)',
      about: 'A subscription for one service, one team or the whole account.',
      steps: [
        {
          say: 'PagerDuty is a cloud service and cannot reach 127.0.0.1: give it the address of a tunnel or relay that ends here, or use Pull.',
        },
        { say: 'In PagerDuty open Integrations → Generic Webhooks (v3) and press + New Webhook.' },
        {
          say: 'Paste this as Webhook URL, with the host of your tunnel in front.',
          code: ({ url }) => `${url}\n`,
        },
        { say: 'Choose a Scope Type: Account, Team or Service.' },
        {
          say: 'Under Event Subscription tick these. Others are kept as notes, or ignored.',
          code: () => `${EVENTS.join('\n')}\n`,
        },
        {
          say: 'Press Add Webhook. PagerDuty shows a signing secret once: paste it here under Signature.',
        },
        {
          say: 'Back in the list open the webhook and press Send Test Event: it appears here as ignored, with the words that it works.',
        },
      ],
    },
    {
      title: 'API',
      about: 'The same by one request. The answer holds the secret, under delivery_method.secret.',
      steps: [
        {
          say: 'Run this with an API key of PagerDuty, and paste the secret of the answer here under Signature.',
          code: ({ bareUrl, token }) => `curl https://api.pagerduty.com/webhook_subscriptions \\
  -H "Authorization: Token token=$PAGERDUTY_API_KEY" \\
  -H 'Content-Type: application/json' \\
  -d '${JSON.stringify(
    {
      webhook_subscription: {
        type: 'webhook_subscription',
        description: 'Quarterdeck',
        delivery_method: {
          type: 'http_delivery_method',
          url: bareUrl,
          custom_headers: [{ name: 'X-Quarterdeck-Token', value: token }],
        },
        events: EVENTS,
        filter: { type: 'account_reference' },
      },
    },
    null,
    2,
  )}'
`,
        },
      ],
    },
    {
      title: 'Terraform',
      about: 'With the PagerDuty provider.',
      steps: [
        {
          say: 'Add this and apply it. The secret is shown in PagerDuty only: paste it here under Signature.',
          code: ({ url }) => `resource "pagerduty_webhook_subscription" "quarterdeck" {
  delivery_method {
    type = "http_delivery_method"
    url  = ${quoted(url)}
  }
  description = "Quarterdeck"
  events      = ${JSON.stringify(EVENTS)}
  active      = true
  filter {
    type = "account_reference"
  }
  type = "webhook_subscription"
}
`,
        },
      ],
    },
  ],
}
