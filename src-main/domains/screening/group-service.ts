import { Refusal } from '#contract'
import type { Group, GroupId } from '#contract/screening'
import type { Audit } from '#domains/audit'
import type { Tickets } from '#domains/tickets'
import type { Serves } from '#platform/caller'
import { type Db, transact } from '#platform/database'
import { parseCursor, toCursor } from '#platform/pages'
import type { GroupRepository, KeptGroup, Member } from './group-repository'
import { belongsLine, worstOf } from './grouping'

interface Needs {
  db: Db
  groups: GroupRepository
  tickets: Pick<Tickets, 'findAll' | 'addToTimeline' | 'declareIncidentIn'>
  audit: Audit
  tellSoon: () => void
}

type Answers = Pick<Serves<'screening'>, 'groups' | 'groupsOf' | 'declare' | 'dismiss'>

/** Tickets shown of each group in a list, and of the groups of one ticket. */
const IN_LIST = 20
const OF_TICKET = 100
/** Tickets that are told on their timelines that they are part of the incident. */
const LINKED = 1000

/** What belongs together, and what an operator says to a proposal. */
export function createGroupService(needs: Needs): Answers {
  const { groups } = needs
  const present = createPresenter(needs)
  return {
    async groups({ cursor, limit, state }) {
      const key = parseCursor(cursor, 2)
      const found = await groups.page(state, key && [Number(key[0]), String(key[1])], limit + 1)
      const page = found.slice(0, limit)
      const last = found.length > limit ? page.at(-1) : undefined
      return {
        items: await present(page, IN_LIST),
        next: last ? toCursor([last.lastAt, last.id]) : null,
        total: await groups.count(state),
      }
    },
    groupsOf: async ({ ticketId }) => present(await groups.ofTicket(ticketId), OF_TICKET),
    declare: createDeclaration(needs, present),
    dismiss: createDismissal(needs, present),
  }
}

type Presenter = ReturnType<typeof createPresenter>

function createDeclaration(needs: Needs, present: Presenter): Answers['declare'] {
  const { db, groups, tickets, audit, tellSoon } = needs
  return async ({ id }, { operator }) => {
    const declared = await transact(db, async (tx) => {
      const group = await getGroup(groups, tx, id)
      if (group.state === 'declared')
        throw new Refusal(
          'conflict',
          `This was declared an incident already by ${group.decidedBy ?? 'somebody'}: it is handled on ${group.incidentId}.`,
        )
      const { id: incidentId } = await worstOf(tx, needs, id)
      await tickets.declareIncidentIn(tx, incidentId, operator)
      const decidedBy = operator.name
      const next: KeptGroup = { ...group, state: 'declared', incidentId, decidedBy }
      await groups.replace(tx, next)
      const members = await groups.of(id, LINKED, tx)
      const others = members.filter(({ ticket_id }) => ticket_id !== incidentId)
      await tickets.addToTimeline(
        tx,
        others.map(({ ticket_id }) => belongsLine(ticket_id, next)),
      )
      const detail = { incident: incidentId, size: group.size, what: group.what }
      await audit.record(tx, { actor: decidedBy, action: 'group.declared', subject: id, detail })
      return next
    })
    tellSoon()
    return (await present([declared], OF_TICKET))[0]!
  }
}

function createDismissal(
  { db, groups, audit, tellSoon }: Needs,
  present: Presenter,
): Answers['dismiss'] {
  return async ({ id, reason }, { operator }) => {
    const dismissed = await transact(db, async (tx) => {
      const group = await getGroup(groups, tx, id)
      if (group.state !== 'proposed')
        throw new Refusal(
          'conflict',
          `No incident is proposed for this group: it is ${group.state}. Nothing was changed.`,
        )
      const next: KeptGroup = { ...group, state: 'dismissed', decidedBy: operator.name }
      await groups.replace(tx, next)
      const detail = { reason, size: group.size, what: group.what }
      const action = 'group.dismissed'
      await audit.record(tx, { actor: operator.name, action, subject: id, detail })
      return next
    })
    tellSoon()
    return (await present([dismissed], OF_TICKET))[0]!
  }
}

async function getGroup(groups: GroupRepository, tx: Db, id: GroupId): Promise<KeptGroup> {
  const group = await groups.lock(tx, id)
  if (!group) throw new Refusal('not_found', `There is no group ${id}.`)
  return group
}

function withoutKey({ currentKey: _key, ...group }: KeptGroup): Omit<Group, 'tickets'> {
  return group
}

function createPresenter({ groups, tickets }: Needs) {
  return async function present(all: readonly KeptGroup[], most: number): Promise<Group[]> {
    const members: Member[][] = []
    for (const { id } of all) members.push(await groups.of(id, most))
    const ids = new Set(members.flat().map(({ ticket_id }) => ticket_id))
    const found = new Map((await tickets.findAll([...ids])).map((one) => [one.id, one]))
    return all.map((group, n) => ({
      ...withoutKey(group),
      tickets: members[n]!.flatMap(({ ticket_id, joined_at }) => {
        const ticket = found.get(ticket_id)
        if (!ticket) return []
        const { id, title, severity, status } = ticket
        return [{ id, title, severity, status, joinedAt: joined_at }]
      }),
    }))
  }
}
