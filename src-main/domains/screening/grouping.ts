import type { TraceStep } from '#contract/intake'
import { Severity, type TicketId, type Timestamp } from '#contract/primitives'
import type { GroupId } from '#contract/screening'
import type { Ticket } from '#contract/tickets'
import type { NewTimelineEntry, Reception, Signal, Tickets } from '#domains/tickets'
import type { Clock } from '#platform/clock'
import { afterCommit, type Db } from '#platform/database'
import { newId } from '#platform/ids'
import type { GroupRepository, KeptGroup, Member } from './group-repository'
import { readerOf } from './match'
import { minutes } from './plan'
import { type RuleOf, wishesOf } from './rule-book'
import type { RuleShelf } from './rule-shelf'
import type { KindOf } from './screen'
import { wishSteps } from './wish-steps'

interface Needs {
  groups: GroupRepository
  shelf: RuleShelf
  tickets: Pick<Tickets, 'addToTimeline' | 'findAll'>
  kindOf: KindOf
  clock: Clock
  tellSoon: () => void
}

/** Members that are looked at to find the worst: those that joined first. */
const LOOKED_AT = 500

/** A ticket that a rule puts together with others. */
interface Joining {
  readonly n: number
  readonly ticketId: TicketId
  readonly rule: RuleOf<'correlation'>
  readonly currentKey: string
  readonly what: string
}

export interface Grouping {
  follow(
    tx: Db,
    signals: readonly Signal[],
    receptions: readonly Reception[],
  ): Promise<TraceStep[][]>
}

/** Puts tickets that opened or reopened together with others, without merging them. */
export function createGrouping(needs: Needs): Grouping {
  const { shelf, kindOf, clock } = needs
  const gather = createGathering(needs)
  return {
    async follow(tx, signals, receptions) {
      const book = shelf.current()
      const steps = signals.map((signal, n) => {
        const { effect, ticketId = null } = receptions[n]!
        if (effect !== 'opened' && effect !== 'reopened') return []
        return wishSteps(wishesOf(book, signal, kindOf(signal.source) ?? ''), effect, ticketId)
      })
      const { correlations } = book
      if (correlations.length === 0) return steps
      const joining = receptions.flatMap(({ effect, ticketId }, n) =>
        ticketId !== undefined && (effect === 'opened' || effect === 'reopened')
          ? joinsOf(correlations, signals[n]!, kindOf, n, ticketId)
          : [],
      )
      if (joining.length === 0) return steps
      const groups = await gather(tx, joining, clock.now())
      for (const { n, ticketId, rule, currentKey, what } of joining) {
        const { size } = groups.get(currentKey)!
        if (size < 2) continue
        const text = `Belongs together with ${size - 1} other tickets (${what}).`
        steps[n]!.push({ stage: 'correlation', outcome: 'noted', text, ticketId, rule: rule.id })
      }
      return steps
    },
  }
}

function joinsOf(
  rules: readonly RuleOf<'correlation'>[],
  signal: Signal,
  kindOf: KindOf,
  n: number,
  ticketId: TicketId,
): Joining[] {
  const kind = kindOf(signal.source) ?? ''
  return rules.flatMap((rule) => {
    if (!rule.matches(signal, kind)) return []
    const { fields } = rule.draft.params
    const values = fields.map((field) => readerOf(field)(signal, kind))
    if (values.includes('')) return []
    const key = JSON.stringify(values.map((value) => value.toLowerCase()))
    const what = fields.map((field, at) => `${field.replace(/^label\./, '')} ${values[at]}`)
    return [
      {
        n,
        ticketId,
        rule,
        currentKey: `${rule.id} ${key}`,
        what: what.length === 0 ? `within ${rule.draft.params.minutes} min` : what.join(', '),
      },
    ]
  })
}

function createGathering({ groups, tickets, tellSoon }: Needs) {
  /** The groups as they are then, by their keys. */
  return async function gather(tx: Db, joining: readonly Joining[], now: Timestamp) {
    const byKey = await findGroups(tx, groups, joining, now)
    const ids = [...new Set(joining.map(({ ticketId }) => ticketId))]
    const there = await groups.among(
      tx,
      [...byKey.values()].map(({ id }) => id),
      ids,
    )
    const known = new Set(there.map(memberKey))
    const joined: Member[] = []
    const lines: NewTimelineEntry[] = []
    const proposed = new Set<string>()
    for (const { ticketId, rule, currentKey } of joining) {
      const group = byKey.get(currentKey)!
      const member = { group_id: group.id, ticket_id: ticketId, joined_at: now }
      if (known.has(memberKey(member))) continue
      known.add(memberKey(member))
      joined.push(member)
      const larger = grow(group, rule, now)
      byKey.set(currentKey, larger)
      if (larger.state !== group.state) proposed.add(currentKey)
      if (group.state === 'declared') lines.push(belongsLine(ticketId, group))
    }
    await groups.join(tx, joined)
    for (const group of byKey.values()) await groups.replace(tx, group)
    for (const key of proposed) lines.push(await proposalLine(tx, byKey.get(key)!))
    if (lines.length > 0) await tickets.addToTimeline(tx, lines)
    if (joined.length > 0) afterCommit(tx, tellSoon)
    return byKey
  }

  async function proposalLine(tx: Db, group: KeptGroup): Promise<NewTimelineEntry> {
    const { id } = await worstOf(tx, { groups, tickets }, group.id)
    return {
      ticketId: id,
      kind: 'incident',
      actor: 'rules',
      title: `${group.size} tickets belong together (${group.what}): is it an incident?`,
      detail: group.rule,
      tone: 'attention',
    }
  }
}

/** Those that may still be joined, and new ones in the place of the others. */
async function findGroups(
  tx: Db,
  groups: GroupRepository,
  joining: readonly Joining[],
  now: Timestamp,
): Promise<Map<string, KeptGroup>> {
  const wanted = new Map(joining.map((one) => [one.currentKey, one]))
  const keys = [...wanted.keys()]
  const found = await groups.lockCurrent(tx, keys)
  const isOver = ({ currentKey, lastAt }: KeptGroup) =>
    lastAt < now - minutes(wanted.get(currentKey!)!.rule.draft.params.minutes)
  const over = found.filter(isOver)
  await groups.retire(
    tx,
    over.map(({ id }) => id),
  )
  const open = new Set(found.filter((group) => !isOver(group)).map((group) => group.currentKey))
  const fresh = keys.filter((key) => !open.has(key)).map((key) => newGroup(wanted.get(key)!, now))
  await groups.add(tx, fresh)
  const all = fresh.length === 0 ? found : await groups.lockCurrent(tx, keys)
  return new Map(all.map((group) => [group.currentKey!, group]))
}

const memberKey = ({ group_id, ticket_id }: Pick<Member, 'group_id' | 'ticket_id'>) =>
  `${group_id} ${ticket_id}`

/** One ticket more; once there are enough, an incident is proposed. */
function grow(group: KeptGroup, rule: RuleOf<'correlation'>, now: Timestamp): KeptGroup {
  const size = group.size + 1
  const enough = group.state === 'gathering' && size >= rule.draft.params.atLeast
  return { ...group, size, lastAt: now, state: enough ? 'proposed' : group.state }
}

function newGroup({ rule, currentKey, what }: Joining, now: Timestamp): KeptGroup {
  return {
    id: newId<GroupId>('grp'),
    ruleId: rule.id,
    rule: rule.draft.name,
    currentKey,
    what,
    state: 'gathering',
    size: 0,
    openedAt: now,
    lastAt: now,
    incidentId: null,
    decidedBy: null,
  }
}

/** On a ticket of a group that was declared: where the incident is. */
export function belongsLine(ticketId: TicketId, { incidentId, what }: KeptGroup): NewTimelineEntry {
  return {
    ticketId,
    kind: 'incident',
    actor: 'rules',
    title: `Part of an incident (${what})`,
    detail: incidentId === null ? '' : `it is handled on ${incidentId}`,
    tone: 'attention',
  }
}

/** The worst ticket that is still active, or was if none is; of these the oldest. */
export async function worstOf(
  tx: Db,
  { groups, tickets }: Pick<Needs, 'groups'> & { tickets: Pick<Tickets, 'findAll'> },
  id: GroupId,
): Promise<Ticket> {
  const members = await groups.of(id, LOOKED_AT, tx)
  const all = await tickets.findAll(
    members.map(({ ticket_id }) => ticket_id),
    tx,
  )
  const active = all.filter(({ status }) => status !== 'resolved' && status !== 'closed')
  const ranked = (active.length > 0 ? active : all).toSorted(
    (a, b) =>
      Severity.options.indexOf(a.severity) - Severity.options.indexOf(b.severity) ||
      a.openedAt - b.openedAt ||
      (a.id < b.id ? -1 : 1),
  )
  return ranked[0]!
}
