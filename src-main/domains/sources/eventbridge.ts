import type { Timestamp } from '#contract/primitives'
import { acceptsJson } from './body'
import { readAlarm } from './eventbridge-alarm'
import { readBuild } from './eventbridge-build'
import { readAction, readDeployment, readPipeline } from './eventbridge-code'
import { readRollout, readService, readTask } from './eventbridge-ecs'
import { type AwsEvent, isEvent, typeOf } from './eventbridge-event'
import { type Reading, type SourceReader, type SourceRequest, Unreadable } from './source'
import { ignored, TEST, together } from './telling'
import { entryOf, isObject, keyOfAll, listOf, toKey, valueAt } from './values'

/**
 * Events of Amazon EventBridge through an API destination, whole as they are: CloudWatch alarms, ECS, CodeDeploy,
 * CodePipeline and CodeBuild. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
 */
export const eventbridge: SourceReader = {
  kind: 'eventbridge',
  accepts: acceptsJson,
  deliveryKey: ({ body }) => keyOfAll(eventsIn(body).map((event) => toKey(valueAt(event, 'id')))),
  read,
  example,
}

/** One, or a batch of a pipe. */
const eventsIn = (body: unknown): readonly unknown[] =>
  Array.isArray(body) ? listOf(body) : [body]

function read(request: SourceRequest): Reading {
  const events = eventsIn(request.body).filter((event) => isEvent(event))
  if (events.length === 0) {
    throw new Unreadable(
      'This is not an event of EventBridge: it has no `detail-type` and `source`. Set the target of the rule to the matched' +
        ' event, without an input transformer.',
    )
  }
  return together(events.map((event) => readEvent(event, request)))
}

const READERS: Readonly<Record<string, (event: AwsEvent, request: SourceRequest) => Reading>> = {
  'CloudWatch Alarm State Change': (event, { receivedAt }) => readAlarm(event, receivedAt),
  'ECS Deployment State Change': readRollout,
  'ECS Service Action': readService,
  'ECS Daemon Service Action': readService,
  'ECS Task State Change': readTask,
  'CodeDeploy Deployment State-change Notification': readDeployment,
  'CodePipeline Pipeline Execution State Change': readPipeline,
  'CodePipeline Action Execution State Change': readAction,
  'CodeBuild Build State Change': readBuild,
}

/** What is said beside what counts, and why it is left. */
const IGNORED: Readonly<Record<string, string>> = {
  'CloudWatch Alarm Configuration Change':
    'an alarm was set up, edited or deleted, which is no state of it',
  'ECS Container Instance State Change':
    'the resources or the agent of a container instance changed, which is part of normal work',
  'CodeDeploy Instance State-change Notification':
    'it is about one machine of a deployment: the deployment tells how it goes',
  'CodePipeline Stage Execution State Change':
    'it is about one stage: the pipeline tells how it goes',
  'CodeBuild Build Phase Change': 'it is about one phase: the build tells how it goes',
}

/** What one event says, whichever way it came. */
export function readEvent(event: AwsEvent, request: SourceRequest): Reading {
  const type = typeOf(event)
  if (!isObject(valueAt(event, 'detail'))) return ignored(`“${type}” came without its detail`)
  const reader = entryOf(READERS, type)
  if (reader) return reader(event, request)
  const why =
    entryOf(IGNORED, type) ??
    'only CloudWatch alarms, ECS, CodeDeploy, CodePipeline and CodeBuild are read; leave it out of the rule'
  return ignored(`“${type}”: ${why}`)
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  const time = new Date(now).toISOString()
  const [value, previous] = status === 'firing' ? ['ALARM', 'OK'] : ['OK', 'ALARM']
  return {
    version: '0',
    id: `test-${status}-${now}`,
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    account: '123456789012',
    time,
    region: 'eu-west-1',
    resources: ['arn:aws:cloudwatch:eu-west-1:123456789012:alarm:quarterdeck-test'],
    detail: {
      alarmName: 'quarterdeck-test',
      configuration: {
        description: TEST.text,
      },
      previousState: { value: previous },
      state: { value, reason: 'Test event from Quarterdeck', timestamp: time },
    },
  }
}
