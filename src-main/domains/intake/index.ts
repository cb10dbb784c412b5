import type { Serves } from '#platform/caller'

// Intake: every delivery kept verbatim before anything else happens, then read into signals. Knows no triage.
export interface Intake extends Serves<'intake'> {
  /** Opens the listener and finishes what a crash left `stored`. A taken port is a status, not a crash. */
  start(): Promise<void>
  stop(): Promise<void>
}
