import { z } from 'zod'
import { event, query } from './define'
import { Empty, idOf, PageInput, pageOf, TicketId, Timestamp } from './primitives'

export const ChangeId = idOf('chg').brand<'ChangeId'>()
export type ChangeId = z.infer<typeof ChangeId>

export const ChangeKind = z.enum(['commit', 'pull_request', 'build', 'deployment'])
export type ChangeKind = z.infer<typeof ChangeKind>

const Shared = z.strictObject({
  id: ChangeId,
  source: z.string(),
  /** `owner/name`, as the sender writes it; null where it does not say. */
  repository: z.string().nullable(),
  title: z.string(),
  url: z.url().nullable(),
  actor: z.string().nullable(),
  /** When the newest thing we know of it happened, by the sender's clock. */
  occurredAt: Timestamp,
})

export const Commit = Shared.extend({
  kind: z.literal('commit'),
  revision: z.string(),
  branch: z.string().nullable(),
  authoredAt: Timestamp,
})

/** The times that lead time and review time are made of. Null: it did not happen, or nobody said when. */
export const PullRequest = Shared.extend({
  kind: z.literal('pull_request'),
  number: z.string(),
  state: z.enum(['open', 'merged', 'closed']),
  draft: z.boolean(),
  branch: z.string().nullable(), // the one it goes into
  headRevision: z.string().nullable(),
  mergeRevision: z.string().nullable(),
  openedAt: Timestamp.nullable(),
  firstCommitAt: Timestamp.nullable(),
  firstReviewAt: Timestamp.nullable(),
  approvedAt: Timestamp.nullable(),
  mergedAt: Timestamp.nullable(),
  closedAt: Timestamp.nullable(),
})

export const Build = Shared.extend({
  kind: z.literal('build'),
  name: z.string(),
  state: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'skipped']),
  revision: z.string().nullable(),
  branch: z.string().nullable(),
  attempt: z.int().positive(),
  startedAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
})

export const Deployment = Shared.extend({
  kind: z.literal('deployment'),
  service: z.string(),
  environment: z.string(),
  production: z.boolean(),
  /** `inactive`: a later one took its place, which is no failure. */
  state: z.enum(['pending', 'running', 'succeeded', 'failed', 'cancelled', 'inactive']),
  revision: z.string().nullable(),
  rollback: z.boolean(),
  startedAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
  /** The other sources that told of the same rollout. */
  alsoFrom: z.array(z.string()),
})

export const Change = z.discriminatedUnion('kind', [Commit, PullRequest, Build, Deployment])
export type Change = z.infer<typeof Change>

export const changes = {
  /** Newest first. */
  list: query(
    PageInput.extend({
      kind: ChangeKind.nullable().default(null),
      source: z.string().max(100).nullable().default(null),
      /** A service, a repository or its last part, in any case. */
      about: z.string().trim().max(200).default(''),
    }),
    pageOf(Change),
  ),
  /** With everything of the same revision: its commit, pull request, builds and deployments. */
  get: query(
    z.strictObject({ id: ChangeId }),
    z.strictObject({ change: Change, related: z.array(Change) }),
  ),
  /** Deployments and merges to a ticket's service in the day before it opened: what may have caused it. Newest first. */
  before: query(z.strictObject({ ticketId: TicketId }), z.array(Change)),
  changed: event(Empty),
}
