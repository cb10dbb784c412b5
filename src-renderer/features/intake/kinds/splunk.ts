import type { KindWords } from './kind'
import { cannotReach, doesNotSign, SETTING, thisAddress } from './phrases'

export const splunk: KindWords = {
  title: 'Splunk',
  group: 'signals',
  about: 'Saved searches of Splunk Enterprise with the alert action “Webhook”.',
  settings: ['quietMinutes'],
  setups: [
    {
      title: 'Alert action',
      about: `${doesNotSign('Splunk', 'address')} ${cannotReach('Splunk Cloud')} It also needs that address on its allow list for webhooks.`,
      steps: [
        {
          say: 'Open Search & Reporting › your search › Save As › Alert; or Settings › Searches, reports, and alerts › Edit › Edit Alert.',
        },
        {
          say: 'Trigger: “For each result” makes one ticket a row, “Once” one ticket a search. Throttle only what repeats within a few minutes.',
        },
        thisAddress('Open Trigger Actions › Add Actions › Webhook. URL'),
        {
          say: 'Let the search say what should be known of each row. These fields are read: host or dest, service, severity or urgency (critical, high, medium, low, informational), description.',
          code: () =>
            `index=main "Failed password"
| stats count, latest(_time) as _time by host
| where count > 20
| eval severity="high", service="checkout", description=count." failed logins on ".host
`,
        },
        {
          say: `Splunk sends the first row only and never says that it is right again: an alert that is silent for 4 hours counts as over, or for as long as ${SETTING.quietMinutes} below says.`,
        },
      ],
    },
  ],
}
