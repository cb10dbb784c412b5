import { Refusal } from '#contract'
import type { Approval, Remembered } from '#contract/approvals'
import type { Operator } from '#contract/people'
import type { ApprovalId, OperatorId } from '#contract/primitives'
import type { Pen } from '#domains/people'
import type { Db } from '#platform/database'
import { type Deciding, mayBeRemembered } from './deciding'

interface Memory {
  readonly shown: Remembered
  readonly operator: Operator
  readonly pen: Pen
  readonly first: ApprovalId
}

const keyOf = (hash: string, id: OperatorId) => `${id} ${hash}`

/** Yeses that count again for the same bytes, by the same person, until this process ends. In memory, on purpose. */
export function createRemembering(deciding: Deciding, now: () => number) {
  const kept = new Map<string, Memory>()

  return {
    keep(approval: Approval, operator: Operator, pen: Pen): void {
      const { frozen, subjectHash, stepTitle, id } = approval
      if (!frozen) return
      const shown: Remembered = {
        subjectHash,
        title: stepTitle,
        target: frozen.action.target.connectionName,
        tier: frozen.tier,
        since: now(),
        used: 0,
      }
      kept.set(keyOf(subjectHash, operator.id), { shown, operator, pen, first: id })
    },
    /** Answers what was just asked for, if somebody said so before; undefined when nobody did, or may not any more. */
    async answer(tx: Db, asked: Approval): Promise<Approval | undefined> {
      if (!mayBeRemembered(asked)) return undefined
      const { subjectHash } = asked
      for (const [key, memory] of kept) {
        if (memory.shown.subjectHash !== subjectHash) continue
        const comment = `The same action was approved as ${memory.first}, to be remembered while this console runs.`
        try {
          const said = { subjectHash, decision: 'approve', comment } as const
          const approved = await deciding.answer(tx, asked.id, said, memory)
          kept.set(key, { ...memory, shown: { ...memory.shown, used: memory.shown.used + 1 } })
          return approved
        } catch (error) {
          if (!(error instanceof Refusal)) throw error
          kept.delete(key) // may not any more: somebody has to be asked
        }
      }
      return undefined
    },
    list: (id: OperatorId): Remembered[] =>
      [...kept.values()].filter(({ operator }) => operator.id === id).map(({ shown }) => shown),
    forget: (hash: string, id: OperatorId): boolean => kept.delete(keyOf(hash, id)),
  }
}
