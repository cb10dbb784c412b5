import type { StatementAction, StatementPreview } from '#contract/actions'

/** The database said no to a statement. Its words are for an operator. */
export class StatementRefused extends Error {
  override readonly name = 'StatementRefused'
  /** Because the time of the statement was over. */
  readonly late: boolean
  constructor(message: string, late = false) {
    super(message)
    this.late = late
  }
}

/** The line broke, or the server ended the session. Whatever was not committed is taken back by the server. */
export class LineLost extends Error {
  override readonly name = 'LineLost'
}

/** A cell as the database writes it; null is SQL's NULL. */
export type Cell = string | null
/** Takes rows in order; false wants no more of a read. */
export type OnRows = (columns: readonly string[], rows: readonly (readonly Cell[])[]) => boolean

/** `none`: the statement commits by itself, so there is no transaction around it. */
export type Around = 'read' | 'change' | 'none'

/** One signed-in line to a database, for one statement. What fails is StatementRefused or LineLost. */
export interface Session {
  /** In `read` the server itself refuses every write from now on. */
  begin(around: Around, timeoutMs: number): Promise<void>
  /** `affected`: rows that were changed; null when the database does not say. */
  execute(action: StatementAction, onRows: OnRows): Promise<{ affected: number | null }>
  commit(): Promise<void>
  /** Is it certain that nothing was kept? False where a table has no transactions. */
  rollback(): Promise<boolean>
  /** Asks the server, over another line, to stop what runs; it then ends as refused. Throws nothing. */
  stop(): Promise<void>
  /** What became of a commit whose answer was lost, asked over another line. */
  fate(): Promise<'kept' | 'taken_back' | 'unknown'>
  /** Could everything that a rollback has to take back be taken back? Known after `begin`. */
  readonly hasTransactions: boolean
  explain(action: StatementAction): Promise<StatementPreview>
  /** Who we are there and what this account may do. */
  describeAccount(): Promise<string>
  /** Drops the line. Throws nothing. */
  end(): Promise<void>
}
