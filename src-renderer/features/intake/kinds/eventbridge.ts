import { type KindWords, pathOf, quoted } from './kind'
import { bareTunnelAddress, cannotReach, SETTING, tokenHeader } from './phrases'

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

const REACH = `${cannotReach('EventBridge')} It takes HTTPS only.`

export const eventbridge: KindWords = {
  title: 'Amazon EventBridge',
  group: 'signals',
  about:
    'CloudWatch alarms, ECS, CodeDeploy, CodePipeline and CodeBuild through an API destination.',
  settings: ['production', 'deployments', 'quietMinutes'],
  setups: [
    {
      title: 'AWS console',
      about: REACH,
      steps: [
        tokenHeader(
          'Open Amazon EventBridge › API destinations › Connections › Create connection. Authorization type: API key. API key name and Value',
        ),
        bareTunnelAddress(
          'Open API destinations › Create API destination. HTTP method: POST. Connection: the one above. API destination endpoint',
        ),
        {
          say: 'Open Rules › Create rule, on the default event bus, with this event pattern. Leave out what you do not use.',
          code: () => PATTERN,
        },
        {
          say: 'Under Select targets choose EventBridge API destination, the one above. Configure target input: Matched events. An input transformer would change what is read here.',
        },
        {
          say: `Under ${SETTING.production} below, enter ECS clusters, deployment groups and stages that are; under ${SETTING.deployments}, pipelines and build projects. A pipeline named there counts as one deployment: do not add “CodePipeline Action Execution State Change” to the rule as well, which tells of each deploying stage instead.`,
        },
      ],
    },
    {
      title: 'AWS CLI',
      about: `The same from a shell. ${REACH}`,
      steps: [
        {
          say: 'Put your tunnel or relay into the first line. This makes the connection and the destination.',
          code: ({ bareUrl, token }) =>
            `TUNNEL="https://hooks.example.com"
TOKEN=${quoted(token)}
aws events create-connection --name quarterdeck \\
  --authorization-type API_KEY \\
  --auth-parameters "ApiKeyAuthParameters={ApiKeyName=X-Quarterdeck-Token,ApiKeyValue=$TOKEN}"
aws events create-api-destination --name quarterdeck --http-method POST \\
  --connection-arn "$(aws events describe-connection --name quarterdeck --query ConnectionArn --output text)" \\
  --invocation-endpoint "$TUNNEL"${quoted(pathOf(bareUrl))}
`,
        },
        { say: 'Keep the event pattern as pattern.json.', code: () => PATTERN },
        {
          say: 'Put a role that may invoke the destination (events:InvokeApiDestination) into the first line. This makes the rule.',
          code: () =>
            `ROLE="arn:aws:iam::123456789012:role/quarterdeck-events"
aws events put-rule --name quarterdeck --event-pattern file://pattern.json
aws events put-targets --rule quarterdeck --targets "Id=quarterdeck,\\
Arn=$(aws events describe-api-destination --name quarterdeck --query ApiDestinationArn --output text),\\
RoleArn=$ROLE"
`,
        },
      ],
    },
  ],
}
