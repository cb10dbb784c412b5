import { type KindWords, pathOf, quoted } from './kind'
import { cannotReach, SETTING } from './phrases'

const NAME_TOPIC = {
  say: `Under ${SETTING.topics} below, add the ARN of the topic. Subscriptions of other topics are ignored.`,
}

export const cloudwatchSns: KindWords = {
  title: 'CloudWatch by SNS',
  group: 'signals',
  about:
    'CloudWatch alarms through an Amazon SNS topic. Each message is checked with the certificate of SNS.',
  settings: ['topics', 'production', 'deployments', 'quietMinutes'],
  setups: [
    {
      title: 'AWS console',
      about: `${cannotReach('Amazon SNS')} It takes HTTPS only. Quarterdeck itself reads the certificate at sns.<region>.amazonaws.com.`,
      steps: [
        NAME_TOPIC,
        {
          say: 'Open Amazon SNS › Topics › your topic › Create subscription. Protocol: HTTPS. Leave “Enable raw message delivery” off: it takes the signature away. Endpoint: the address of your tunnel or relay, with this path.',
          code: ({ url }) => url,
        },
        {
          say: 'Here, under Deliveries: the SubscriptionConfirmation waits for you. Open it and confirm. Nothing is confirmed by itself; SNS takes a yes for 3 days.',
        },
        {
          say: 'Open CloudWatch › Alarms › your alarm › Edit › Configure actions: send a notification to the topic for “In alarm” and, so that a fix is seen, for “OK”.',
        },
      ],
    },
    {
      title: 'AWS CLI',
      about: `The same from a shell. ${cannotReach('Amazon SNS')} It takes HTTPS only.`,
      steps: [
        NAME_TOPIC,
        {
          say: 'Put your topic and your tunnel or relay into the first two lines. The topic then signs with SHA-256 instead of SHA-1, and asks for the subscription.',
          code: ({ url }) =>
            `TOPIC="arn:aws:sns:eu-west-1:123456789012:alarms"
TUNNEL="https://hooks.example.com"
aws sns set-topic-attributes --topic-arn "$TOPIC" \\
  --attribute-name SignatureVersion --attribute-value 2
aws sns subscribe --topic-arn "$TOPIC" --protocol https \\
  --notification-endpoint "$TUNNEL"${quoted(pathOf(url))}
`,
        },
        { say: 'Here, under Deliveries: open the SubscriptionConfirmation and confirm it.' },
        {
          say: 'Give each alarm the topic for both ways: add these to the put-metric-alarm that it was made with.',
          code: () => `--alarm-actions "$TOPIC" --ok-actions "$TOPIC"`,
        },
      ],
    },
  ],
}
