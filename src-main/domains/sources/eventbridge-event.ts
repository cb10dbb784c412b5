import type { Timestamp } from '#contract/primitives'
import { toTime } from './times'
import { isObject, lineAt, listOf, toLine, valueAt } from './values'

/** One event of AWS, as EventBridge and SNS bring it. */
export type AwsEvent = Record<string, unknown>

/** Notification rules of the developer tools write `detailType` where EventBridge writes `detail-type`. */
export const typeOf = (event: unknown) =>
  lineAt(event, 'detail-type') || lineAt(event, 'detailType')

export function isEvent(value: unknown): value is AwsEvent {
  return isObject(value) && typeOf(value) !== '' && lineAt(value, 'source') !== ''
}

export const timeOf = (event: AwsEvent, receivedAt: Timestamp) =>
  toTime(valueAt(event, 'time'), receivedAt) ?? receivedAt

/** The first resource that is of a kind, such as `:alarm:`; empty when there is none. */
export function arnIn(event: AwsEvent, kind: string): string {
  const arns = listOf(valueAt(event, 'resources')).map((each) => toLine(each, 1000))
  return arns.find((arn) => arn.includes(kind)) ?? ''
}

/** Where the console of a partition is: `aws`, `aws-cn` or `aws-us-gov`. */
export function consoleAddress(region: string, path: string): string | undefined {
  if (!/^[a-z]{2,5}(?:-[a-z]+)+-\d$/.test(region)) return undefined
  if (region.startsWith('cn-')) return `https://${region}.console.amazonaws.cn/${path}`
  if (region.startsWith('us-gov-')) return `https://${region}.console.amazonaws-us-gov.com/${path}`
  return `https://${region}.console.aws.amazon.com/${path}`
}
