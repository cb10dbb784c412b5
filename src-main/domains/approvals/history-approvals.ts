import { z } from 'zod'
import type { AuditEntry } from '#contract/audit'
import { Requirement } from '#contract/policies'
import { OperatorId, RiskTier, RunId, Sha256, Timestamp } from '#contract/primitives'
import { hashOf } from '#platform/canonical-json'
import type { ExportedKey } from './history-file'
import type { createCast } from './history-people'
import { PART_USED } from './spending-parts'
import { isSigned, Statement } from './statement'

const Facts = z.object({
  card: Sha256,
  runId: RunId,
  stepIndex: z.int(),
  purpose: z.enum(['step', 'undo', 'gate']),
  subjectHash: Sha256,
  set: z.array(Sha256).optional(), // of a step on several targets: every action that was asked for
  tier: RiskTier.nullable(),
  requesterId: OperatorId,
  expiresAt: Timestamp,
  requires: Requirement,
})
const Part = z.object({ approval: z.string(), hash: Sha256 })
const Signed = z.object({ statement: Statement, signature: z.string() })

/** An approval as the log tells it so far. */
interface Told {
  readonly facts: z.infer<typeof Facts>
  readonly askedAt: Timestamp
  status: 'waiting' | 'approved' | 'rejected' | 'used' | 'started' | 'over'
  readonly yes: Map<string, Statement>
  /** Of a set: what was used, and what was started with it. */
  readonly parts: Map<string, 'used' | 'started'>
}

/** A statement is written down with its signature at once; clocks of two consoles may differ by this much. */
const SLACK_MS = 5 * 60_000

type Take = (entry: AuditEntry, detail: unknown) => string | undefined

/** Follows every approval from its request to its use, and believes signatures only. */
export function createLedger(keys: readonly ExportedKey[], cast: ReturnType<typeof createCast>) {
  const told = new Map<string, Told>()
  const takes = { ...answering(told, createProving(keys, cast)), ...moving(told) }
  return {
    size: () => told.size,
    take: (entry: AuditEntry, detail: unknown) => takes[entry.action]?.(entry, detail),
    /** A step was started with it. Why that was wrong; undefined when it was right. */
    start(id: string, run: string, step: number, hash: string): string | undefined {
      const approval = told.get(id)
      if (approval?.status !== 'used') return `the approval ${id} was not used for it`
      const { runId, stepIndex, subjectHash, set } = approval.facts
      if (set) return startPart(id, approval, run, hash)
      if (runId !== run || stepIndex !== step || subjectHash !== hash)
        return `the approval ${id} is for something else`
      approval.status = 'started'
      return undefined
    },
  }
}

/** One action of a set. Which step it is of says what was frozen for that step; the set was signed as a whole. */
function startPart(id: string, { facts, parts }: Told, run: string, hash: string) {
  const isWhole = hashOf({ set: facts.set }) === facts.subjectHash
  if (facts.runId !== run || !isWhole || !facts.set!.includes(hash))
    return `the approval ${id} is for something else`
  if (parts.get(hash) !== 'used') return `the approval ${id} was not used for this target`
  parts.set(hash, 'started')
  return undefined
}

function answering(told: Map<string, Told>, check: Check): Record<string, Take> {
  function takeYes(entry: AuditEntry, detail: unknown): string | undefined {
    const approval = told.get(entry.subject)
    const problem = check(approval, entry, detail, 'approve')
    if (problem !== undefined) return problem
    const { statement } = Signed.parse(detail)
    approval!.yes.set(statement.approver.id, statement)
    return undefined
  }
  return {
    'approval.requested'({ subject, at }, detail) {
      const facts = Facts.safeParse(detail)
      if (!facts.success) return 'it does not say what was asked for'
      if (told.has(subject)) return 'it was asked for twice'
      told.set(subject, {
        facts: facts.data,
        askedAt: at,
        status: 'waiting',
        yes: new Map(),
        parts: new Map(),
      })
      return undefined
    },
    'approval.agreed': takeYes,
    'approval.approved'(entry, detail) {
      const problem = takeYes(entry, detail)
      if (problem !== undefined) return problem
      const approval = told.get(entry.subject)!
      approval.status = 'approved'
      const yes = [...approval.yes.values()]
      const principals = new Set(yes.map((one) => (one.for ?? one.approver).id))
      const { people } = approval.facts.requires
      return principals.size < people
        ? `it takes ${people} people, and ${principals.size} signed`
        : undefined
    },
    'approval.rejected'(entry, detail) {
      const approval = told.get(entry.subject)
      const problem = check(approval, entry, detail, 'reject')
      if (approval) approval.status = 'rejected'
      return problem
    },
  }
}

function moving(told: Map<string, Told>): Record<string, Take> {
  function move({ subject }: AuditEntry, from: Told['status'][], to: Told['status']) {
    const approval = told.get(subject)
    if (!approval) return 'it was never asked for'
    if (!from.includes(approval.status))
      return `it was ${approval.status}, not ${from.join(' or ')}`
    approval.status = to
    return undefined
  }
  return {
    'approval.used'(entry) {
      const endedAt = told.get(entry.subject)?.facts.expiresAt ?? entry.at
      const isLate = entry.at >= endedAt + SLACK_MS
      return isLate ? 'it was used after its time' : move(entry, ['approved'], 'used')
    },
    [PART_USED](entry, detail) {
      const { approval: id, hash } = Part.parse(detail)
      const approval = told.get(id)
      if (approval?.status !== 'used') return 'it was not used at all'
      if (approval.parts.has(hash)) return 'it was used twice for the same target'
      approval.parts.set(hash, 'used')
      return undefined
    },
    'approval.expired': (entry) => move(entry, ['waiting'], 'over'),
    'approval.withdrawn': (entry) => move(entry, ['waiting', 'approved'], 'over'),
  }
}

type Check = (
  approval: Told | undefined,
  entry: AuditEntry,
  detail: unknown,
  decision: Statement['decision'],
) => string | undefined

/** What is wrong with an answer: who signed it, what, when, and whether they could. */
function createProving(keys: readonly ExportedKey[], cast: ReturnType<typeof createCast>): Check {
  const byFingerprint = new Map(keys.map((key) => [key.fingerprint, key]))

  function findForgery(statement: Statement, signature: string): string | undefined {
    const { approver, key: fingerprint, decidedAt } = statement
    const key = byFingerprint.get(fingerprint)
    if (!key) return `${fingerprint} is not one of the keys that are trusted`
    if (key.operatorId !== approver.id) return `the key ${fingerprint} is not ${approver.name}'s`
    if (decidedAt < key.validFrom || (key.validUntil !== null && decidedAt >= key.validUntil))
      return `the key of ${approver.name} was not in use then`
    return isSigned(statement, signature, key.publicKey)
      ? undefined
      : `the signature of ${approver.name} does not fit: something was changed`
  }

  return (approval, { subject, at }, detail, decision) => {
    const signed = Signed.safeParse(detail)
    if (!approval) return 'it was never asked for'
    if (approval.status !== 'waiting') return `it was ${approval.status} already`
    if (!signed.success) return 'the answer is not signed'
    const { statement, signature } = signed.data
    return (
      findForgery(statement, signature) ??
      findMismatch(approval, statement, { subject, at, decision }) ??
      (decision === 'approve' ? findSelfService(statement) : undefined) ??
      findSilence(approval, statement) ??
      (decision === 'approve' ? cast.findLack(statement) : undefined)
    )
  }
}

interface Place {
  readonly subject: string
  readonly at: Timestamp
  readonly decision: Statement['decision']
}

function findMismatch({ facts, askedAt }: Told, statement: Statement, place: Place) {
  const { card, runId, stepIndex, purpose, subjectHash, tier, requesterId, expiresAt, requires } =
    facts
  const asked = {
    card,
    run: runId,
    step: stepIndex,
    purpose,
    subjectHash,
    tier,
    requester: requesterId,
    expiresAt,
    requires,
    approval: place.subject,
    decision: place.decision,
  }
  const names = Object.keys(asked) as (keyof typeof asked)[]
  const wrong = names.filter((name) => hashOf([statement[name]]) !== hashOf([asked[name]]))
  if (wrong.length > 0) return `what was signed differs from what was asked: ${wrong.join(', ')}`
  const { decidedAt } = statement
  if (decidedAt >= expiresAt || decidedAt < askedAt - SLACK_MS)
    return 'it was signed out of its time'
  return Math.abs(place.at - decidedAt) > SLACK_MS ? 'it was signed at another time' : undefined
}

function findSelfService(statement: Statement): string | undefined {
  const { approver, for: whose, requester, requires, tier, singleOperator } = statement
  const own = approver.id === requester || whose?.id === requester
  const barred = requires.notRequester || tier === 'destroy'
  return barred && own && !singleOperator
    ? `${approver.name} approved what they had asked for themselves`
    : undefined
}

function findSilence({ facts }: Told, { decision, tier, reason }: Statement): string | undefined {
  const needed = decision === 'reject' || facts.requires.reason || tier === 'destroy'
  return needed && reason.trim() === '' ? 'it gives no reason' : undefined
}
