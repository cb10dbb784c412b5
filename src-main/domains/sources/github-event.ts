import type { SourceSettings } from '#contract/intake'
import type { Timestamp } from '#contract/primitives'
import { valueAt, wordOf } from './values'

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

export const loginOf = (holder: unknown, name: string) => wordOf(valueAt(holder, name, 'login'))
