import type { Timestamp } from '#contract/primitives'
import { isEvent, readEvent } from './eventbridge-event'
import { type Reading, type SourceReader, type SourceRequest, Unreadable } from './source'
import { fingerprintOf, isJsonType, toKey, valueAt } from './values'
import { together } from './values-b'

/**
 * Events of Amazon EventBridge through an API destination, whole as they are: CloudWatch alarms, ECS, CodeDeploy,
 * CodePipeline and CodeBuild. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
 */
export const eventbridge: SourceReader = {
  kind: 'eventbridge',
  accepts: (contentType) => (isJsonType(contentType) ? 'json' : undefined),
  deliveryKey: ({ body }) => {
    const ids = eventsIn(body).map((event) => toKey(valueAt(event, 'id')))
    if (ids.length === 0 || ids.includes(undefined)) return undefined
    return ids.length === 1 ? ids[0] : fingerprintOf(ids)
  },
  read,
  example,
}

/** One, or a batch of a pipe. */
const eventsIn = (body: unknown): readonly unknown[] =>
  Array.isArray(body) ? body.slice(0, 1000) : [body]

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
        description: 'Nothing is wrong: an operator pressed the test button of this source.',
      },
      previousState: { value: previous },
      state: { value, reason: 'Test event from Quarterdeck', timestamp: time },
    },
  }
}
