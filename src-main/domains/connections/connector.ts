import type { Action } from '#contract/actions'
import type { Connection, TestProgress } from '#contract/connections'
import type { ConnectionId, Timestamp } from '#contract/primitives'
import type { StoredConnection } from './connection'

/** How an action ended. Only `not_started` promises that nothing happened on the target. */
export type Outcome =
  | { readonly status: 'exited'; readonly exitCode: number; readonly signal: string | null }
  | { readonly status: 'not_started'; readonly reason: string }
  | { readonly status: 'timed_out'; readonly reason: string; readonly stopped: boolean } // stopped: its process group is gone
  | { readonly status: 'cancelled'; readonly stopped: boolean }
  | { readonly status: 'lost'; readonly reason: string } // the line broke: it may have run, or still runs

export interface Perform {
  readonly signal: AbortSignal
  /** Already masked. Called in order. */
  onOutput(channel: 'stdout' | 'stderr', text: string): void
  /** Called once, just before the target starts the program: from here on a lost line means an unknown outcome. */
  onStarted?(at: Timestamp): void
}

export type Target = StoredConnection & Pick<Connection, 'credentialName'>

export interface HostKey {
  readonly fingerprint: string // `SHA256:…` as ssh-keygen prints it
  readonly type: string // such as `ssh-ed25519`
}

/** One way to reach a target. `connector.suite.ts` says what each of them promises. */
export interface Connector {
  perform(target: Target, action: Action, how: Perform): Promise<Outcome>
  /** Stage by stage; ends with the first that is not passed. */
  test(target: Target, signal: AbortSignal): AsyncGenerator<TestProgress>
  /** The key the host shows now, before anything is told to it. Throws Refusal `unreachable`, or `unsupported` where there is none. */
  readHostKey(target: Target, signal: AbortSignal): Promise<HostKey>
  /** Drops what is kept open for a connection that changed or is gone. */
  forget(id: ConnectionId): void
  /** What is still under way is answered with `lost`. */
  close(): Promise<void>
}

/** Time between the polite and the hard signal: enough for a database client to roll back. */
export const GRACE_MS = 5_000
