// What every way to reach a target shares: the promise of a connector, its outcomes, and output that is masked on its way.
export {
  ABANDONED,
  awaitInterruption,
  type Connector,
  findImpossible,
  GRACE_MS,
  type Interruption,
  type Keyboard,
  type Outcome,
  type Perform,
  toExit,
  toInterrupted,
} from './connector'
export { createOutput, type Output } from './output'
export { type HostKey, type StoredConnection, type Target, toSudo, toTarget, useOf } from './target'
export { openTrust } from './trust'
