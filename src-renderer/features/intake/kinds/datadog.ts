import { type KindWords, quoted } from './kind'

/** What the reader knows best: every variable under a name of its own. */
const PAYLOAD = `{
  "quarterdeck": "datadog/1",
  "id": "$ID",
  "alert_id": "$ALERT_ID",
  "alert_cycle_key": "$ALERT_CYCLE_KEY",
  "aggreg_key": "$AGGREG_KEY",
  "transition": "$ALERT_TRANSITION",
  "type": "$ALERT_TYPE",
  "priority": "$ALERT_PRIORITY",
  "title": "$EVENT_TITLE",
  "text": "$TEXT_ONLY_MSG",
  "host": "$HOSTNAME",
  "scope": "$ALERT_SCOPE",
  "tags": "$TAGS",
  "metric": "$ALERT_METRIC",
  "query": "$ALERT_QUERY",
  "event_type": "$EVENT_TYPE",
  "link": "$LINK",
  "snapshot": "$SNAPSHOT",
  "date": "$DATE",
  "last_updated": "$LAST_UPDATED",
  "org": { "id": "$ORG_ID", "name": "$ORG_NAME" }
}
`

export const datadog: KindWords = {
  title: 'Datadog',
  group: 'signals',
  about: 'Monitors of Datadog, through its Webhooks integration.',
  settings: ['quietMinutes'],
  setups: [
    {
      title: 'Webhooks integration',
      about: 'Datadog cannot sign: it proves itself with the token alone, in a header.',
      steps: [
        {
          say: 'Datadog is a cloud service and cannot reach 127.0.0.1: give it the address of a tunnel or relay that ends here.',
        },
        { say: 'In Datadog open Integrations → Webhooks, and under Webhooks press New.' },
        {
          say: 'Name it quarterdeck and paste this as URL, with the host of your tunnel in front.',
          code: ({ bareUrl }) => `${bareUrl}\n`,
        },
        { say: 'Paste this as Payload, and leave Encode as form off.', code: () => PAYLOAD },
        {
          say: 'Tick Custom Headers and paste this.',
          code: ({ token }) => `{ "X-Quarterdeck-Token": ${quoted(token)} }\n`,
        },
        {
          say: 'In each monitor write @webhook-quarterdeck into the message, outside of {{#is_alert}}, so that recoveries are sent, too.',
        },
        {
          say: 'The default payload is read as well, but without tags, scope and the key that joins an alert to its recovery.',
        },
      ],
    },
  ],
}
