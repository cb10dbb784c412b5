import type { Socket } from 'node:net'
import { once } from 'node:events'
import postgres from 'postgres'
import type { StatementAction, StatementPreview } from '#contract/actions'
import { type Door, findAddress, LineProblem, openTcp, secureLine } from './line'
import { type Cell, LineLost, type OnRows, type Session, StatementRefused } from './session'

type Sql = postgres.Sql
type Fact = Record<string, Cell>

/** Rows come in pieces of so many. */
const PIECE = 100
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])
const FATE_TRIES = 10
const FATE_MS = 500

/** A line as far as TLS; the database has not been greeted yet. */
export async function openPostgresLine(door: Door): Promise<Socket> {
  const socket = await openTcp(await findAddress(door.host), door)
  return door.trust ? encrypt(socket, door) : socket
}

/** Asks for TLS; a server that has none is not spoken to in the clear instead. */
export async function encrypt(socket: Socket, { trust, host }: Door): Promise<Socket> {
  socket.write(SSL_REQUEST)
  const gone = once(socket, 'close').then(() => [Buffer.from('E')] as [Buffer])
  const [answer] = (await Promise.race([once(socket, 'data'), gone])) as [Buffer]
  if (answer.length === 1 && answer[0] === 0x53) return secureLine(socket, trust!, host)
  socket.destroy()
  throw new LineProblem(
    'tls',
    `${host} does not offer TLS. Nothing was sent to it. Switch TLS on there, or say for this connection that it goes in the clear.`,
  )
}

/** Signs in over a line. What the server says besides results goes to `onNotice`. */
export async function signIn(
  line: Socket,
  door: Door,
  onNotice: (text: string) => void,
): Promise<Session> {
  const wire = createWire(line, door)
  const sql = connectSql(wire, door, onNotice)
  try {
    const [facts] = await ask<Fact[]>(
      wire,
      sql`select pg_backend_pid() as pid, pg_postmaster_start_time()::text as born`,
    )
    return createSession(wire, sql, door, { pid: facts!['pid']!, born: facts!['born']! })
  } catch (error) {
    line.destroy()
    const { code } = error as { code?: string }
    const words = `${door.host} did not let ${door.username} in: ${(error as Error).message}`
    throw new LineProblem('auth', code === undefined ? words : `${words}.`, { cause: error })
  }
}

/** The one socket of a session. The library would quietly open another, on which no transaction is open. */
function createWire(line: Socket, door: Door) {
  let given = false
  let isStopping = false
  let lost = line.destroyed
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => {})
  const lose = () => {
    lost = true
    broken.reject(new LineLost('The line to the database broke.'))
  }
  line.once('close', lose).once('error', lose)
  if (lost) lose()
  return {
    isLost: () => lost,
    /** Fails when the line does; the library does not notice a line that broke before it had it. */
    broken: broken.promise,
    allowStop: () => (isStopping = true),
    drop: () => line.destroy(),
    async socket(): Promise<Socket> {
      if (!given) {
        given = true
        return line
      }
      if (!isStopping) throw new Error('the line is gone')
      isStopping = false
      return openPostgresLine(door)
    },
  }
}
type Wire = ReturnType<typeof createWire>

/** Values go out and come in as the texts that the server reads and writes. */
const AS_TEXT = { serialize: (value: unknown) => value, parse: (text: unknown) => text }
const TYPES: Record<string, postgres.PostgresType> = Object.fromEntries(
  Object.entries({
    string: [25],
    number: [21, 23, 26, 700, 701],
    json: [114, 3802],
    boolean: [16],
    date: [1082, 1114, 1184],
    bytea: [17],
    bigint: [20],
  }).map(([name, from]) => [name, { ...AS_TEXT, to: from[0]!, from }]),
)

/** The library takes a socket of one's own, which its types do not say. */
type Options = postgres.Options<Record<string, postgres.PostgresType>> & {
  socket(): Promise<Socket>
}

function connectSql(wire: Wire, door: Door, onNotice: (text: string) => void): Sql {
  const options: Options = {
    host: door.host,
    port: door.port,
    database: door.database,
    username: door.username,
    password: () => door.password, // a function, lest an empty one be looked for in the environment
    ssl: false, // the line is encrypted already
    socket: wire.socket,
    max: 1,
    prepare: false,
    fetch_types: false,
    connect_timeout: 10,
    idle_timeout: 0,
    max_lifetime: null,
    backoff: false,
    connection: { application_name: 'quarterdeck' },
    types: TYPES,
    onnotice: ({ severity, message }) => onNotice(`${severity}: ${message}\n`),
  }
  return postgres(options)
}

/** What the library throws, as one of the two things that can happen. */
async function ask<T>(wire: Wire, query: PromiseLike<unknown>): Promise<T> {
  if (wire.isLost()) throw new LineLost('The line to the database broke.')
  try {
    return (await Promise.race([query, wire.broken])) as T
  } catch (error) {
    throw translate(error, wire)
  }
}

function translate(error: unknown, wire: Wire): Error {
  if (error instanceof LineLost) return error
  const known = error as Partial<postgres.PostgresError>
  const isAnswer = known.name === 'PostgresError'
  if (!isAnswer || known.severity === 'FATAL' || known.severity === 'PANIC') {
    const said = isAnswer ? ` It said: ${known.message}.` : ''
    return new LineLost(`The line to the database broke.${said}`, { cause: error })
  }
  if (wire.isLost() && !isAnswer) return new LineLost('The line to the database broke.')
  return new StatementRefused(refusalWords(known), known.code === '57014' && isTimeout(known))
}

const isTimeout = ({ message = '' }: Partial<postgres.PostgresError>) =>
  message.includes('statement timeout')

function refusalWords({ message, code, detail, hint, position }: Partial<postgres.PostgresError>) {
  const place = position ? `, at character ${position}` : ''
  const more = [detail, hint].filter(Boolean).map((text) => ` ${text}`)
  return `The database refused it: ${message} (${code}${place}).${more.join('')}`
}

function createSession(
  wire: Wire,
  sql: Sql,
  door: Door,
  facts: { readonly pid: string; readonly born: string },
): Session {
  let running: postgres.PendingQuery<postgres.Row[]> | undefined
  let transaction: string | null = null
  const order = (text: string) =>
    ask<unknown>(wire, sql.unsafe(text, [], { simple: true } as object))

  return {
    hasTransactions: true,
    async begin(around, timeoutMs) {
      if (around === 'none') {
        await order(`set statement_timeout = ${timeoutMs}`)
        return
      }
      await order(around === 'read' ? 'begin read only' : 'begin')
      await order(`set local statement_timeout = ${timeoutMs}`)
      await order('set local idle_in_transaction_session_timeout = 60000')
      // A snapshot: from here on nothing in this transaction can make it a writing one.
      await order('select 1')
    },
    async execute(action, onRows) {
      const binds = action.binds.map(({ value }) => value) as string[]
      // Not `simple`: a prepared statement holds exactly one.
      const query = sql.unsafe(action.text, binds, { simple: false } as object)
      running = query as never
      return ask(wire, collect(sql, query as never, action.mode, onRows))
    },
    async commit() {
      const assigned = await ask<{ id: Cell }[]>(
        wire,
        sql`select txid_current_if_assigned()::text as id`,
      )
      transaction = assigned[0]?.id ?? null
      const answer = await ask<postgres.RowList<postgres.Row[]>>(
        wire,
        sql.unsafe('commit', [], { simple: true } as object),
      )
      if (answer.command !== 'COMMIT')
        throw new StatementRefused('The database rolled it back instead of keeping it.')
    },
    async rollback() {
      await order('rollback')
      return true
    },
    async stop() {
      if (!running) return
      wire.allowStop()
      await Promise.resolve(running.cancel()).catch(() => {})
    },
    fate: () => findFate(door, facts, transaction),
    explain: (action) => explain(wire, sql, action),
    describeAccount: () => describeAccount(wire, sql),
    async end() {
      wire.drop()
      await sql.end({ timeout: 0 }).catch(() => {})
    },
  }
}

type RawQuery = postgres.PendingQuery<postgres.Row[]>

/** A read stops where no more rows are wanted; a change is read to its end, so that the server counts what was changed. */
async function collect(
  { END }: Sql,
  query: RawQuery,
  mode: StatementAction['mode'],
  onRows: OnRows,
): Promise<{ affected: number | null }> {
  const values = query.values()
  let told = false
  const tell = (rows: readonly unknown[], columns: readonly { name: string }[]) => {
    told = true
    return onRows(
      columns.map(({ name }) => name),
      rows as Cell[][],
    )
  }
  if (mode === 'read') {
    await values.cursor(PIECE, (rows) => {
      const { columns } = rows as unknown as postgres.RowList<postgres.Row[]>
      return tell(rows, columns) ? undefined : END
    })
    if (!told) tell([], statementOf(query))
    return { affected: null }
  }
  const { command, count } = await values.forEach((row, result) => {
    tell([row], (result as unknown as postgres.RowList<postgres.Row[]>).columns)
  })
  if (!told) tell([], statementOf(query))
  return { affected: /^(INSERT|UPDATE|DELETE|MERGE|COPY|SELECT)/.test(command) ? count : null }
}

/** What the server said about the columns of a result without rows. */
function statementOf(query: RawQuery): readonly { name: string }[] {
  const { statement } = query as unknown as { statement: { columns?: { name: string }[] } | null }
  return statement?.columns ?? []
}

/** Asks the same server, over a new line, what became of a transaction. */
async function findFate(
  door: Door,
  { born }: { readonly born: string },
  transaction: string | null,
): Promise<'kept' | 'taken_back' | 'unknown'> {
  if (transaction === null) return 'unknown'
  for (let tries = 0; tries < FATE_TRIES; tries += 1) {
    const status = await askStatus(door, born, transaction).catch(() => 'unreachable')
    if (status === 'committed') return 'kept'
    if (status === 'aborted') return 'taken_back'
    if (status === 'other server') return 'unknown'
    await new Promise((resolve) => setTimeout(resolve, FATE_MS))
  }
  return 'unknown'
}

async function askStatus(door: Door, born: string, transaction: string): Promise<string> {
  const line = await openPostgresLine(door)
  const wire = createWire(line, door)
  const sql = connectSql(wire, door, () => {})
  try {
    const [answer] = await ask<Fact[]>(
      wire,
      sql`select pg_postmaster_start_time()::text as born, txid_status(${transaction}::bigint) as status`,
    )
    // Started anew, or another one that took over: its numbers are not the ones we know.
    return answer!['born'] === born ? (answer!['status'] ?? 'in progress') : 'other server'
  } finally {
    wire.drop()
    await sql.end({ timeout: 0 }).catch(() => {})
  }
}

async function explain(wire: Wire, sql: Sql, action: StatementAction): Promise<StatementPreview> {
  const binds = action.binds.map(({ value }) => value) as string[]
  const query = sql.unsafe(`explain ${action.text}`, binds, { simple: false } as object)
  const rows = await ask<Cell[][]>(wire, query.values())
  const lines = rows.map(([line]) => line ?? '')
  const estimates = lines.flatMap((line) => /rows=(\d+)/.exec(line)?.[1] ?? [])
  const isChange = /^\s*(Insert|Update|Delete|Merge) on/.test(lines[0] ?? '')
  const estimate = estimates[isChange ? 1 : 0]
  const plan = lines.join('\n')
  return { plan, estimatedRows: estimate === undefined ? null : Number(estimate), problem: '' }
}

async function describeAccount(wire: Wire, sql: Sql): Promise<string> {
  const [found] = await ask<Fact[]>(
    wire,
    sql`select current_user::text as name, current_database()::text as db, current_setting('server_version') as version,
      current_setting('default_transaction_read_only') as readonly, pg_is_in_recovery()::text as standby,
      (select rolsuper::text from pg_roles where rolname = current_user) as super`,
  )
  const { name, db, version, readonly, standby, super: isSuper } = found!
  const may =
    standby === 'true'
      ? 'It is a standby: it only reads.'
      : readonly === 'on'
        ? 'This account only reads unless a transaction says otherwise.'
        : isSuper === 'true'
          ? 'Careful: it is a superuser, which may do anything there. An account with fewer rights is safer.'
          : 'It is no superuser.'
  return `Runs statements as ${name} in ${db} on PostgreSQL ${version}. ${may}`
}
