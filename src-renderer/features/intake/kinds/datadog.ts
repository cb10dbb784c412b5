import { type KindWords, quoted } from './kind'
import { bareTunnelAddress, cannotReach, doesNotSign, SETTING } from './phrases'

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
      about: `${doesNotSign('Datadog', 'header')} ${cannotReach('Datadog')}`,
      steps: [
        { say: 'Open Integrations › Webhooks, and under Webhooks press New. Name: quarterdeck.' },
        bareTunnelAddress('URL'),
        { say: 'Paste this as Payload, and leave Encode as form off.', code: () => PAYLOAD },
        {
          say: 'Tick Custom Headers and paste this.',
          code: ({ token }) => `{ "X-Quarterdeck-Token": ${quoted(token)} }`,
        },
        {
          say: 'In each monitor write @webhook-quarterdeck into the message, outside of {{#is_alert}}, so that recoveries are sent, too.',
        },
        {
          say: 'The default payload is read as well, but without tags, scope and the key that joins an alert to its recovery.',
        },
        {
          say: `For monitors whose recovery is not sent, enter a time under ${SETTING.quietMinutes} below.`,
        },
      ],
    },
  ],
}
