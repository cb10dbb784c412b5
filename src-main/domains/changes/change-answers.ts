import { Refusal } from '#contract'
import type { Change, ChangeId } from '#contract/changes'
import type { TicketId, Timestamp } from '#contract/primitives'
import type { Serves } from '#platform/caller'
import { parseCursor, toCursor } from '#platform/pages'
import { isSameRevision, namesIn, revisionKey, revisionsOf, toChange } from './change'
import { type Facts, mergeFacts } from './change-facts'
import type { ChangeListRepository, Kept } from './change-list-repository'
import { inOrder } from './rollouts'

/** What changes need to know of a ticket. */
export interface TicketFacts {
  readonly service: string | null
  readonly openedAt: Timestamp
  readonly labels: Readonly<Record<string, string>>
}

interface Needs {
  readonly list: ChangeListRepository
  readonly ticketFacts: (id: TicketId) => Promise<TicketFacts | undefined>
}

/** A day: what was changed earlier has mostly shown by then. */
const BEFORE_MS = 86_400_000
const MOST_BEFORE = 50
const MOST_RELATED = 200
/** Labels that name what a ticket is about as deployments and repositories do. */
const NAMING = [
  'service',
  'app',
  'application',
  'app.kubernetes.io/name',
  'deployment',
  'repository',
  'repo',
  'project',
]

export function createAnswers({ list, ticketFacts }: Needs): Serves<'changes'> {
  return {
    async list({ cursor, limit, kind, source, about }) {
      const filter = { kind, source, about: about.toLowerCase() }
      const key = parseCursor(cursor, 2)
      const before = key && ([Number(key[0]), String(key[1]) as ChangeId] as const)
      const { found, total } = await list.page(filter, before, limit + 1)
      const items = found.slice(0, limit)
      const last = found.length > limit ? items.at(-1) : undefined
      return {
        items: items.map(show),
        next: last ? toCursor([last.occurredAt, last.id]) : null,
        total,
      }
    },
    async get({ id }) {
      const kept = await list.find(id)
      if (!kept)
        throw new Refusal(
          'not_found',
          'There is no such change. It may have become part of another: look for it in the list.',
        )
      const mine = revisionsOf(factsIn(kept))
      const near = await list.withRevision([...new Set(mine.map(revisionKey))], MOST_RELATED + 1)
      const related = near.filter(
        (each) => each.id !== id && sharesRevision(mine, revisionsOf(factsIn(each))),
      )
      return { change: show(kept), related: related.slice(0, MOST_RELATED).map(show) }
    },
    async before({ ticketId }) {
      const ticket = await ticketFacts(ticketId)
      if (!ticket) throw new Refusal('not_found', 'There is no such ticket.')
      const { service, openedAt, labels } = ticket
      const names = namesIn([service, ...NAMING.map((name) => labels[name])])
      const from = openedAt - BEFORE_MS
      return (await list.effective(names, [from, openedAt], MOST_BEFORE)).map(show)
    },
  }
}

function factsIn({ tellings }: Kept): Facts {
  return tellings.map(({ facts }) => facts).reduce(mergeFacts)
}

function sharesRevision(some: readonly string[], others: readonly string[]): boolean {
  return some.some((one) => others.some((other) => isSameRevision(one, other)))
}

/** Who told first is its source. */
function show(kept: Kept): Change {
  const [first, ...others] = kept.tellings.toSorted(inOrder)
  return toChange(factsIn(kept), {
    id: kept.id,
    source: first?.source ?? '',
    alsoFrom: others.map(({ source }) => source),
    rollback: kept.rollback,
  })
}
