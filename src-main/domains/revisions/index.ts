import { createRevisionRepository } from './revision-repository'
import { createRevisionService, type Needs, type Revisions } from './revision-service'

// What runbooks were and who changed them. Writes files in the operator's own folder only; reads none itself.
export type { Revisions }

/** Keeps the texts of the operator's own runbooks as they come to be, also those that an editor outside has written. */
export function createRevisions(needs: Needs): Revisions {
  return createRevisionService(needs, createRevisionRepository(needs.database.db))
}
