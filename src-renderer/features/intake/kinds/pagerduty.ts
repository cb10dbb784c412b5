import { type KindWords, quoted } from './kind'
import { cannotReachOrPull, secret, tunnelAddress } from './phrases'

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
      about: `A subscription for one service, one team or the whole account. ${cannotReachOrPull('PagerDuty')}`,
      steps: [
        { say: 'Open Integrations › Generic Webhooks (v3) › + New Webhook.' },
        tunnelAddress('Webhook URL'),
        { say: 'Choose a Scope Type: Account, Team or Service.' },
        {
          say: 'Under Event Subscription tick these. Others are kept as notes, or ignored.',
          code: () => `${EVENTS.join('\n')}\n`,
        },
        secret('press Add Webhook. PagerDuty shows a signing secret, this once. Paste it here.'),
        {
          say: 'Back in the list open the webhook and press Send Test Event: it appears here as ignored, with the words that it works.',
        },
      ],
    },
    {
      title: 'API',
      about: `The same by one request. ${cannotReachOrPull('PagerDuty')}`,
      steps: [
        {
          say: 'Run this with an API key of PagerDuty, and with the host of your tunnel or relay in the address.',
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
        secret('the answer holds it, under delivery_method.secret. Paste it here.'),
      ],
    },
    {
      title: 'Terraform',
      about: `With the PagerDuty provider. ${cannotReachOrPull('PagerDuty')}`,
      steps: [
        {
          say: 'Add this, with the host of your tunnel or relay in the address, and apply it.',
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
        secret('it is shown in PagerDuty only. Paste it here.'),
      ],
    },
  ],
}
