import type { Severity, Timestamp } from '#contract/primitives'
import type { Reading, SourceSignal } from './source'
import {
  firstLine,
  isObject,
  toHost,
  toKey,
  toLine,
  toLinks,
  toText,
  toTextMap,
  toTime,
  valueAt,
} from './values'
import { objectsIn } from './values-b'

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

export const isAlarmValue = (value: string) => Object.hasOwn(SEVERITIES, value)

/** Too few data say nothing about what is wrong: what was so before is kept, and the timeline says it. */
export function alarmSignal(word: AlarmWord): SourceSignal {
  const { value, at, arn, name, reason } = word
  const state = value === 'ALARM' ? 'firing' : value === 'OK' ? 'resolved' : 'noted'
  const note =
    state === 'noted'
      ? `CloudWatch has too few data to tell: ${reason || 'no reason given'}`
      : word.note
  return {
    fingerprint: toKey(arn) ?? toKey(word.otherwise.join('/')) ?? name,
    state,
    title: name,
    description: [word.description, reason].filter(Boolean).join('\n\n'),
    severity: SEVERITIES[value],
    service: firstOf(word.dimensions, SERVICES),
    host: toHost(firstOf(word.dimensions, HOSTS)),
    labels: { ...word.labels, ...word.dimensions },
    annotations: {},
    links: toLinks(['CloudWatch', alarmAddress(arn)]),
    startsAt: at,
    endsAt: state === 'resolved' ? at : undefined,
    ...(note !== undefined && { note: toLine(note, 500) }),
  }
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
  return firstLine(...names.map((name) => known.get(name))) || undefined
}

/** Where the console of a partition is: `aws`, `aws-cn` or `aws-us-gov`. */
export function consoleAddress(region: string, path: string): string | undefined {
  if (!/^[a-z]{2,5}(?:-[a-z]+)+-\d$/.test(region)) return undefined
  if (region.startsWith('cn-')) return `https://${region}.console.amazonaws.cn/${path}`
  if (region.startsWith('us-gov-')) return `https://${region}.console.amazonaws-us-gov.com/${path}`
  return `https://${region}.console.aws.amazon.com/${path}`
}

function alarmAddress(arn: string): string | undefined {
  const [, , service, region = '', , , ...name] = arn.split(':')
  if (service !== 'cloudwatch' || name.length === 0) return undefined
  const alarm = encodeURIComponent(name.join(':'))
  return consoleAddress(region, `cloudwatch/home?region=${region}#alarmsV2:alarm/${alarm}`)
}

/** "CloudWatch Alarm State Change". https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
export function readAlarm(event: Record<string, unknown>, receivedAt: Timestamp): Reading {
  const detail = valueAt(event, 'detail')
  const state = valueAt(detail, 'state')
  const configuration = valueAt(detail, 'configuration')
  const name = toLine(valueAt(detail, 'alarmName'))
  const value = toLine(valueAt(state, 'value'))
  if (name === '' || !isAlarmValue(value))
    return {
      signals: [],
      ignored: `the alarm ${name || 'without a name'} says no state that is known`,
    }
  const [account, region] = [toLine(valueAt(event, 'account')), toLine(valueAt(event, 'region'))]
  const metrics = metricsIn(configuration)
  const suppressedBy = toLine(valueAt(state, 'actionsSuppressedBy'))
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
    labels: said({
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
    const own = valueAt(valueAt(metric, 'metricStat'), 'metric')
    return isObject(own) ? [own] : []
  })
}

/** The first resource that is of a kind, such as `:alarm:`; empty when there is none. */
export function arnIn(event: Record<string, unknown>, kind: string): string {
  const resources = valueAt(event, 'resources')
  const arns = Array.isArray(resources)
    ? resources.slice(0, 100).map((each) => toLine(each, 1000))
    : []
  return arns.find((arn) => arn.includes(kind)) ?? ''
}

/** Without the empty ones. */
export function said(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''))
}
