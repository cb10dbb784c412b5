import type { Serves } from '#platform/caller'

// Triage: the verdict on a ticket, with reasons. Proposes; never closes a ticket and never starts a run.
export interface TriageDomain extends Serves<'triage'> {
  /** Triages what is open now; called on news, by the 30 s sweep and at start. Returns how many. */
  sweep(): Promise<number>
  stop(): Promise<void>
}
