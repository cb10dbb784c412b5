import { access } from 'node:fs/promises'
import type { StatementPreview } from '#contract/actions'
import type { ChildProgram, Host } from '#platform/host'
import { LineProblem } from './line'
import type { Server } from './server'
import { type Cell, LineLost, type OnRows, type Session, StatementRefused } from './session'

type StartProgram = Host['startProgram']

/** What the program answers: rows as they come, then the end of the order. */
interface Answer {
  readonly columns?: readonly string[]
  readonly rows?: readonly (readonly Cell[])[]
  readonly done?: { readonly affected?: number | null; readonly text?: string }
  readonly refused?: string
}

const LONGEST_WAIT_MS = 5_000

/** SQLite, in a process of its own for each session; ending that is the only way to stop a statement. */
export function createSqliteServer(startProgram: StartProgram): Server {
  return {
    async open(target) {
      const { specifics, name } = target
      if (specifics?.kind !== 'sqlite')
        throw new LineProblem('auth', `${name} is no whole SQLite connection. Edit it.`)
      const { file } = specifics
      await access(file).catch(() => {
        throw new LineProblem('auth', `There is no file ${file} that Quarterdeck may read.`)
      })
      return createSession(createLine(startProgram('sqlite-session', [])), file)
    },
    stages: () => [],
  }
}

function createLine(program: ChildProgram) {
  let waiting: { take(answer: Answer): void; fail(error: Error): void } | undefined
  let gone = false
  const ended = new Promise<void>((resolve) => {
    program.onExit(() => {
      gone = true
      waiting?.fail(new LineLost('The process that works on the file ended.'))
      resolve()
    })
  })
  program.onMessage((message) => waiting?.take(message as Answer))
  return {
    ask(order: object, onRows?: OnRows): Promise<NonNullable<Answer['done']>> {
      if (gone) return Promise.reject(new LineLost('The process that works on the file ended.'))
      return new Promise((resolve, reject) => {
        waiting = {
          fail: reject,
          take({ columns, rows, done, refused }) {
            if (columns) onRows?.(columns, rows ?? [])
            if (refused !== undefined)
              reject(new StatementRefused(`The database refused it: ${refused}.`))
            if (done) resolve(done)
          },
        }
        program.post(order)
      })
    },
    async end(): Promise<void> {
      program.kill()
      await ended
    },
  }
}
type Line = ReturnType<typeof createLine>

function createSession(line: Line, file: string): Session {
  return {
    hasTransactions: true,
    async begin(around, timeoutMs) {
      const waitMs = Math.min(timeoutMs, LONGEST_WAIT_MS)
      await line.ask({ do: 'open', file, readonly: around === 'read', waitMs })
      if (around !== 'none') await line.ask({ do: 'begin' })
    },
    async execute({ text, binds, mostRows }, onRows) {
      const { affected = null } = await line.ask({ do: 'execute', text, binds, mostRows }, onRows)
      return { affected }
    },
    async commit() {
      await line.ask({ do: 'commit' })
    },
    async rollback() {
      await line.ask({ do: 'rollback' })
      return true
    },
    stop: () => line.end(),
    fate: async () => 'unknown',
    async explain({ text, binds }): Promise<StatementPreview> {
      const steps: string[] = []
      const order = { do: 'explain', text: `explain query plan ${text}`, binds, mostRows: 1_000 }
      await line.ask(order, (_, rows) => steps.push(...rows.map((row) => row.at(-1) ?? '')) > 0)
      return { plan: steps.join('\n'), estimatedRows: null, problem: '' }
    },
    async describeAccount() {
      await line.ask({ do: 'open', file, readonly: true, waitMs: LONGEST_WAIT_MS })
      return (await line.ask({ do: 'describe' })).text ?? ''
    },
    end: () => line.end(),
  }
}
