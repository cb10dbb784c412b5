import type { Contract, Handlers } from '#contract'
import type { Operator } from '#contract/people'

/** Who makes a call. `signal` aborts when the call is cancelled or its session ends. */
export interface Caller {
  readonly operator: Operator
  readonly signal: AbortSignal
}

/** What a domain must answer for one part of the contract. */
export type Serves<D extends keyof Contract> = Handlers<Contract[D], Caller>
