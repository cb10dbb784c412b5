import type { KindWords } from './kind'

const PATTERN = `{
  "source": ["aws.cloudwatch", "aws.ecs", "aws.codedeploy", "aws.codepipeline", "aws.codebuild"],
  "detail-type": [
    "CloudWatch Alarm State Change",
    "ECS Deployment State Change",
    "ECS Service Action",
    "ECS Task State Change",
    "CodeDeploy Deployment State-change Notification",
    "CodePipeline Pipeline Execution State Change",
    "CodeBuild Build State Change"
  ]
}
`

const SAAS =
  'EventBridge comes from the internet, over HTTPS only, and cannot reach 127.0.0.1: it needs the address of a relay or tunnel that leads to this port.'

export const eventbridge: KindWords = {
  title: 'Amazon EventBridge',
  group: 'signals',
  about:
    'CloudWatch alarms, ECS, CodeDeploy, CodePipeline and CodeBuild through an API destination.',
  settings: ['production', 'deployments', 'quietMinutes'],
  setups: [
    {
      title: 'AWS console',
      about: SAAS,
      steps: [
        {
          say: 'Amazon EventBridge > API destinations > Connections > Create connection. Authorization type: API key. API key name: X-Quarterdeck-Token. Value: this token.',
          code: ({ token }) => token,
        },
        {
          say: 'API destinations > Create API destination. HTTP method: POST. Connection: the one above. API destination endpoint: this address, with the host of your tunnel and https.',
          code: ({ bareUrl }) => bareUrl,
        },
        {
          say: 'Rules > Create rule, on the default event bus, with this event pattern. Leave out what you do not use.',
          code: () => PATTERN,
        },
        {
          say: 'Select targets: EventBridge API destination, the one above. Configure target input: Matched events. An input transformer would change what is read here.',
        },
        {
          say: 'Below, under Settings: ECS clusters, deployment groups and stages that are production; and pipelines and build projects that deploy. A pipeline named there counts as one deployment: do not add "CodePipeline Action Execution State Change" to the rule as well, which tells of each deploying stage instead.',
        },
      ],
    },
    {
      title: 'AWS CLI',
      about: SAAS,
      steps: [
        {
          say: 'Make the connection and the destination; put the host of your tunnel in.',
          code: ({ bareUrl, token }) =>
            `aws events create-connection --name quarterdeck \\
  --authorization-type API_KEY \\
  --auth-parameters 'ApiKeyAuthParameters={ApiKeyName=X-Quarterdeck-Token,ApiKeyValue=${token}}'
aws events create-api-destination --name quarterdeck --http-method POST \\
  --connection-arn "$(aws events describe-connection --name quarterdeck --query ConnectionArn --output text)" \\
  --invocation-endpoint ${bareUrl.replace(/^http:\/\/[^/]+/, 'https://your-tunnel.example')}
`,
        },
        { say: 'Keep the event pattern as pattern.json.', code: () => PATTERN },
        {
          say: 'Make the rule, with a role that may invoke the destination (events:InvokeApiDestination).',
          code: () =>
            `aws events put-rule --name quarterdeck --event-pattern file://pattern.json
aws events put-targets --rule quarterdeck --targets "Id=quarterdeck,\\
Arn=$(aws events describe-api-destination --name quarterdeck --query ApiDestinationArn --output text),\\
RoleArn=arn:aws:iam::123456789012:role/your-role"
`,
        },
      ],
    },
  ],
}
