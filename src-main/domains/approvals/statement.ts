import { createPublicKey, verify } from 'node:crypto'
import { z } from 'zod'
import type { Answer, Approval } from '#contract/approvals'
import { VaultTier } from '#contract/credentials'
import { Requirement } from '#contract/policies'
import { ApprovalId, OperatorId, RiskTier, RunId, Sha256, Timestamp } from '#contract/primitives'
import { hashOf, toCanonicalJson } from '#platform/canonical-json'
import { requirementOf } from './requirement'

const Who = z.strictObject({ id: OperatorId, name: z.string() })

/**
 * What a person signs with an answer: the Ed25519 signature is over the UTF-8 of this object's RFC 8785 form. It holds
 * all that the executor relies on, so that no row can be changed between the answer and the run.
 */
export const Statement = z.strictObject({
  version: z.literal(1),
  approval: ApprovalId,
  run: RunId,
  step: z.int(),
  purpose: z.enum(['step', 'undo', 'gate']),
  card: Sha256, // of all that was asked, as it was shown: `hashCard`
  subjectHash: Sha256, // of the action's RFC 8785 form, or of a gate's text
  tier: RiskTier.nullable(), // null for a gate
  decision: z.enum(['approve', 'reject']),
  requester: OperatorId,
  approver: Who,
  for: Who.nullable(), // whose standing was lent
  reason: z.string(),
  requires: Requirement,
  singleOperator: z.boolean(),
  decidedAt: Timestamp,
  expiresAt: Timestamp,
  key: z.string(), // the fingerprint of the key it is signed with
  keptIn: VaultTier,
})
export type Statement = z.infer<typeof Statement>

/** Everything that an approver is shown and that must not change: all of an approval but its answers. */
export function hashCard(approval: Approval, requester: OperatorId): string {
  const moving = { status: undefined, answers: undefined, singleOperator: undefined }
  const decision = { decidedBy: undefined, decidedAt: undefined, comment: undefined }
  return hashOf({ ...approval, ...moving, ...decision, requester })
}

/** The statement that an answer stands for, from the rows as they are now. */
export function toStatement(
  approval: Approval,
  requester: OperatorId,
  answer: Omit<Answer, 'signature'>,
): Statement {
  const { id, runId, stepIndex, purpose, subjectHash, frozen, expiresAt } = approval
  return {
    version: 1,
    approval: id,
    run: runId,
    step: stepIndex,
    purpose,
    card: hashCard(approval, requester),
    subjectHash,
    tier: frozen?.tier ?? null,
    decision: answer.decision,
    requester,
    approver: answer.by,
    for: answer.for,
    reason: answer.comment,
    requires: requirementOf(approval),
    singleOperator: answer.singleOperator,
    decidedAt: answer.at,
    expiresAt,
    key: answer.fingerprint,
    keptIn: answer.keptIn,
  }
}

/** Is this the signature of exactly this statement by the holder of that key? Never throws. */
export function isSigned(statement: object, signature: string, publicKey: string): boolean {
  try {
    const key = createPublicKey({
      key: Buffer.from(publicKey, 'base64'),
      format: 'der',
      type: 'spki',
    })
    if (key.asymmetricKeyType !== 'ed25519') return false
    const text = Buffer.from(toCanonicalJson(statement), 'utf8')
    return verify(null, text, key, Buffer.from(signature, 'base64'))
  } catch {
    return false // no key, or no signature: whatever it is, nobody signed this with it
  }
}
