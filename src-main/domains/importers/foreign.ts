import type { ImportedRunbook } from '#contract/importers'
import type { Report } from './draft'

/** A file of another system, and what else was chosen with it. */
export interface Foreign {
  readonly fileName: string
  readonly text: string
  /** The other files chosen at the same time: a workflow's metadata may be among them. */
  readonly beside: readonly { readonly fileName: string; readonly text: string }[]
}

/** Reads one format: the runbooks a file gives, everything else in the report. */
export type Importer = (foreign: Foreign, report: Report) => ImportedRunbook[]
