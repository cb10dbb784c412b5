import { Refusal } from '#contract'
import type { OperatorId, TicketId } from '#contract/primitives'
import type { Ticket, TicketFilter } from '#contract/tickets'
import type { Caller, Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { type Db, transact } from '#platform/database'
import { parseCursor, toCursor } from '#platform/pages'
import {
  acknowledge,
  type Actor,
  alter,
  assign,
  type Change,
  close,
  declareIncident,
  escalate,
  type Kept,
  reopen,
  resolve,
  setSeverity,
  snooze,
} from './ticket'
import type { Look, TicketBoardRepository } from './ticket-board-repository'
import type { TicketRepository } from './ticket-repository'
import { type TicketSearch, toWords } from './ticket-search'
import { toCounts } from './ticket-tally'
import { change } from './ticket-work'
import type { TicketWriter } from './ticket-writer'
import type { TimelineRepository } from './timeline-repository'

/** What tickets ask of `people`. */
export interface KnowsOperators {
  nameOf(id: OperatorId): Promise<string | undefined>
}

interface Needs {
  db: Db
  repository: TicketRepository
  board: TicketBoardRepository
  timeline: TimelineRepository
  search: TicketSearch
  writer: TicketWriter
  clock: Clock
  people: KnowsOperators
}

/** What an operator sees and orders. */
export function createTicketService(needs: Needs): Serves<'tickets'> {
  return { ...questions(needs), ...orders(needs) }
}

type Questions = Pick<Serves<'tickets'>, 'list' | 'counts' | 'get' | 'timeline'>

function questions({ repository, board, timeline, search, clock, people }: Needs): Questions {
  const look = ({ operator }: Caller): Look => ({ operatorId: operator.id, now: clock.now() })
  /** Counts are kept for whole views, and the search counts its own; only what is filtered further is counted here. */
  async function countOf(filter: TicketFilter, now: Look): Promise<number> {
    const { view, text, source, severities, statuses } = filter
    if (source !== null || severities.length > 0 || statuses.length > 0)
      return board.count(filter, now)
    if (toWords(text).length === 0) {
      const { all, asleep, mine } = await board.counts(now)
      return toCounts(all, asleep, mine)[view]
    }
    return view === 'all' ? search.count(text) : board.count(filter, now)
  }
  return {
    async list({ cursor, limit, filter }, caller) {
      const now = look(caller)
      const found = await board.page(filter, now, parseCursor(cursor, 2), limit + 1)
      const page = found.slice(0, limit)
      const last = found.length > limit ? page.at(-1) : undefined
      return {
        items: await withOwnersNow(
          people,
          page.map(({ summary }) => summary),
        ),
        next: last ? toCursor([last.key, last.summary.id]) : null,
        total: await countOf(filter, now),
      }
    },
    async counts(_, caller) {
      const { all, asleep, mine } = await board.counts(look(caller))
      return toCounts(all, asleep, mine)
    },
    async get({ id }) {
      const ticket = await repository.find(id)
      if (!ticket) throw new Refusal('not_found', `There is no ticket ${id}.`)
      const [shown] = await withOwnersNow(people, [ticket])
      return shown!
    },
    async timeline({ id, cursor, limit }) {
      const key = parseCursor(cursor, 2)
      const before = key && ([Number(key[0]), String(key[1])] as [number, string])
      const found = await timeline.before(id, before, limit + 1)
      const items = found.slice(0, limit).toReversed()
      const next = found.length > limit ? toCursor([items[0]!.at, items[0]!.id]) : null
      return { items, next, total: await timeline.count(id) }
    },
  }
}

/** A row keeps the name its owner had when they took the ticket; what is shown is their name now. */
async function withOwnersNow<T extends Pick<Ticket, 'ownerId' | 'ownerName'>>(
  people: KnowsOperators,
  tickets: readonly T[],
): Promise<T[]> {
  const ids = new Set(tickets.flatMap(({ ownerId }) => ownerId ?? []))
  const names = new Map<OperatorId, string | undefined>()
  for (const id of ids) names.set(id, await people.nameOf(id))
  return tickets.map((ticket) => {
    const name = ticket.ownerId === null ? undefined : names.get(ticket.ownerId)
    return name === undefined ? ticket : { ...ticket, ownerName: name }
  })
}

type Orders = Omit<Serves<'tickets'>, keyof Questions>

function orders({ db, repository, writer, clock, people }: Needs): Orders {
  type Rule = (kept: Kept, by: Actor, tx: Db) => Change | Promise<Change>
  const order = (id: TicketId, { operator }: Caller, rule: Rule): Promise<Ticket> =>
    transact(db, (tx) =>
      change({ repository, writer }, tx, id, operator.name, (kept) => rule(kept, operator, tx)),
    )
  const now = () => clock.now()
  return {
    acknowledge: ({ id }, caller) => order(id, caller, (kept, by) => acknowledge(kept, by, now())),
    async assign({ id, ownerId }, caller) {
      const owner = ownerId === null ? null : await getOperator(people, ownerId)
      return order(id, caller, (kept, by) => assign(kept, owner, by, now()))
    },
    snooze: ({ id, until }, caller) =>
      order(id, caller, (kept, by) => snooze(kept, until, by, now())),
    async comment({ id, text }, { operator }) {
      return transact(db, async (tx) => {
        const before = await repository.lock(tx, id)
        if (!before) throw new Refusal('not_found', `There is no ticket ${id}.`)
        const [entry] = await writer.write(tx, [
          {
            before,
            kept: alter(before, now(), {}),
            lines: [{ kind: 'comment', actor: operator.name, title: 'Comment', detail: text }],
            facts: [{ action: 'ticket.commented', detail: { length: text.length } }],
            actor: operator.name,
          },
        ])
        return entry!
      })
    },
    setSeverity: ({ id, severity }, caller) =>
      order(id, caller, (kept, by) => setSeverity(kept, severity, by, now())),
    resolve: ({ id, note }, caller) =>
      order(id, caller, (kept, by) => resolve(kept, note, by, now())),
    async escalate({ id, toId, ...wish }, caller) {
      const to = toId === null ? null : await getOperator(people, toId)
      return order(id, caller, (kept, by) => escalate(kept, { ...wish, to }, by, now()))
    },
    reopen: ({ id, reason }, caller) =>
      order(id, caller, async (kept, by, tx) => {
        await refuseSecondTicket(repository, kept, tx)
        return reopen(kept, reason, by, now())
      }),
    close: ({ id, note }, caller) => order(id, caller, (kept, by) => close(kept, note, by, now())),
    declareIncident: ({ id }, caller) =>
      order(id, caller, (kept, by) => declareIncident(kept, by, now())),
  }
}

async function getOperator(people: KnowsOperators, id: OperatorId): Promise<Actor> {
  const name = await people.nameOf(id)
  if (name === undefined) throw new Refusal('not_found', `There is no operator ${id}.`)
  return { id, name }
}

/** A fingerprint has one ticket: an old one cannot come back beside the one that followed it. */
async function refuseSecondTicket(
  repository: TicketRepository,
  { ticket, memory }: Kept,
  tx: Db,
): Promise<void> {
  if (memory.current) return
  const newer = await repository.findCurrent(tx, ticket)
  if (newer === undefined) return
  throw new Refusal(
    'conflict',
    `The same alert has a newer ticket (${newer}), so this one stays ${ticket.status}. Work on the newer one.`,
  )
}
