import { accessSync, constants } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { connectParent } from '#platform/child-program'

// One session with a SQLite file, in a process of its own: SQLite runs where it is called, and only the end of the
// process stops a statement. What was not committed then is taken back by whoever opens the file next.

type Order =
  | {
      readonly do: 'open'
      readonly file: string
      readonly readonly: boolean
      readonly waitMs: number
    }
  | { readonly do: 'begin' | 'commit' | 'rollback' | 'describe' }
  | {
      readonly do: 'execute' | 'explain'
      readonly text: string
      readonly binds: readonly { readonly type: string; readonly value: string | null }[]
      readonly mostRows: number
    }

type Cell = string | null

const PIECE = 100
const parent = connectParent()
let database: Sqlite.Database | undefined

function open(): Sqlite.Database {
  if (!database) throw new Error('no file is open')
  return database
}

function toBind({ type, value }: { type: string; value: string | null }): unknown {
  if (value === null) return null
  if (type === 'integer') return BigInt(value)
  return type === 'boolean' ? BigInt(value === 'true') : value
}

function toCell(value: string | number | bigint | Buffer | null): Cell {
  if (value === null) return null
  return Buffer.isBuffer(value) ? `x'${value.toString('hex')}'` : String(value)
}

/** Tells rows in pieces; a read ends one row after the most that are shown, a change is done to its end. */
function execute({ text, binds, mostRows }: Extract<Order, { do: 'execute' | 'explain' }>) {
  const statement = open().prepare(text)
  const values = binds.map(toBind)
  if (!statement.reader) return { affected: statement.run(...values).changes }
  const isChange = !statement.readonly
  const columns = statement.columns().map(({ name }) => name)
  let rows: Cell[][] = []
  let count = 0
  for (const row of statement
    .safeIntegers(true)
    .raw(true)
    .iterate(...values)) {
    count += 1
    if (count <= mostRows + 1) rows.push((row as Parameters<typeof toCell>[0][]).map(toCell))
    if (rows.length === PIECE) {
      parent.post({ columns, rows })
      rows = []
    }
    if (!isChange && count > mostRows) break
  }
  parent.post({ columns, rows })
  return { affected: isChange ? count : null }
}

function describe({ name }: Sqlite.Database): string {
  const [{ n, v } = { n: 0, v: '' }] = open()
    .prepare("select count(*) as n, sqlite_version() as v from sqlite_master where type = 'table'")
    .all() as { n: number; v: string }[]
  let may = 'It may be changed.'
  try {
    accessSync(name, constants.W_OK)
  } catch {
    may = 'It may only be read.'
  }
  return `Opens ${name}, ${n} ${n === 1 ? 'table' : 'tables'}, with SQLite ${v}. ${may}`
}

function obey(order: Order): object {
  if (order.do === 'open') {
    const { file, readonly, waitMs } = order
    database = new Sqlite(file, { readonly, fileMustExist: true, timeout: waitMs })
    if (readonly) database.pragma('query_only = on')
    return {}
  }
  if (order.do === 'execute' || order.do === 'explain') return execute(order)
  if (order.do === 'describe') return { text: describe(open()) }
  // A change takes its lock before anything else, so that it never fails half way for want of it.
  open().exec(order.do === 'begin' ? (open().readonly ? 'begin' : 'begin immediate') : order.do)
  return {}
}

parent.onMessage((message) => {
  try {
    parent.post({ done: obey(message as Order) })
  } catch (error) {
    const { message: words, code } = error as Error & { code?: string }
    parent.post({ refused: code ? `${words} (${code})` : words })
  }
})
parent.onGone(() => process.exit(0))
