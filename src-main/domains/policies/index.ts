import type { Scheduler } from '#platform/scheduler'
import { decide, type Subject } from './policy'
import { createPolicyService, type Needs, type Policies } from './policy-service'

// The organisation's rules: what is denied, who is asked, what is allowed. Read from a file; a broken one denies.
export { asksMore, decide, type Policy } from './policy'
export { strictest } from './strictest'
export type { Policies, Subject }

const LOOK_MS = 2000

/** Reads the file, and again within two seconds of a change. */
export async function createPolicies(needs: Needs & { scheduler: Scheduler }): Promise<Policies> {
  const policies = await createPolicyService(needs)
  needs.scheduler.every('policies.look', LOOK_MS, () => policies.look())
  return policies
}

/** Where there are no rules: the tier alone decides. */
export function decideByTier(subject: Omit<Subject, 'at'>) {
  return decide({ state: 'none' }, { ...subject, at: 0 })
}
