import type { Severity, Timestamp } from '#contract/primitives'
import { arnIn, type AwsEvent, consoleAddress } from './eventbridge-event'
import type { Reading, SourceSignal } from './source'
import { ignored, toSignal } from './telling'
import { toTime } from './times'
import {
  entryOf,
  firstLine,
  isObject,
  lineAt,
  objectsIn,
  toHost,
  toKey,
  toLabels,
  toLine,
  toLinks,
  toText,
  toTextMap,
  valueAt,
  wordOf,
} from './values'

/** One word of CloudWatch about one alarm, as SNS and EventBridge both tell it in their own spelling. */
export interface AlarmWord {
  readonly arn: string
  /** What it is known by where no ARN is given. */
  readonly otherwise: readonly string[]
  readonly name: string
  /** `ALARM`, `OK` or `INSUFFICIENT_DATA`. */
  readonly value: string
  readonly reason: string
  readonly description: string
  readonly at: Timestamp
  readonly dimensions: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  /** What an operator should know beside it. */
  readonly note?: string
}

const SEVERITIES: Readonly<Record<string, Severity>> = {
  ALARM: 'high',
  INSUFFICIENT_DATA: 'medium',
  OK: 'info',
}

export const isAlarmValue = (value: string) => entryOf(SEVERITIES, value) !== undefined

/** Too few data say nothing about what is wrong: what was so before is kept, and the timeline says it. */
export function alarmSignal(word: AlarmWord): SourceSignal {
  const { value, at, arn, name, reason } = word
  const state = value === 'ALARM' ? 'firing' : value === 'OK' ? 'resolved' : 'noted'
  const note =
    state === 'noted'
      ? `CloudWatch has too few data to tell: ${reason || 'no reason given'}`
      : word.note
  return toSignal({
    fingerprint: toKey(arn) ?? toKey(word.otherwise.join('/')) ?? name,
    state,
    title: name,
    description: [word.description, reason].filter(Boolean).join('\n\n'),
    severity: SEVERITIES[value],
    service: firstOf(word.dimensions, SERVICES),
    host: toHost(firstOf(word.dimensions, HOSTS)),
    labels: { ...word.labels, ...word.dimensions },
    links: toLinks(['CloudWatch', alarmAddress(arn)]),
    startsAt: at,
    endsAt: at,
    note: toLine(note, 500),
  })
}

/** Dimensions that name a service or a machine, in lower case, the most telling first. */
const SERVICES = (
  'service servicename functionname apiname loadbalancer targetgroup queuename topicname tablename dbclusteridentifier ' +
  'dbinstanceidentifier cacheclusterid bucketname statemachinearn clustername'
).split(' ')
const HOSTS = ['instanceid', 'host', 'hostname', 'dbinstanceidentifier', 'instancename', 'instance']

function firstOf(
  dimensions: AlarmWord['dimensions'],
  names: readonly string[],
): string | undefined {
  const known = new Map(
    Object.entries(dimensions).map(([name, value]) => [name.toLowerCase(), value]),
  )
  return wordOf(...names.map((name) => known.get(name)))
}

function alarmAddress(arn: string): string | undefined {
  const [, , service, region = '', , , ...name] = arn.split(':')
  if (service !== 'cloudwatch' || name.length === 0) return undefined
  const alarm = encodeURIComponent(name.join(':'))
  return consoleAddress(region, `cloudwatch/home?region=${region}#alarmsV2:alarm/${alarm}`)
}

/** "CloudWatch Alarm State Change". https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
export function readAlarm(event: AwsEvent, receivedAt: Timestamp): Reading {
  const detail = valueAt(event, 'detail')
  const state = valueAt(detail, 'state')
  const configuration = valueAt(detail, 'configuration')
  const name = lineAt(detail, 'alarmName')
  const value = lineAt(state, 'value')
  if (name === '' || !isAlarmValue(value))
    return ignored(`the alarm ${name || 'without a name'} says no state that is known`)
  const [account, region] = [lineAt(event, 'account'), lineAt(event, 'region')]
  const metrics = metricsIn(configuration)
  const suppressedBy = lineAt(state, 'actionsSuppressedBy')
  const signal = alarmSignal({
    arn: arnIn(event, ':alarm:'),
    otherwise: [account, region, name],
    name,
    value,
    reason: toText(valueAt(state, 'reason'), 4000),
    description: toText(valueAt(configuration, 'description')),
    at:
      toTime(valueAt(state, 'timestamp'), receivedAt) ??
      toTime(valueAt(event, 'time'), receivedAt) ??
      receivedAt,
    dimensions: Object.assign(
      {},
      ...metrics.map((metric) => toTextMap(valueAt(metric, 'dimensions'))),
    ),
    labels: toLabels({
      account,
      region,
      namespace: firstLine(...metrics.map((metric) => valueAt(metric, 'namespace'))),
      metric: firstLine(...metrics.map((metric) => valueAt(metric, 'name'))),
      alarm_rule: toText(valueAt(configuration, 'alarmRule'), 1000),
    }),
    ...(suppressedBy !== '' && {
      note: `CloudWatch holds back the actions of this alarm: ${suppressedBy}`,
    }),
  })
  return { signals: [signal] }
}

function metricsIn(configuration: unknown): readonly Record<string, unknown>[] {
  return objectsIn(valueAt(configuration, 'metrics')).flatMap((metric) => {
    const own = valueAt(metric, 'metricStat', 'metric')
    return isObject(own) ? [own] : []
  })
}
