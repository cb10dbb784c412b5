// What every way to reach a target shares: the promise of a connector, its outcomes, and output that is masked on its way.
export {
  ABANDONED,
  awaitInterruption,
  type Connector,
  findImpossible,
  GRACE_MS,
  type HostKey,
  type Interruption,
  type Outcome,
  type Perform,
  toExit,
  toInterrupted,
} from './connector'
export { createOutput, type Output } from './output'
export { type StoredConnection, type Target, toTarget } from './target'
