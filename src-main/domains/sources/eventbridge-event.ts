import { readAlarm } from './eventbridge-alarm'
import { readBuild } from './eventbridge-build'
import { readAction, readDeployment, readPipeline } from './eventbridge-code'
import { readRollout, readService, readTask } from './eventbridge-ecs'
import type { Reading, SourceRequest } from './source'
import { isObject, toLine, valueAt } from './values'

export type AwsEvent = Record<string, unknown>
type Read = (event: AwsEvent, request: SourceRequest) => Reading

/** What is said beside what counts, and why it is left. */
const LEFT: Readonly<Record<string, string>> = {
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

const READERS: Readonly<Record<string, Read>> = {
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

/** Notification rules of the developer tools write `detailType` where EventBridge writes `detail-type`. */
const typeOf = (event: unknown) =>
  toLine(valueAt(event, 'detail-type')) || toLine(valueAt(event, 'detailType'))

export function isEvent(value: unknown): value is AwsEvent {
  return isObject(value) && typeOf(value) !== '' && toLine(valueAt(value, 'source')) !== ''
}

export function readEvent(event: AwsEvent, request: SourceRequest): Reading {
  const type = typeOf(event)
  if (!isObject(valueAt(event, 'detail')))
    return { signals: [], ignored: `"${type}" came without its detail` }
  if (Object.hasOwn(READERS, type)) return READERS[type]!(event, request)
  const why = Object.hasOwn(LEFT, type)
    ? LEFT[type]!
    : 'only CloudWatch alarms, ECS, CodeDeploy, CodePipeline and CodeBuild are read; leave it out of the rule'
  return { signals: [], ignored: `"${type}": ${why}` }
}
