import type { Change, ChangeId, Deployment } from '#contract/changes'
import type { z } from 'zod'
import type { Timestamp } from '#contract/primitives'
import { type Facts, saidIn } from './change-facts'

type DeploymentState = z.infer<typeof Deployment>['state']

/** What a change has beside its facts: who told of it, and what follows from the ones before it. */
export interface Setting {
  readonly id: ChangeId
  readonly source: string
  readonly alsoFrom: readonly string[]
  readonly rollback: boolean
}

/** A change as it is shown. */
export function toChange(facts: Facts, setting: Setting): Change {
  const shared = sharedOf(facts, setting)
  const { kind } = facts
  if (kind === 'pull_request') return { ...shared, kind, ...pullRequestOf(facts) }
  if (kind === 'build') return { ...shared, kind, ...buildOf(facts) }
  if (kind === 'deployment') return { ...shared, kind, ...deploymentOf(facts, setting) }
  return { ...shared, kind, ...commitOf(facts) }
}

function sharedOf(facts: Facts, { id, source }: Setting) {
  return {
    id,
    source,
    repository: saidIn(facts.repository),
    title: saidIn(facts.title) ?? '',
    url: saidIn(facts.url),
    actor: saidIn(facts.actor),
    occurredAt: saidIn(facts.occurredAt) ?? 0,
  }
}

function commitOf(facts: Facts) {
  return {
    revision: saidIn(facts.revision) ?? '',
    branch: saidIn(facts.branch),
    authoredAt: sinceOf(facts) ?? 0,
  }
}

/** A pull request that is told of by its reviews only is open, as far as we know. */
function pullRequestOf(facts: Facts) {
  const state = saidIn(facts.pull) ?? 'open'
  return {
    number: saidIn(facts.number) ?? '',
    state,
    draft: saidIn(facts.draft) ?? false,
    branch: saidIn(facts.branch),
    headRevision: saidIn(facts.headRevision),
    mergeRevision: saidIn(facts.mergeRevision),
    openedAt: saidIn(facts.openedAt),
    firstCommitAt: saidIn(facts.firstCommitAt),
    firstReviewAt: saidIn(facts.firstReviewAt),
    approvedAt: saidIn(facts.approvedAt),
    mergedAt: mergedAtOf(facts),
    closedAt: state === 'open' ? null : saidIn(facts.closedAt),
  }
}

/** Whoever says that it is merged, but not when, says so when it happened. */
function mergedAtOf({ pull, mergedAt }: Facts): Timestamp | null {
  return pull?.v === 'merged' ? (saidIn(mergedAt) ?? pull.s[1]) : null
}

function buildOf(facts: Facts) {
  const attempt = saidIn(facts.attempt) ?? 1
  const state = saidIn(facts.build) ?? 'queued'
  const ofThis = (time: Facts['startedAt']) => (time?.s[0] === attempt ? time.v : null)
  return {
    name: saidIn(facts.name) ?? '',
    state,
    revision: saidIn(facts.revision),
    branch: saidIn(facts.branch),
    attempt,
    startedAt: ofThis(facts.startedAt),
    finishedAt:
      state === 'queued' || state === 'running'
        ? null
        : (ofThis(facts.finishedAt) ?? saidWhen(facts.build)),
  }
}

const saidWhen = (said: Facts['build'] | Facts['deployment']) => said?.s[1] ?? null

function deploymentOf(facts: Facts, { alsoFrom, rollback }: Setting) {
  const ended = facts.deployment?.s[0] === 2
  return {
    service: saidIn(facts.service) ?? '',
    environment: saidIn(facts.environment) ?? '',
    production: saidIn(facts.production) ?? false,
    state: deploymentStateOf(facts),
    revision: saidIn(facts.revision),
    rollback: rollback || facts.rollback !== undefined,
    startedAt: saidIn(facts.startedAt),
    finishedAt: ended ? (saidIn(facts.finishedAt) ?? saidWhen(facts.deployment)) : null,
    alsoFrom: [...alsoFrom],
  }
}

function deploymentStateOf({ deployment, inactive }: Facts): DeploymentState {
  const state = deployment?.v ?? 'pending'
  return inactive && state !== 'failed' && state !== 'cancelled' ? 'inactive' : state
}

/** It was live once. */
export function hasSucceeded(facts: Facts): boolean {
  const state = deploymentStateOf(facts)
  return state === 'succeeded' || state === 'inactive'
}

/**
 * When a change could begin to have an effect: a rollout when it began, a pull request when it was merged. Undefined:
 * it has none yet.
 */
export function sinceOf(facts: Facts): Timestamp | undefined {
  if (facts.kind === 'pull_request') return mergedAtOf(facts) ?? undefined
  const began = facts.kind === 'commit' ? facts.authoredAt : facts.startedAt
  return (began ?? facts.firstToldAt)?.v
}

const HASH = /^[0-9a-f]{7,64}$/i

/**
 * What two names of the same revision have in common: the first 7 characters of a hash, as short as Git itself cuts it;
 * anything else, such as a chart's version, as a whole.
 */
export function revisionKey(revision: string): string {
  return HASH.test(revision) ? revision.slice(0, 7).toLowerCase() : revision.slice(0, 200)
}

export function isSameRevision(a: string, b: string): boolean {
  if (!HASH.test(a) || !HASH.test(b)) return a === b
  const [long, short] = a.length >= b.length ? [a, b] : [b, a]
  return long.toLowerCase().startsWith(short.toLowerCase())
}

/** The revisions that a change is about. */
export function revisionsOf({ revision, headRevision, mergeRevision }: Facts): string[] {
  return [revision, headRevision, mergeRevision].flatMap((said) => said?.v ?? [])
}

/** What a change is found by: its service and its repository, in full and by their last part. Lower case. */
export function namesOf({ service, repository }: Facts): string[] {
  return namesIn([service?.v, repository?.v])
}

export function namesIn(given: readonly (string | null | undefined)[]): string[] {
  const names = given.flatMap((name) => {
    const whole = (name ?? '').trim().toLowerCase().slice(0, 200)
    return [whole, whole.slice(whole.lastIndexOf('/') + 1)]
  })
  return [...new Set(names.filter((name) => name !== ''))]
}
