import type { Operator } from '#contract/people'
import type { Serves } from '#platform/caller'

// Operators: who they are and what role they have.
export interface People extends Serves<'people'> {
  /** The operator of this console, made at the first start from the system's user name, as admin. */
  current(): Promise<Operator>
  /** More than one operator with role approver or more? Then nobody approves their own destroy. */
  isSingleOperator(): Promise<boolean>
  nameOf(id: Operator['id']): Promise<string | undefined>
}
