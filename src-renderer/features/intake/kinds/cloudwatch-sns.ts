import { type KindWords, quoted } from './kind'

export const cloudwatchSns: KindWords = {
  title: 'CloudWatch by SNS',
  group: 'signals',
  about:
    'CloudWatch alarms through an Amazon SNS topic. Each message is checked with the certificate of SNS.',
  settings: ['topics', 'production', 'deployments', 'quietMinutes'],
  setups: [
    {
      title: 'AWS console',
      about:
        'SNS comes from the internet and cannot reach 127.0.0.1: it needs an HTTPS address of a relay or tunnel that leads to this port. Quarterdeck itself reads the certificate at sns.<region>.amazonaws.com.',
      steps: [
        {
          say: 'Below, under Settings, add the ARN of the topic to "Topics that may be subscribed to". Subscriptions of other topics are ignored.',
        },
        {
          say: 'Amazon SNS > Topics > your topic > Create subscription. Protocol: HTTPS. Endpoint: this address, with the host of your tunnel in place of 127.0.0.1. Leave "Enable raw message delivery" off: it takes the signature away.',
          code: ({ url }) => url,
        },
        {
          say: 'Here, in the feed: the delivery "SubscriptionConfirmation" waits for you. Open it and confirm. Nothing is confirmed by itself; SNS takes a yes for 3 days.',
        },
        {
          say: 'CloudWatch > Alarms > your alarm > Edit > Configure actions: send a notification to the topic for "In alarm" and, so that a fix is seen, for "OK".',
        },
      ],
    },
    {
      title: 'AWS CLI',
      about:
        'The same from a shell. The host of the address must be the one of your relay or tunnel, and HTTPS.',
      steps: [
        {
          say: 'Below, under Settings, add the ARN of the topic to "Topics that may be subscribed to".',
        },
        {
          say: 'Subscribe, and let the topic sign with SHA-256 instead of SHA-1. Put your topic in.',
          code: ({ url }) =>
            `TOPIC=arn:aws:sns:eu-west-1:123456789012:alarms
aws sns set-topic-attributes --topic-arn "$TOPIC" \\
  --attribute-name SignatureVersion --attribute-value 2
aws sns subscribe --topic-arn "$TOPIC" --protocol https \\
  --notification-endpoint ${quoted(url)}
`,
        },
        { say: 'Open the delivery that waits in the feed and confirm it.' },
        {
          say: 'Give each alarm the topic for both ways.',
          code: () =>
            `aws cloudwatch put-metric-alarm --alarm-name … \\
  --alarm-actions "$TOPIC" --ok-actions "$TOPIC" …
`,
        },
      ],
    },
  ],
}
