import type { ChangeId } from '#contract/changes'
import type { Timestamp } from '#contract/primitives'
import { hasSucceeded, isSameRevision, revisionKey, sinceOf } from './change'
import { type Facts, mergeFacts } from './change-facts'

/** Two sources that tell of the same revision in the same place within this time tell of one rollout. */
export const SAME_ROLLOUT_MS = 3_600_000

/** One source's word about one deployment, and the change that it is part of. */
export interface Telling {
  readonly source: string
  readonly externalId: string
  readonly changeId: ChangeId
  readonly facts: Facts
}

/** Where it goes to, in any case; undefined until both are known. */
export function placeOf({ kind, service, environment }: Facts): string | undefined {
  if (kind !== 'deployment' || !service || !environment) return undefined
  return JSON.stringify([service.v.toLowerCase(), environment.v.toLowerCase()])
}

/** What tellings of one rollout have in common. */
export function rolloutKeyOf(facts: Facts): string | undefined {
  const place = placeOf(facts)
  if (place === undefined || !facts.revision) return undefined
  return JSON.stringify([place, revisionKey(facts.revision.v)])
}

/** One rollout, as everybody who told of it tells it. The first to tell comes first. */
export interface Rollout {
  readonly id: ChangeId
  readonly tellings: readonly Telling[]
  readonly facts: Facts
}

/**
 * Tellings of one revision in one place as rollouts. It depends on when things happened and not on when we heard of
 * them. A source that tells of two deployments means two. Ids are kept where they can be, and put into `taken`.
 */
export function toRollouts(
  tellings: readonly Telling[],
  taken: Set<ChangeId>,
  newId: () => ChangeId,
): Rollout[] {
  const groups: Telling[][] = []
  for (const telling of tellings.toSorted(inOrder)) {
    const fitting = groups.find((group) => belongs(telling, group))
    if (fitting) fitting.push(telling)
    else groups.push([telling])
  }
  return groups.map((group) => {
    // The oldest id is the one that somebody may have looked at.
    const free = group.map(({ changeId }) => changeId).filter((each) => !taken.has(each))
    const id = free.toSorted()[0] ?? newId()
    taken.add(id)
    return { id, tellings: group, facts: group.map(({ facts }) => facts).reduce(mergeFacts) }
  })
}

const beganAt = ({ facts }: Telling): Timestamp => sinceOf(facts) ?? 0

/** The first to tell comes first. */
export function inOrder(a: Telling, b: Telling): number {
  return beganAt(a) - beganAt(b) || (nameOf(a) < nameOf(b) ? -1 : 1)
}

const nameOf = ({ source, externalId }: Telling) => JSON.stringify([source, externalId])

function belongs(telling: Telling, group: readonly Telling[]): boolean {
  return (
    beganAt(telling) - beganAt(group[0]!) <= SAME_ROLLOUT_MS &&
    group.every(
      ({ source, facts }) =>
        source !== telling.source &&
        isSameRevision(facts.revision?.v ?? '', telling.facts.revision?.v ?? ''),
    )
  )
}

/** A rollout as the history of its place needs it. */
export interface Step {
  readonly id: ChangeId
  readonly revisionKey: string | null
  readonly succeeded: boolean
  readonly since: Timestamp
}

export function stepOf({ id, facts }: Pick<Rollout, 'id' | 'facts'>): Step {
  return {
    id,
    revisionKey: facts.revision ? revisionKey(facts.revision.v) : null,
    succeeded: hasSucceeded(facts),
    since: sinceOf(facts) ?? 0,
  }
}

/**
 * Which steps go back: to a revision that was live in this place before the one that is live. Older is what was live
 * first here; when a commit was written says little, because a late merge keeps an early date.
 * `steps` in order of time; `live` is the revision before the first of them, `firstLive` when each was live first.
 */
export function findRollbacks(
  steps: readonly Step[],
  live: string | undefined,
  firstLive: ReadonlyMap<string, Timestamp>,
): Set<ChangeId> {
  const back = new Set<ChangeId>()
  let current = live
  for (const { id, revisionKey: key, succeeded, since } of steps) {
    if (key === null) continue
    const first = firstLive.get(key) ?? since
    const currentFirst = current === undefined ? undefined : firstLive.get(current)
    if (key !== current && first < since && currentFirst !== undefined && first < currentFirst)
      back.add(id)
    if (succeeded) current = key
  }
  return back
}
