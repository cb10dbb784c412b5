import type { Action, ActionTarget } from '#contract/actions'
import type { Connection } from '#contract/connections'
import type { ConnectionId, Timestamp } from '#contract/primitives'
import type { Serves } from '#platform/caller'

// Named targets and how to reach them. Executes actions it is handed; never decides whether they may run.

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

export interface Connections extends Serves<'connections'> {
  find(id: ConnectionId): Promise<Connection | undefined>
  /** By name, then by tag, then by host; any case. `local` always finds this machine. */
  resolve(selector: string): Promise<Connection | undefined>
  toTarget(connection: Connection): ActionTarget
  /** Runs exactly this action. Refuses (`not_started`) when the connection no longer is the action's target. */
  perform(action: Action, how: Perform): Promise<Outcome>
  close(): Promise<void>
}
