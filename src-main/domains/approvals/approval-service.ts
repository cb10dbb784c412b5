import { Refusal } from '#contract'
import type { FrozenAction } from '#contract/actions'
import type { Approval } from '#contract/approvals'
import type { Operator } from '#contract/people'
import type { ApprovalId, RunId } from '#contract/primitives'
import type { Audit } from '#domains/audit'
import type { People } from '#domains/people'
import type { Settings } from '#domains/settings'
import type { Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { afterCommit, type Database, type Db, transact } from '#platform/database'
import type { Events } from '#platform/events'
import { newId } from '#platform/ids'
import { parseCursor, toCursor } from '#platform/pages'
import {
  checkDecision,
  checkSpending,
  type Decision,
  type NewApproval,
  isOver,
  subjectHashOf,
  tooLate,
} from './approval'
import type { ApprovalRepository, Kept, Move } from './approval-repository'

export interface Approvals extends Serves<'approvals'> {
  request(tx: Db, wanted: NewApproval): Promise<Approval>
  find(id: ApprovalId, tx?: Db): Promise<Approval | undefined>
  /**
   * Compare-and-swap `approved` → `used`, in the transaction that starts the step; null spends a gate's. Throws Refusal
   * `approval_required` unless this approval is approved, unused, in time and for exactly this action's recomputed hash.
   */
  spend(tx: Db, id: ApprovalId, frozen: FrozenAction | null): Promise<Approval>
  /** All of this run that wait, or were not used yet, become `withdrawn`. */
  withdraw(tx: Db, runId: RunId, reason: string): Promise<void>
  /** Turns waiting ones whose time is over into `expired` and returns them. */
  expireDue(): Promise<Approval[]>
}

export interface Needs {
  database: Database
  clock: Clock
  events: Events
  audit: Audit
  people: Pick<People, 'isSingleOperator'>
  settings: Pick<Settings, 'current'>
}

const US = 'quarterdeck'

export function createApprovalService(needs: Needs, repository: ApprovalRepository): Approvals {
  const { database, clock, people, settings } = needs
  const move = mover(needs, repository)
  return {
    ...questions(repository, people),
    async request(tx, { requesterId, ...wanted }) {
      const now = clock.now()
      const approval: Approval = {
        ...wanted,
        id: newId<ApprovalId>('apr'),
        subjectHash: subjectHashOf(wanted),
        requestedAt: now,
        expiresAt: now + settings.current().approvalMinutes * 60_000,
        status: 'waiting',
        singleOperator: false, // said when it is shown and when it is decided: people come and go
        decidedBy: null,
        decidedAt: null,
        comment: '',
      }
      await repository.add(tx, { approval, requesterId })
      await move.record(tx, approval, 'requested', wanted.requestedBy)
      return approval
    },
    async spend(tx, id, subject) {
      const { approval } = await getKept(repository, id, tx)
      checkSpending(approval, subject, clock.now())
      const used = await move.to(tx, approval, { from: 'approved', to: 'used' }, US)
      if (!used) throw new Refusal('approval_required', `The approval ${id} was used already.`)
      return used
    },
    async withdraw(tx, runId, reason) {
      for (const { approval } of await repository.openOf(tx, runId)) {
        const from = approval.status
        const rest = from === 'waiting' ? { decidedAt: clock.now(), comment: reason } : {}
        await move.to(tx, approval, { from, to: 'withdrawn', ...rest }, US)
      }
    },
    async expireDue() {
      const expired: Approval[] = []
      for (const { approval } of await repository.due(clock.now())) {
        const done = await transact(database.db, (tx) => move.expire(tx, approval))
        if (done) expired.push(done)
      }
      return expired
    },
    async decide({ id, comment, ...given }, { operator }) {
      const alone = await people.isSingleOperator()
      const decided = await transact(database.db, async (tx) => {
        const kept = await getKept(repository, id, tx)
        if (isOver(kept.approval, clock.now())) return move.expire(tx, kept.approval)
        const made = { ...given, by: operator.id, requesterId: kept.requesterId, alone }
        return move.decide(tx, kept, made, { operator, comment })
      })
      if (!decided || decided.status === 'expired') throw tooLate(id)
      return decided
    },
  }
}

function questions(repository: ApprovalRepository, people: Needs['people']) {
  return {
    find: async (id: ApprovalId, tx?: Db) => (await repository.find(id, tx))?.approval,
    get: async ({ id }: { id: ApprovalId }) =>
      shown((await getKept(repository, id)).approval, await people.isSingleOperator()),
    waiting: () => repository.waiting(),
    async list({ view, cursor, limit }: Parameters<Approvals['list']>[0]) {
      const isWaiting = view === 'waiting'
      const after = parseCursor(cursor, 2)
      const kept = isWaiting
        ? await repository.pageWaiting(after, limit)
        : await repository.pageDecided(after, limit)
      const alone = await people.isSingleOperator()
      const items = kept.map(({ approval }) => shown(approval, alone))
      const last = items.length === limit ? items.at(-1) : undefined
      const next = last && toCursor([isWaiting ? last.expiresAt : last.decidedAt!, last.id])
      const total = isWaiting ? (await repository.waiting()).count : await repository.countDecided()
      return { items, next: next ?? null, total }
    },
  }
}

async function getKept(repository: ApprovalRepository, id: ApprovalId, tx?: Db): Promise<Kept> {
  const kept = await repository.find(id, tx)
  if (kept) return kept
  throw new Refusal('not_found', `There is no approval ${id}. It may be of another store.`)
}

/** While it waits, the card says how things are now; afterwards, how they were when it was decided. */
function shown(approval: Approval, alone: boolean): Approval {
  return approval.status === 'waiting' ? { ...approval, singleOperator: alone } : approval
}

/** Every change of an approval: swapped in the store, written in the audit log and told, or none of the three. */
function mover({ clock, events, audit }: Needs, repository: ApprovalRepository) {
  return { to, expire, decide, record }

  async function to(tx: Db, approval: Approval, change: Move, actor: string) {
    if (!(await repository.move(tx, approval.id, change))) return undefined
    const { from: _, to: status, signature: __, ...rest } = change
    const moved: Approval = { ...approval, ...rest, status }
    await record(tx, moved, status, actor)
    return moved
  }
  async function expire(tx: Db, approval: Approval): Promise<Approval | undefined> {
    const comment = 'Nobody answered in time.'
    const change: Move = { from: 'waiting', to: 'expired', decidedAt: clock.now(), comment }
    return to(tx, approval, change, US)
  }
  async function decide(
    tx: Db,
    { approval }: Kept,
    made: Decision,
    { operator, comment }: { operator: Operator; comment: string },
  ): Promise<Approval> {
    checkDecision(approval, made)
    const status = made.decision === 'approve' ? 'approved' : 'rejected'
    const answer = { decidedBy: operator.name, decidedAt: clock.now(), comment }
    const change: Move = { from: 'waiting', to: status, ...answer, singleOperator: made.alone }
    const decided = await to(tx, approval, change, operator.name)
    if (decided) return decided
    throw new Refusal(
      'conflict',
      'Somebody else has just answered this. Your answer changed nothing.',
    )
  }
  async function record(tx: Db, approval: Approval, what: string, actor: string): Promise<void> {
    const { id, runId, stepIndex, purpose, subjectHash, singleOperator, comment, frozen } = approval
    const detail = { runId, stepIndex, purpose, subjectHash, singleOperator, comment }
    await audit.record(tx, {
      actor,
      action: `approval.${what}`,
      subject: id,
      detail: { ...detail, tier: frozen?.tier ?? null },
    })
    const { count } = await repository.waiting(tx)
    const news = { id, runId, status: approval.status, waiting: count }
    afterCommit(tx, () => events.publish('approvals.changed', news))
  }
}
