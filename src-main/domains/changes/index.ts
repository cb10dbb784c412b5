// Changes: commits, pull requests, builds and deployments, joined by revision. Judges nothing.
export type { ChangeNews } from './change-news'
import type { ChangeId, ChangeKind } from '#contract/changes'
import type { Db } from '#platform/database'
import type { ChangeNews as News } from './change-news'

export interface Changes {
  /** Keeps what a source told; `unchanged`: it was known, or is older than what is. */
  takeChanges(
    tx: Db,
    source: string,
    news: readonly News[],
  ): Promise<{ id: ChangeId; kind: ChangeKind; effect: 'added' | 'updated' | 'unchanged' }[]>
}
