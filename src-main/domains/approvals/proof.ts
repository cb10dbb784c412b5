import type { Answer } from '#contract/approvals'
import type { OperatorId } from '#contract/primitives'
import { isApprover, type People } from '#domains/people'
import type { Audit } from '#domains/audit'
import type { Db } from '#platform/database'
import { principalOf, required, yesOf } from './approval'
import type { Kept } from './approval-repository'
import { hasEnded, isAsAsked } from './as-asked'
import { isNamed, requirementOf } from './requirement'
import { isSigned, toStatement } from './statement'

interface Needs {
  people: Pick<People, 'publicKey' | 'standing'>
  audit: Pick<Audit, 'firstOf'>
}

/**
 * Throws Refusal `approval_required` unless the right people, and enough of them, signed exactly what the rows say now.
 * Nothing that a row claims is believed: each statement is made anew and held against its signature. `part` is the hash
 * of one action of a set.
 */
export async function checkProof(
  { people, audit }: Needs,
  tx: Db,
  kept: Kept,
  part?: string,
): Promise<void> {
  const { approval } = kept
  if (await hasEnded(audit, tx, kept, part))
    throw required(`the approval ${approval.id} was used or ended before`)
  if (!(await isAsAsked(audit, tx, kept)))
    throw required(`the approval ${approval.id} was changed after it was asked for`)
  const yes = yesOf(approval)
  for (const answer of yes) {
    const problem =
      findForgery(kept, answer, await people.publicKey(answer.fingerprint, tx)) ??
      (await findLackOfStanding({ people }, tx, kept, answer))
    if (problem) throw required(`the approval ${approval.id} proves nothing: ${problem}`)
  }
  const { people: needed } = requirementOf(approval)
  const persons = new Set(yes.map(({ by }) => by.id))
  const principals = new Set(yes.map(principalOf))
  if (Math.min(persons.size, principals.size) < needed)
    throw required(`the approval ${approval.id} has ${persons.size} of ${needed} signatures`)
  if (approval.answers.some(({ decision }) => decision === 'reject'))
    throw required(`the approval ${approval.id} was rejected by somebody`)
}

type Key = Awaited<ReturnType<People['publicKey']>>

function findForgery({ approval, requesterId }: Kept, answer: Answer, key: Key) {
  const { by, at, fingerprint } = answer
  if (!key || key.operatorId !== by.id) return `${fingerprint} is not a key of ${by.name}`
  if (at < key.validFrom || (key.validUntil !== null && at >= key.validUntil))
    return `the key of ${by.name} was not in use when it signed`
  const statement = toStatement(approval, requesterId, answer)
  if (!isSigned(statement, answer.signature, key.publicKey))
    return `something was changed after ${by.name} signed it`
  if (at >= approval.expiresAt || at < approval.requestedAt)
    return `${by.name} signed it outside of its time`
  return undefined
}

async function findLackOfStanding(
  { people }: Pick<Needs, 'people'>,
  tx: Db,
  { approval, requesterId }: Kept,
  { by, for: lent, singleOperator }: Answer,
): Promise<string | undefined> {
  const requires = requirementOf(approval)
  const own = by.id === requesterId || lent?.id === requesterId
  if (requires.notRequester && !singleOperator && own)
    return `${by.name} answered what they asked for themselves`
  const isThere = async (id: OperatorId) => {
    const who = await people.standing(id, tx)
    return who && isApprover(who) ? who : undefined
  }
  if (!(await isThere(by.id))) return `${by.name} is no approver any more`
  const principal = lent ?? by
  const standing = await isThere(principal.id)
  return standing && isNamed(requires, standing)
    ? undefined
    : `${principal.name} is not one of those who may answer this`
}
