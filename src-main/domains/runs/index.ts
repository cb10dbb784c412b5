import type { Serves } from '#platform/caller'

// Runs: one execution of a snapshot of a plan. The machine decides, the driver does; each event is on disk first.
export interface Runs extends Serves<'runs'> {
  /** After a start: continues what waits, and asks about what was executing when the process died. */
  recover(): Promise<void>
  /** The machine slept or the network went: every active run pauses at its next step border. */
  pauseAll(reason: string): Promise<void>
  /** Lets running steps be recorded as they are and stops; nothing is cancelled. */
  stop(): Promise<void>
}
