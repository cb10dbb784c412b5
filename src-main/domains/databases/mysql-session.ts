import type { Socket } from 'node:net'
import mysql, {
  type Connection,
  type ConnectionOptions,
  type ExecuteValues,
  type QueryError,
  type ResultSetHeader,
} from 'mysql2'
import type { StatementAction, StatementPreview } from '#contract/actions'
import { explainTls, tlsOptions } from '#platform/trust'
import { CONNECT_MS, type Door, LineProblem } from './line'
import { type Cell, LineLost, type OnRows, type Session, StatementRefused } from './session'

type Row = readonly Cell[]

/** The server ended the session; `fatal` alone is not set for all of them. */
const ENDED = new Set([1053, 1184, 1927, 3169])
/** Of MySQL, and of MariaDB. */
const TOO_LATE = new Set([3024, 1969])
/** Some changed tables have no transactions and could not be rolled back. */
const NOT_ROLLED_BACK = '1196'
const PIECE = 100

interface Ways {
  /** Another line to the same server. */
  reopen(): Promise<Socket>
  onSecure(): void
}

/** Greets the server over a line, encrypts it as wished, and signs in. */
export async function signInToMysql(
  line: Socket,
  door: Door,
  { reopen, onSecure }: Ways,
): Promise<Session> {
  const connection = mysql.createConnection(optionsFor(line, door))
  const wire = createWire(connection)
  const timer = setTimeout(() => line.destroy(new Error('no answer within 10 s')), CONNECT_MS)
  try {
    await connected(connection)
    if (door.trust) onSecure()
    const [[id, version] = []] = await wire.ask('select connection_id(), version()')
    const isMaria = /mariadb/i.test(version ?? '')
    return createSession(wire, { door, reopen, id: id ?? '', isMaria })
  } catch (error) {
    line.destroy()
    throw explainSignIn(error as QueryError, door)
  } finally {
    clearTimeout(timer)
  }
}

function optionsFor(line: Socket, { host, username, password, database, trust }: Door) {
  // Without a name to compare with, Node would compare an address with `localhost`.
  Object.assign(line, { _host: host })
  const options: ConnectionOptions = {
    stream: line,
    host,
    user: username,
    password,
    database,
    flags: ['-LOCAL_FILES'], // the server may not ask for files of this machine
    multipleStatements: false,
    rowsAsArray: true,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    jsonStrings: true,
    connectTimeout: CONNECT_MS,
    charset: 'utf8mb4',
  }
  if (!trust) return options
  const { ca, cert, key, passphrase } = tlsOptions(trust, host) as Record<string, string>
  const ssl = {
    rejectUnauthorized: true,
    verifyIdentity: trust.mode === 'verify',
    ca,
    cert,
    key,
    passphrase,
  }
  return {
    ...options,
    ssl: Object.fromEntries(Object.entries(ssl).filter(([, value]) => value !== undefined)),
  }
}

function connected(connection: Connection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()))
  })
}

function explainSignIn(error: QueryError, { host, username }: Door): LineProblem {
  const { code, message, errno } = error
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT')
    return new LineProblem(
      'tls',
      `${host} does not offer TLS. Nothing secret was sent to it. Switch TLS on there, or say for this connection that it goes in the clear.`,
    )
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|EPROTO|PEM/.test(code ?? '') && errno === undefined)
    return new LineProblem('tls', explainTls(error, host), { cause: error })
  return new LineProblem('auth', `${host} did not let ${username} in: ${message}.`, {
    cause: error,
  })
}

/** What the library throws, as one of the two things that can happen. */
function createWire(connection: Connection) {
  let lost = false
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => {})
  const lose = () => {
    lost = true
    broken.reject(new LineLost('The line to the database broke.'))
  }
  connection.on('error', lose).on('end', lose)
  function translate({ code, errno, fatal, message }: QueryError): Error {
    if (fatal || lost || errno === undefined || ENDED.has(errno)) {
      lose()
      return new LineLost(`The line to the database broke (${code || message}).`)
    }
    const words = `The database refused it: ${message} (${code}).`
    return new StatementRefused(words, TOO_LATE.has(errno))
  }
  async function ask(text: string): Promise<Row[]> {
    if (lost) throw new LineLost('The line to the database broke.')
    const asked = new Promise<Row[]>((resolve, reject) => {
      connection.query(text, (error, rows) => {
        if (error) reject(translate(error))
        else resolve(Array.isArray(rows) ? (rows as unknown as Read[][]).map(toRow) : [])
      })
    })
    return Promise.race([asked, broken.promise])
  }
  return {
    ask,
    connection,
    translate,
    isLost: () => lost,
    /** Fails when the line does: a statement that streams its rows is not told by the library. */
    broken: broken.promise,
    drop() {
      lost = true
      connection.destroy()
    },
  }
}
type Wire = ReturnType<typeof createWire>

interface Facts {
  readonly door: Door
  readonly reopen: () => Promise<Socket>
  readonly id: string
  readonly isMaria: boolean
}

function createSession(wire: Wire, facts: Facts): Session {
  let hasTransactions = false
  return {
    get hasTransactions() {
      return hasTransactions
    },
    async begin(around, timeoutMs) {
      for (const order of timeoutOrders(facts.isMaria, timeoutMs)) await wire.ask(order)
      if (around === 'none') return
      if (around === 'change') hasTransactions = await findTransactions(wire)
      // The session too: whatever would end this transaction could only begin another read.
      if (around === 'read') await wire.ask('set session transaction read only')
      await wire.ask(around === 'read' ? 'start transaction read only' : 'start transaction')
    },
    execute: (action, onRows) => execute(wire, action, onRows),
    async commit() {
      await wire.ask('commit')
    },
    async rollback() {
      await wire.ask('rollback')
      const warnings = await wire.ask('show warnings')
      return !warnings.some(([, code]) => code === NOT_ROLLED_BACK)
    },
    stop: () => kill(facts),
    fate: async () => 'unknown',
    explain: (action) => explain(wire, action),
    describeAccount: () => describeAccount(wire, facts),
    async end() {
      wire.drop()
    },
  }
}

function timeoutOrders(isMaria: boolean, timeoutMs: number): string[] {
  const seconds = Math.max(1, Math.ceil(timeoutMs / 1000))
  const statement = isMaria
    ? `set session max_statement_time = ${timeoutMs / 1000}`
    : `set session max_execution_time = ${timeoutMs}`
  return [statement, `set session innodb_lock_wait_timeout = ${Math.min(seconds, 1_000_000)}`]
}

/** Are there only tables here that can be rolled back? Where one cannot be, nobody promises that nothing was kept. */
async function findTransactions(wire: Wire): Promise<boolean> {
  const rows = await wire.ask(
    `select 1 from information_schema.tables t join information_schema.engines e on e.engine = t.engine
      where t.table_type = 'BASE TABLE' and coalesce(e.transactions, 'NO') <> 'YES'
      and t.table_schema not in ('mysql', 'information_schema', 'performance_schema', 'sys') limit 1`,
  )
  return rows.length === 0
}

/** With values it is prepared; without it is sent as text: some statements cannot be prepared. Both take one only. */
function execute(
  { connection, translate, drop, isLost, broken }: Wire,
  { text, binds, mode }: StatementAction,
  onRows: OnRows,
): Promise<{ affected: number | null }> {
  if (isLost()) return Promise.reject(new LineLost('The line to the database broke.'))
  const values: ExecuteValues = binds.map(toParameter)
  return new Promise((resolve, reject) => {
    broken.catch(reject)
    const running =
      binds.length > 0 ? connection.execute({ sql: text, values }) : connection.query({ sql: text })
    let columns: string[] | undefined
    let rows: Row[] = []
    let count = 0
    let affected: number | undefined
    const flush = () => {
      const more = columns === undefined || onRows(columns, rows)
      rows = []
      return more
    }
    const events = running as unknown as NodeJS.EventEmitter
    events.on('fields', (fields: { name: string }[] | undefined) => {
      if (fields) columns = fields.map(({ name }) => name)
    })
    events.on('result', (row: Row | ResultSetHeader) => {
      if (!Array.isArray(row)) affected = (row as ResultSetHeader).affectedRows
      else {
        count += 1
        rows.push(toRow(row as Read[]))
        if (rows.length < PIECE || flush() || mode === 'change') return
        // The rest of a read is not waited for: the line is dropped, and with it the transaction.
        resolve({ affected: null })
        drop()
      }
    })
    events.on('error', (error: QueryError) => reject(translate(error)))
    events.on('end', () => {
      flush()
      resolve({ affected: affected ?? (/^\s*(insert|replace|delete)/i.test(text) ? count : null) })
    })
  })
}

/** What the library makes of a value. */
type Read = string | number | bigint | boolean | Buffer | null | undefined

/** Texts as the server writes them; bytes that are no text as hexadecimal digits. */
function toRow(values: readonly Read[]): Row {
  return values.map((value) => {
    if (value === null || value === undefined) return null
    if (!Buffer.isBuffer(value)) return String(value)
    const text = value.toString('utf8')
    const isText = Buffer.from(text, 'utf8').equals(value) && !text.includes('\0')
    return isText ? text : `0x${value.toString('hex')}`
  })
}

function toParameter({ type, value }: StatementAction['binds'][number]): ExecuteValues {
  if (value === null) return null
  if (type === 'integer') return mysql.TypedParameter.LONGLONG(BigInt(value))
  if (type === 'boolean') return mysql.TypedParameter.TINY(value === 'true' ? 1 : 0)
  return value
}

/** Ends the statement over another line; the session goes on. */
async function kill({ door, reopen, id }: Facts): Promise<void> {
  try {
    const connection = mysql.createConnection(optionsFor(await reopen(), door))
    const wire = createWire(connection)
    await connected(connection)
    await wire.ask(`kill query ${Number(id)}`)
    wire.drop()
  } catch {
    // Nobody could be told to stop it; whoever waits for the end sees that it does not come.
  }
}

async function explain(wire: Wire, action: StatementAction): Promise<StatementPreview> {
  const columns: string[] = []
  const rows: Row[] = []
  await execute(
    wire,
    { ...action, text: `explain ${action.text}`, mode: 'change' },
    (names, more) => {
      columns.splice(0, columns.length, ...names)
      rows.push(...more)
      return true
    },
  )
  const at = columns.findIndex((name) => name.toLowerCase() === 'rows')
  const estimate = rows.map((row) => Number(row[at] ?? Number.NaN)).find(Number.isFinite)
  const plan = rows
    .map((row) => columns.map((name, n) => `${name}: ${row[n] ?? '-'}`).join('  '))
    .join('\n')
  return { plan, estimatedRows: estimate ?? null, problem: '' }
}

async function describeAccount(wire: Wire, { isMaria }: Facts): Promise<string> {
  const [[name, database, version, readonly] = []] = await wire.ask(
    'select current_user(), database(), version(), @@global.read_only',
  )
  const granted = await wire.ask('show grants')
  const here = new RegExp(` ON (\\*\\.\\*|\`?${RegExp.escape(database ?? '')}\`?\\.)`)
  const grants = granted
    .map(([grant]) => grant ?? '')
    .filter((grant) => here.test(grant))
    .join('\n')
  const isSuper =
    /\b(ALL PRIVILEGES|SUPER|CONNECTION_ADMIN|CONNECTION ADMIN)\b[^\n]* ON \*\.\*/.test(grants)
  const may = isSuper
    ? 'Careful: it may do anything there. An account with fewer rights is safer.'
    : /\b(INSERT|UPDATE|DELETE|ALL PRIVILEGES)\b/.test(grants)
      ? 'It may change rows.'
      : 'It may only read.'
  const server = readonly === '1' || readonly === 'ON' ? ' The server is set to read only.' : ''
  return `Runs statements as ${name} in ${database} on ${isMaria ? 'MariaDB' : 'MySQL'} ${version}. ${may}${server}`
}
