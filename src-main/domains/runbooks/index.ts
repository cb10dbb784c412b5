import type { RunbookId } from '#contract/primitives'
import type { RunbookRecord } from '#contract/runbooks'
import type { RunbookMatch } from '#contract/triage'
import type { Serves } from '#platform/caller'

// Runbooks as Markdown files: read, checked, searched. Runs nothing and knows no ticket.

/** What a ticket offers to be matched by. */
export interface MatchQuery {
  readonly alertName: string | undefined
  readonly text: string
  readonly labels: Readonly<Record<string, string>>
}

export interface Runbooks extends Serves<'runbooks'> {
  find(id: RunbookId): RunbookRecord | undefined
  /** Best first. A runbook whose `match.alerts` names the alert comes before any that only shares words. */
  rank(query: MatchQuery, limit: number): RunbookMatch[]
  /** Another folder of runbooks, such as the demo's; returns how to take it away again. */
  addFolder(path: string, origin: RunbookRecord['origin']): Promise<() => Promise<void>>
}
