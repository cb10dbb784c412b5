import { z } from 'zod'

/** Every "no" an operator can be told. Add a code only when a screen acts on it. */
export const RefusalCode = z.enum([
  'invalid_input', // the call does not match the contract, or a value in it is impossible
  'not_found', // the thing was never there, or is gone
  'conflict', // the thing is not in a state that allows this
  'forbidden', // the operator's role, or the policy, does not allow this
  'approval_required', // a person has to approve exactly this action first
  'expired', // the approval, ticket or token was not used in time
  'vault_locked', // the keychain will not give out secrets; Settings says what to do
  'unreachable', // a host, a source or a file could not be reached; nothing was changed
  'too_much', // over a limit of size, rate or number in flight: try again later or with less
  'unsupported', // this host or this version cannot do it, and says so
  'cancelled', // the caller took the call back
  'disconnected', // the line to main broke; whether an order arrived is not known
  'internal', // a bug: the log has the details, the message has its reference
])
export type RefusalCode = z.infer<typeof RefusalCode>

/** A request that was understood and is not going to happen. Anything else that is thrown is a bug. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode

  constructor(code: RefusalCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
