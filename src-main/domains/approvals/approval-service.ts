import { Refusal } from '#contract'
import type { Action, FrozenAction, StatementPreview } from '#contract/actions'
import type { Approval } from '#contract/approvals'
import type { ApprovalId, RunId } from '#contract/primitives'
import type { Audit } from '#domains/audit'
import type { People } from '#domains/people'
import type { Settings } from '#domains/settings'
import type { Caller, Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { type Database, type Db, transact } from '#platform/database'
import type { Events } from '#platform/events'
import { newId } from '#platform/ids'
import { parseCursor, toCursor } from '#platform/pages'
import { checkSpending, type NewApproval, isOver, subjectHashOf, tooLate } from './approval'
import { createMoves, US } from './approval-moves'
import type { ApprovalRepository, Kept } from './approval-repository'
import { createDeciding, type Deciding, mayBeRemembered, standingOf } from './deciding'
import { checkProof } from './proof'
import { createRemembering } from './remembering'
import { spendPart } from './spending-parts'

export interface Approvals extends Serves<'approvals'> {
  request(tx: Db, wanted: NewApproval): Promise<Approval>
  find(id: ApprovalId, tx?: Db): Promise<Approval | undefined>
  /**
   * Compare-and-swap `approved` → `used`, in the transaction that starts the step; null spends a gate's. Throws Refusal
   * `approval_required` unless this approval is approved, unused, in time, for exactly this action's recomputed hash, and
   * signed by the right people over what its rows say now. Of a set each action is spent once, the first of them in time.
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
  people: Pick<People, 'isSingleOperator' | 'standing' | 'pen' | 'publicKey'>
  settings: Pick<Settings, 'current'>
  /** Asks a database how it would carry out a statement, without doing it. */
  explain(action: Action): Promise<StatementPreview>
}

export function createApprovalService(given: Needs, repository: ApprovalRepository): Approvals {
  const { database, clock, people, settings } = given
  const moves = createMoves({ ...given, repository })
  const needs = { ...given, repository, moves }
  const deciding = createDeciding(needs)
  const remembering = createRemembering(deciding, clock.now)
  return {
    ...questions(repository, deciding, needs),
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
        answers: [],
        decidedBy: null,
        decidedAt: null,
        comment: '',
      }
      const kept = { approval, requesterId }
      await repository.add(tx, kept)
      await moves.record(tx, kept, 'requested', wanted.requestedBy)
      return (await remembering.answer(tx, approval)) ?? approval
    },
    async spend(tx, id, subject) {
      const kept = await getKept(repository, id, tx)
      checkSpending(kept.approval, subject, clock.now())
      await checkProof(given, tx, kept, kept.approval.set && subject?.hash)
      if (kept.approval.set) return spendPart(needs, tx, kept, subject!)
      const used = await moves.to(tx, kept, { from: 'approved', to: 'used' }, US)
      if (!used) throw new Refusal('approval_required', `The approval ${id} was used already.`)
      return used
    },
    ...endings(given, repository, moves),
    async decide({ id, remember = false, ...said }, { operator }) {
      const pen = await people.pen(operator)
      const decided = await transact(database.db, async (tx) => {
        const kept = await getKept(repository, id, tx)
        if (isOver(kept.approval, clock.now())) return moves.expire(tx, kept)
        if (remember) checkRemembering(kept.approval)
        return deciding.answer(tx, id, said, { operator, pen })
      })
      if (!decided || decided.status === 'expired') throw tooLate(id)
      if (remember && decided.status === 'approved') remembering.keep(decided, operator, pen)
      return decided
    },
    remembered: (_, { operator }) => remembering.list(operator.id),
    forget({ subjectHash }, { operator }) {
      if (!remembering.forget(subjectHash, operator.id))
        throw new Refusal('not_found', 'This is not remembered any more. Nothing was changed.')
      return {}
    },
  }
}

/** How an approval ends without a person. */
function endings(
  { database, clock }: Needs,
  repository: ApprovalRepository,
  moves: ReturnType<typeof createMoves>,
) {
  return {
    async withdraw(tx: Db, runId: RunId, reason: string) {
      for (const kept of await repository.openOf(tx, runId)) {
        const from = kept.approval.status
        const rest = from === 'waiting' ? { decidedAt: clock.now(), comment: reason } : {}
        await moves.to(tx, kept, { from, to: 'withdrawn', ...rest }, US)
      }
    },
    async expireDue() {
      const expired: Approval[] = []
      for (const kept of await repository.due(clock.now())) {
        const done = await transact(database.db, (tx) => moves.expire(tx, kept))
        if (done) expired.push(done)
      }
      return expired
    },
  }
}

function checkRemembering(approval: Approval): void {
  if (mayBeRemembered(approval)) return
  throw new Refusal(
    'forbidden',
    'Only what reads or reaches out, and needs one person, can be approved again by itself. Nothing was decided.',
  )
}

function questions(repository: ApprovalRepository, deciding: Deciding, { explain }: Needs) {
  return {
    async preview({ id }: { id: ApprovalId }): Promise<StatementPreview> {
      const { approval } = await getKept(repository, id)
      const none = { plan: '', estimatedRows: null }
      if (approval.status !== 'waiting' || !approval.frozen)
        return { ...none, problem: 'Only an action that waits is asked about beforehand.' }
      return explain(approval.frozen.action)
    },
    find: async (id: ApprovalId, tx?: Db) => (await repository.find(id, tx))?.approval,
    get: async ({ id }: { id: ApprovalId }) =>
      shown((await getKept(repository, id)).approval, await deciding.isAlone()),
    async standing({ id }: { id: ApprovalId }, { operator }: Caller) {
      const kept = await getKept(repository, id)
      return standingOf(kept, await deciding.voterOf(operator.id), await deciding.isAlone())
    },
    waiting: () => repository.waiting(),
    async list({ view, cursor, limit }: Parameters<Approvals['list']>[0]) {
      const isWaiting = view === 'waiting'
      const after = parseCursor(cursor, 2)
      const kept = isWaiting
        ? await repository.pageWaiting(after, limit)
        : await repository.pageDecided(after, limit)
      const alone = await deciding.isAlone()
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
