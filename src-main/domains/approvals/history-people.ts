import { z } from 'zod'
import type { AuditEntry } from '#contract/audit'
import { Delegation, Group, Role } from '#contract/people'
import type { OperatorId, Timestamp } from '#contract/primitives'
import { isNamed } from './requirement'
import type { Statement } from './statement'

const Added = z.object({ role: Role, account: z.string().optional() })
const Changed = z.object({ role: Role })

/** Who was what at each moment, as the log itself tells it. */
export function createCast() {
  const roles = new Map<string, z.infer<typeof Role>>()
  const accounts = new Map<string, string>()
  const groups = new Map<string, readonly string[]>()
  const lent = new Map<string, Delegation>()
  const takes: Record<string, (entry: AuditEntry, detail: unknown) => void> = {
    'operator.added'({ subject, actor }, detail) {
      const { role, account = actor } = Added.parse(detail)
      roles.set(subject, role)
      accounts.set(subject, account)
    },
    'operator.role_changed': ({ subject }, detail) =>
      void roles.set(subject, Changed.parse(detail).role),
    'group.saved': ({ subject }, detail) => void groups.set(subject, Group.parse(detail).members),
    'group.removed': ({ subject }) => void groups.delete(subject),
    'delegation.made': ({ subject }, detail) => void lent.set(subject, Delegation.parse(detail)),
    'delegation.ended': ({ subject }) => void lent.delete(subject),
  }
  const isApprover = (id: string) => roles.get(id) === 'approver' || roles.get(id) === 'admin'
  const toEligible = (id: OperatorId) => ({
    id,
    name: id,
    account: accounts.get(id) ?? '',
    groups: [...groups].filter(([, members]) => members.includes(id)).map(([name]) => name),
  })
  const hasLent = (from: string, to: string, at: Timestamp) =>
    [...lent.values()].some((one) => one.from === from && one.to === to && at < one.until)
  return {
    take: (entry: AuditEntry, detail: unknown) => takes[entry.action]?.(entry, detail),
    /** Why this person could not say this then; undefined when they could. */
    findLack({ approver, for: whose, requires, decidedAt, singleOperator }: Statement) {
      if (!isApprover(approver.id)) return `${approver.name} was no approver then`
      if (whose && !hasLent(whose.id, approver.id, decidedAt))
        return `${whose.name} had lent ${approver.name} nothing then`
      const principal = whose ?? approver
      if (!isApprover(principal.id) || !isNamed(requires, toEligible(principal.id)))
        return `${principal.name} was not one of those who could answer`
      const others = [...roles.keys()].filter(isApprover).length > 1
      return singleOperator && others ? 'there was a second approver then' : undefined
    },
  }
}
