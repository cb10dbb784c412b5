import type { SourceSettings } from '#contract/intake'
import type { Timestamp } from '#contract/primitives'
import { toLine, toTime, valueAt } from './values'
import { at } from './values-c'

/** One event as its parts read it. */
export interface Event {
  readonly body: unknown
  readonly action: string
  /** `owner/name` */
  readonly repository: string
  readonly defaultBranch: string
  readonly receivedAt: Timestamp
  readonly settings: SourceSettings
}

/** The time at the first path that holds one. */
export function timeIn(
  holder: unknown,
  receivedAt: Timestamp,
  ...names: readonly string[]
): Timestamp | undefined {
  return names
    .map((name) => toTime(valueAt(holder, name), receivedAt))
    .find((time) => time !== undefined)
}

export const loginOf = (holder: unknown, name: string) =>
  toLine(at(holder, name, 'login')) || undefined
