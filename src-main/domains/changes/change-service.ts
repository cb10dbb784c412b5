import type { ChangeId, ChangeKind } from '#contract/changes'
import type { Timestamp } from '#contract/primitives'
import { afterCommit, type Db } from '#platform/database'
import type { Events } from '#platform/events'
import { newId } from '#platform/ids'
import { sinceOf } from './change'
import { type Facts, factsOf, isSameFacts, mergeFacts } from './change-facts'
import type { ChangeNews } from './change-news'
import type { ChangeRepository } from './change-repository'
import {
  findRollbacks,
  placeOf,
  type Rollout,
  rolloutKeyOf,
  type Telling,
  toRollouts,
} from './rollouts'

/** What became of one piece of news. `unchanged`: it was known. */
export interface TakenChange {
  readonly id: ChangeId
  readonly kind: ChangeKind
  readonly effect: 'added' | 'updated' | 'unchanged'
}

interface Needs {
  readonly repository: ChangeRepository
  readonly events: Events
}

/** A telling while news is taken in. */
interface Touched {
  readonly before: Facts | undefined
  readonly telling: Telling
}
type Effect = 'new' | 'more' | 'unchanged'

/** What was told this long before and after may be about the same rollout; the rest is not looked at. */
const AROUND_MS = 86_400_000

export function createTaking({ repository, events }: Needs) {
  const settle = createSettling(repository)
  const back = createRollbacks(repository)
  const told = new WeakSet<Db>()

  /** Once a transaction, however many deliveries it takes in. */
  function tell(tx: Db): void {
    if (told.has(tx)) return
    told.add(tx)
    afterCommit(tx, () => events.publish('changes.changed', {}))
  }

  return {
    /** In order of `news`. All of one source. */
    async takeChanges(tx: Db, source: string, news: readonly ChangeNews[]): Promise<TakenChange[]> {
      if (news.length === 0) return []
      await repository.lock(tx)
      const known = await repository.known(tx, source, news)
      const { touched, effects } = hear(source, news, known)
      const changed = [...touched.values()].filter(
        ({ before, telling }) => before === undefined || !isSameFacts(before, telling.facts),
      )
      const rollouts = await settle(tx, changed)
      await back(tx, changed, rollouts)
      if (changed.length > 0) tell(tx)
      const idOf = new Map(
        rollouts.flatMap(({ id, tellings }) => tellings.map((each) => [keyOf(each), id] as const)),
      )
      const fresh = new Set(
        changed.filter(({ before }) => !before).map((each) => each.telling.changeId),
      )
      return news.map(({ kind, externalId }, at): TakenChange => {
        const key = JSON.stringify([source, kind, externalId])
        const id = idOf.get(key) ?? touched.get(key)!.telling.changeId
        return { id, kind, effect: effectOf(effects[at]!, fresh.has(id)) }
      })
    },
  }
}

/** Its first telling adds a change, unless it tells of a rollout that others have told of. */
function effectOf(effect: Effect, isFresh: boolean): TakenChange['effect'] {
  if (effect === 'new') return isFresh ? 'added' : 'updated'
  return effect === 'more' ? 'updated' : 'unchanged'
}

const keyOf = ({ source, externalId, facts }: Telling) =>
  JSON.stringify([source, facts.kind, externalId])

function hear(source: string, news: readonly ChangeNews[], known: readonly Telling[]) {
  const touched = new Map<string, Touched>(
    known.map((telling) => [keyOf(telling), { before: telling.facts, telling }]),
  )
  const effects = news.map((each): Effect => {
    const { kind, externalId } = each
    const key = JSON.stringify([source, kind, externalId])
    const so = touched.get(key)
    const said = factsOf(each)
    const facts = so ? mergeFacts(so.telling.facts, said) : said
    const changeId = so?.telling.changeId ?? newId<ChangeId>('chg')
    touched.set(key, { before: so?.before, telling: { source, externalId, changeId, facts } })
    if (!so) return 'new'
    return isSameFacts(so.telling.facts, facts) ? 'unchanged' : 'more'
  })
  return { touched, effects }
}

/** Writes what was told, as the rollouts that it adds up to. */
function createSettling(repository: ChangeRepository) {
  async function tellingsOf(tx: Db, changed: readonly Touched[]): Promise<Map<string, Telling[]>> {
    const spans = new Map<string, Timestamp[]>()
    for (const facts of changed.flatMap(bothFacts)) {
      const key = rolloutKeyOf(facts)
      if (key !== undefined) spans.set(key, [...(spans.get(key) ?? []), sinceOf(facts) ?? 0])
    }
    const ours = new Set(changed.map(({ telling }) => keyOf(telling)))
    const groups = new Map<string, Telling[]>()
    for (const [key, times] of [...spans].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const [from, to] = [Math.min(...times) - AROUND_MS, Math.max(...times) + AROUND_MS]
      const others = await repository.ofRollout(tx, key, from, to)
      groups.set(
        key,
        others.filter((each) => !ours.has(keyOf(each))),
      )
    }
    for (const { telling } of changed) {
      const key = rolloutKeyOf(telling.facts)
      if (key !== undefined) groups.get(key)!.push(telling)
    }
    return groups
  }

  return async function settle(tx: Db, changed: readonly Touched[]): Promise<Rollout[]> {
    const alone = changed.flatMap(({ telling }) =>
      rolloutKeyOf(telling.facts) === undefined ? [telling] : [],
    )
    const groups = await tellingsOf(tx, changed)
    const taken = new Set<ChangeId>()
    const rollouts = [...groups.values(), ...alone.map((telling) => [telling])].flatMap((group) =>
      toRollouts(group, taken, () => newId('chg')),
    )
    await repository.save(tx, rollouts)
    const before = [...groups.values()].flat().map(({ changeId }) => changeId)
    await repository.removeEmpty(tx, [...new Set(before.filter((id) => !taken.has(id)))])
    return rollouts
  }
}

const bothFacts = ({ before, telling }: Touched): Facts[] =>
  before ? [before, telling.facts] : [telling.facts]

/** Looks at every place that something was told of, from there on: what goes back depends on what was before it. */
function createRollbacks(repository: ChangeRepository) {
  return async function back(
    tx: Db,
    changed: readonly Touched[],
    rollouts: readonly Rollout[],
  ): Promise<void> {
    const from = new Map<string, Timestamp>()
    const told = rollouts.flatMap(({ tellings }) => tellings.map(({ facts }) => facts))
    for (const facts of [...changed.flatMap(bothFacts), ...told]) {
      const place = placeOf(facts)
      if (place === undefined) continue
      from.set(place, Math.min(from.get(place) ?? Infinity, sinceOf(facts) ?? 0))
    }
    for (const [place, since] of from) {
      const steps = await repository.stepsSince(tx, place, since)
      const live = await repository.liveBefore(tx, place, since)
      const keys = steps.flatMap(({ revisionKey }) => revisionKey ?? [])
      const firstLive = await repository.firstLive(tx, place, [...keys, ...(live ? [live] : [])])
      const gone = findRollbacks(steps, live, firstLive)
      for (const { id, rollback } of steps)
        if (gone.has(id) !== rollback) await repository.markRollback(tx, id, gone.has(id))
    }
  }
}
