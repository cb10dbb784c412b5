import type { Timestamp } from '#contract/primitives'
import { acceptsJson, parseJson } from './body'
import { isRaw, snsAddress, snsProof } from './cloudwatch-sns-proof'
import { readEvent } from './eventbridge'
import { alarmSignal, isAlarmValue } from './eventbridge-alarm'
import { isEvent } from './eventbridge-event'
import { type Reading, type SourceReader, type SourceRequest, Unreadable } from './source'
import { ignored, TEST, together } from './telling'
import { toTime } from './times'
import {
  firstLine,
  isObject,
  keyOfAll,
  lineAt,
  objectsIn,
  toKey,
  toLabels,
  toLine,
  toText,
  toTextMap,
  valueAt,
} from './values'

/**
 * CloudWatch alarms by way of Amazon SNS, which posts JSON as `text/plain`, with the alarm as JSON in a string.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 * What EventBridge and the notification rules of CodeDeploy, CodePipeline and CodeBuild put into a topic is read too, and
 * the shape that SNS gives Lambda, for bodies that are replayed by hand. A subscription starts by an operator's yes only.
 */
export const cloudwatchSns: SourceReader = {
  kind: 'cloudwatch-sns',
  proof: snsProof(),
  accepts: acceptsJson,
  deliveryKey: ({ body }) =>
    keyOfAll(envelopesIn(body).map((envelope) => toKey(valueAt(envelope, 'MessageId')))),
  read,
  example,
  exampleHeaders: () => ({ 'x-amz-sns-message-type': 'Notification' }),
}

/** SNS's own envelope, or those of a Lambda event. */
function envelopesIn(body: unknown): readonly Record<string, unknown>[] {
  const records = objectsIn(valueAt(body, 'Records')).map((record) => valueAt(record, 'Sns'))
  return [body, ...records]
    .filter((each) => isObject(each))
    .filter((each) => typeof valueAt(each, 'Type') === 'string')
}

function read(request: SourceRequest): Reading {
  if (isRaw(request.headers)) {
    throw new Unreadable(
      'The subscription has raw message delivery switched on, so nothing proves who sent this. Switch it off in the SNS' +
        ' console: Subscriptions › Edit › Enable raw message delivery.',
    )
  }
  const envelopes = envelopesIn(request.body)
  if (envelopes.length === 0) {
    throw new Unreadable(
      'This is not a message of Amazon SNS: it has no `Type`. Subscribe this address to a topic with the protocol HTTPS,' +
        ' without raw message delivery.',
    )
  }
  return together(envelopes.map((envelope) => readEnvelope(envelope, request)))
}

function readEnvelope(envelope: Record<string, unknown>, request: SourceRequest): Reading {
  const type = lineAt(envelope, 'Type')
  const topic = toLine(valueAt(envelope, 'TopicArn'), 300)
  const { topics } = request.settings
  if (type === 'SubscriptionConfirmation') return readSubscription(envelope, topic, topics)
  if (type === 'UnsubscribeConfirmation') {
    return ignored(
      `this address was unsubscribed from ${topic}: nothing more comes from there. If that was not meant, subscribe it again in the SNS console`,
    )
  }
  if (type !== 'Notification')
    throw new Unreadable(`Amazon SNS sends no messages of the type ${type.slice(0, 40)}.`)
  // Whoever knows the address can send here what SNS signed for a topic of their own. Our own test names no topic.
  if (topics.length > 0 && topic !== '' && !topics.includes(topic))
    return ignored(notAllowed(topic))
  return readMessage(envelope, request)
}

const notAllowed = (topic: string) =>
  `the topic ${topic || '(none)'} is not among the topics of this source: add it in the settings of the source if it is yours`

function readSubscription(envelope: unknown, topic: string, topics: readonly string[]): Reading {
  if (!topics.includes(topic))
    return ignored(
      `a subscription waits for a yes, but ${notAllowed(topic)}, and then press “Request confirmation” in the SNS console`,
    )
  const url = snsAddress(valueAt(envelope, 'SubscribeURL'))
  if (!url || !isSubscription(url, topic)) {
    throw new Unreadable(
      'Its SubscribeURL is not an address of Amazon SNS that confirms this topic, so it will not be visited. Whoever sent this is not Amazon SNS.',
    )
  }
  return { signals: [], confirmation: { url: url.href, what: topic } }
}

function isSubscription({ pathname, searchParams }: URL, topic: string): boolean {
  const named = searchParams.get('TopicArn')
  const confirms = pathname === '/' && searchParams.get('Action') === 'ConfirmSubscription'
  return confirms && (named === null || named === topic)
}

function readMessage(envelope: unknown, request: SourceRequest): Reading {
  const text = valueAt(envelope, 'Message')
  const subject = firstLine(valueAt(envelope, 'Subject'), text, 'without a subject')
  const parsed = typeof text === 'string' ? parseJson(text) : { problem: '' }
  const message = 'value' in parsed ? parsed.value : undefined
  if (isEvent(message)) return readEvent(message, request)
  const name = lineAt(message, 'AlarmName')
  const value = lineAt(message, 'NewStateValue')
  if (name === '' || !isAlarmValue(value))
    return ignored(`“${subject.slice(0, 120)}” is not about a CloudWatch alarm`)
  return { signals: [alarmIn(message, envelope, request.receivedAt)] }
}

function alarmIn(message: unknown, envelope: unknown, receivedAt: Timestamp) {
  const at = (key: string) => valueAt(message, key)
  const trigger = at('Trigger')
  const metrics = [trigger, ...metricsOf(trigger)]
  const [account, region, name] = [
    toLine(at('AWSAccountId')),
    toLine(at('Region')),
    toLine(at('AlarmName')),
  ]
  return alarmSignal({
    arn: toLine(at('AlarmArn'), 1000),
    otherwise: [account, region, name],
    name,
    value: toLine(at('NewStateValue')),
    reason: toText(at('NewStateReason'), 4000),
    description: toText(at('AlarmDescription')),
    at:
      toTime(at('StateChangeTime'), receivedAt) ??
      toTime(valueAt(envelope, 'Timestamp'), receivedAt) ??
      receivedAt,
    dimensions: Object.assign({}, ...metrics.map(dimensionsOf)),
    labels: toLabels({
      account,
      region,
      namespace: firstLine(...metrics.map((metric) => valueAt(metric, 'Namespace'))),
      metric: firstLine(...metrics.map((metric) => valueAt(metric, 'MetricName'))),
      alarm_rule: toText(at('AlarmRule'), 1000),
      topic: toLine(valueAt(envelope, 'TopicArn'), 300),
    }),
  })
}

/** The metrics of an alarm on an expression. */
function metricsOf(trigger: unknown): readonly unknown[] {
  return objectsIn(valueAt(trigger, 'Metrics')).map((metric) =>
    valueAt(metric, 'MetricStat', 'Metric'),
  )
}

/** A list of `{name, value}` here, in lower case; a map in EventBridge. */
function dimensionsOf(metric: unknown): Record<string, string> {
  const pairs = objectsIn(valueAt(metric, 'Dimensions')).map((each): [string, unknown] => [
    firstLine(valueAt(each, 'name'), valueAt(each, 'Name')),
    valueAt(each, 'value') ?? valueAt(each, 'Value'),
  ])
  return toTextMap(Object.fromEntries(pairs.filter(([name]) => name !== '')))
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  const arn = 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:quarterdeck-test'
  const message = {
    AlarmName: 'quarterdeck-test',
    AlarmDescription: TEST.text,
    AWSAccountId: '123456789012',
    NewStateValue: status === 'firing' ? 'ALARM' : 'OK',
    NewStateReason: 'Test message from Quarterdeck',
    StateChangeTime: new Date(now).toISOString(),
    Region: 'EU (Ireland)',
    AlarmArn: arn,
    OldStateValue: status === 'firing' ? 'OK' : 'ALARM',
    Trigger: {
      MetricName: 'Test',
      Namespace: 'Quarterdeck',
      Dimensions: [{ name: 'ServiceName', value: 'quarterdeck' }],
    },
  }
  return {
    Type: 'Notification',
    MessageId: `test-${status}-${now}`,
    Subject: 'Test message from Quarterdeck',
    Message: JSON.stringify(message),
    Timestamp: new Date(now).toISOString(),
  }
}
