import type { KindWords } from './kind'

export const splunk: KindWords = {
  title: 'Splunk',
  group: 'signals',
  about: 'Saved searches of Splunk Enterprise with the alert action "Webhook".',
  settings: ['quietMinutes'],
  setups: [
    {
      title: 'Alert action',
      about:
        'Splunk sends the first row only and never says that it is right again: an alert that is silent for 4 hours counts as over, or as long as you say under Settings. Splunk Cloud cannot reach 127.0.0.1: it needs a relay or tunnel, and its address on the allow list for webhooks.',
      steps: [
        {
          say: 'Search & Reporting > your search > Save As > Alert; or Settings > Searches, reports, and alerts > Edit > Edit Alert.',
        },
        {
          say: 'Trigger: "For each result" makes one ticket a row, "Once" one ticket a search. Throttle only what repeats within a few minutes.',
        },
        {
          say: 'Trigger Actions > Add Actions > Webhook. URL: this address.',
          code: ({ url }) => url,
        },
        {
          say: 'Let the search say what should be known of each row. These fields are read: host or dest, service, severity or urgency (critical, high, medium, low, informational), description.',
          code: () =>
            `… | stats count, latest(_time) as _time by host
| where count > 20
| eval severity="high", service="checkout", description=count." failed logins on ".host
`,
        },
      ],
    },
  ],
}
