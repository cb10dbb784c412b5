import type { Audit } from '#domains/audit'
import type { Runbooks } from '#domains/runbooks'
import type { Database } from '#platform/database'
import { createImporterService, type Importers } from './importer-service'

// Foreign runbooks read into our format, with a report of what could not be carried over. Runs nothing, and keeps
// only what an operator asks it to.
export { importRunbook } from './import-runbook'
export { keepAll, namesTaken } from './keep-runbooks'

interface Needs {
  database: Database
  audit: Audit
  runbooks: Runbooks
}

/** Previews foreign files and keeps the runbooks made of them in the operator's own folder. */
export function createImporters(needs: Needs): Importers {
  return createImporterService(needs)
}
