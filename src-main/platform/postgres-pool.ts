import type { PostgresPool, PostgresPoolClient } from 'kysely'
import postgres from 'postgres'

/** Our times and counts fit a double. */
const BIGINT_AS_NUMBER = { to: 20, from: [20], serialize: String, parse: Number }
const ONE_LINE = {
  max: 1,
  max_lifetime: null, // an old line would be ended in the middle of a transaction
  fetch_types: false, // nobody would hear that a line broke while it asks for them, and that ends the process
  types: { bigint: BIGINT_AS_NUMBER },
  onnotice: () => {},
}

interface Line {
  isLost(): boolean
  query: PostgresPoolClient['query']
  end(): Promise<void>
}

/**
 * So many lines to a PostgreSQL server, each of which is one connection and never another: a transaction whose line breaks
 * fails at once, whatever is asked in it afterwards. The library alone would carry on over a new connection, on which no
 * transaction is open, wait for ever, or end the process (https://github.com/porsager/postgres/issues/1208).
 */
export function createPostgresPool(url: string, most: number): PostgresPool {
  const lines = new Set<Line>()
  const idle: Line[] = []
  const waiting: PromiseWithResolvers<Line>[] = []
  const emptied = Promise.withResolvers<void>()
  let isClosing = false

  function open(): Line {
    const line = openLine(url, () => drop(line))
    lines.add(line)
    return line
  }
  /** Whoever uses it hears of the loss with their next question. */
  function drop(line: Line): void {
    lines.delete(line)
    const at = idle.indexOf(line)
    if (at >= 0) idle.splice(at, 1)
    void line.end()
    if (isClosing && lines.size === 0) emptied.resolve()
    if (!isClosing && lines.size < most) waiting.shift()?.resolve(open())
  }
  function giveBack(line: Line): void {
    if (line.isLost()) return
    if (isClosing) return drop(line)
    const next = waiting.shift()
    if (next) next.resolve(line)
    else idle.push(line)
  }
  async function take(): Promise<Line> {
    if (isClosing) throw new Error('The store is closed.')
    const line = idle.pop() ?? (lines.size < most ? open() : undefined)
    if (line) return line
    const turn = Promise.withResolvers<Line>()
    waiting.push(turn)
    return turn.promise
  }

  return {
    async connect() {
      const line = await take()
      return { query: line.query, release: () => giveBack(line) }
    },
    /** Waits for those who still use a line. */
    async end() {
      isClosing = true
      for (const turn of waiting.splice(0)) turn.reject(new Error('The store is closed.'))
      while (idle.length > 0) drop(idle[0]!)
      if (lines.size > 0) await emptied.promise
    },
  }
}

function openLine(url: string, onLost: () => void): Line {
  const lost = Promise.withResolvers<never>()
  lost.promise.catch(() => {}) // it may break while nobody asks anything
  let problem: Error | undefined
  const onclose = () => {
    problem ??= new Error('The line to the store broke.')
    lost.reject(problem)
    onLost()
  }
  const client = postgres(url, { ...ONE_LINE, onclose })

  async function query(sql: string, parameters: readonly unknown[]) {
    // The server takes back what it was not told to keep, when it finds nobody at the other end.
    if (problem && sql === 'rollback') return { command: 'ROLLBACK', rowCount: 0, rows: [] }
    if (problem) throw problem
    const asked = client.unsafe(sql, [...parameters] as postgres.ParameterOrJSON<never>[])
    // The library forgets what is asked in the moment in which a line breaks.
    const rows = await Promise.race([asked, lost.promise]).catch(rethrow)
    return { command: rows.command, rowCount: rows.count, rows: [...rows] }
  }
  return {
    isLost: () => problem !== undefined,
    query: query as PostgresPoolClient['query'],
    end: () => client.end(),
  }
}

/** Kysely adds to the stack of an error, which the library's own do not let it. */
function rethrow(cause: unknown): never {
  const { message, code } = cause as Error & { code?: string }
  throw Object.assign(new Error(message, { cause }), code !== undefined && { code })
}
