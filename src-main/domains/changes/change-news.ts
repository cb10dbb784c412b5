import type { Timestamp } from '#contract/primitives'

interface Told {
  /** The sender's own key for it: the same in everything it says about it. */
  readonly externalId: string
  /** `owner/name`, as the sender writes it. */
  readonly repository?: string | undefined
  readonly title: string
  readonly url?: string | undefined
  readonly actor?: string | undefined
  /** When it happened, by the sender's clock: what is older than what is known changes nothing but gaps. */
  readonly occurredAt: Timestamp
}

/** What a delivery says about engineering work. What it does not say is left as it was. */
export type ChangeNews =
  | (Told & {
      readonly kind: 'commit'
      readonly revision: string
      readonly branch?: string | undefined
      readonly authoredAt: Timestamp
    })
  | (Told & {
      readonly kind: 'pull_request'
      readonly number: string
      /** Absent: a review or a comment says nothing about it. */
      readonly state?: 'open' | 'merged' | 'closed' | undefined
      readonly draft?: boolean | undefined
      /** The branch it goes into. */
      readonly branch?: string | undefined
      readonly headRevision?: string | undefined
      readonly mergeRevision?: string | undefined
      readonly openedAt?: Timestamp | undefined
      readonly firstCommitAt?: Timestamp | undefined
      /** A review was given then; the first one counts. */
      readonly reviewedAt?: Timestamp | undefined
      readonly approvedAt?: Timestamp | undefined
      readonly mergedAt?: Timestamp | undefined
      readonly closedAt?: Timestamp | undefined
    })
  | (Told & {
      readonly kind: 'build'
      readonly name: string
      readonly state: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'skipped'
      readonly revision?: string | undefined
      readonly branch?: string | undefined
      readonly attempt?: number | undefined
      readonly startedAt?: Timestamp | undefined
      readonly finishedAt?: Timestamp | undefined
    })
  | (Told & {
      readonly kind: 'deployment'
      readonly service: string
      readonly environment: string
      readonly production: boolean
      readonly state: 'pending' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'inactive'
      /** Full, or the first 7 characters and more of it. */
      readonly revision?: string | undefined
      readonly rollback?: boolean | undefined
      readonly startedAt?: Timestamp | undefined
      readonly finishedAt?: Timestamp | undefined
    })
