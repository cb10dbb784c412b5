import { setTimeout as sleep } from 'node:timers/promises'
import type { ProgramAction } from '#contract/actions'
import {
  ABANDONED,
  awaitInterruption,
  createOutput,
  GRACE_MS,
  type Interruption,
  type Outcome,
  type Output,
  type Perform,
  type Target,
  toExit,
  toInterrupted,
} from '#domains/connectors'
import type { Log } from '#platform/log'
import type { Masking } from '#platform/masking'
import {
  GONE,
  type Mark,
  type MarkReader,
  type RemoteProgram,
  toStopCommand,
} from './remote-program'
import { ask, start, type Started } from './ask'
import { type Exit, LineLost, type RemoteProcess } from './line'
import type { Pool, Use, Way } from './pool'
import { INTERRUPT, type SudoSession, toFindSudoCommand, toPids } from './sudo'

interface Needs {
  pool: Pool
  masking: Masking
  log: Log
}

/** One command on a host, from the moment it is sent. */
export interface RemoteRun {
  readonly way: Way
  readonly target: Target
  readonly action: ProgramAction
  readonly program: RemoteProgram
  readonly how: Perform
  readonly closing: AbortSignal
  readonly sudo: SudoSession | undefined
}

/** After the program's end, its output may still be on the way over a slow line. */
const SILENT_MS = 2_000
/** How long a cancel waits for the host to say which process it is. */
const MARK_MS = 3_000
const STOP_MS = GRACE_MS + 5_000
const PROBE_MS = 5_000

/** Runs it over `use`, and answers when it ended, was stopped, or the line broke. */
export async function runRemote(needs: Needs, remote: RemoteRun, use: Use): Promise<Outcome> {
  const { way, action, program, how, closing } = remote
  const interrupted = awaitInterruption(action.timeoutMs, how.signal, closing)
  let started: Started | undefined
  try {
    started = await start(
      needs.pool,
      way,
      use,
      program.command,
      action.pty || remote.sudo !== undefined,
    )
    return await follow(needs, remote, started, interrupted.happened)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { status: error instanceof LineLost ? 'lost' : 'not_started', reason }
  } finally {
    interrupted.dispose()
    started?.process.channel.close()
    started?.release()
  }
}

async function follow(
  needs: Needs,
  remote: RemoteRun,
  started: Started,
  interrupted: Promise<Interruption>,
): Promise<Outcome> {
  const { process, line } = started
  const reader = remote.program.createReader()
  const output = createOutput(needs.masking, remote.how.onOutput)
  connect(needs, remote, process, reader, output)
  const first = await Promise.race([process.ended.then(toEnd), interrupted])
  if (first === 'closing') return ABANDONED
  const stopped =
    typeof first === 'string' ? await interrupt(needs, remote, process, reader) : undefined
  await output.drained(process.closed, SILENT_MS)
  output.end()
  return typeof first === 'string'
    ? toInterrupted(first, remote.action, stopped === true)
    : conclude(first.exit, reader.mark(), remote, {
        line: line.problem(),
        shell: needs.masking.mask(reader.noise()),
      })
}

/** True when it is proven that nothing of it is left. */
async function interrupt(
  needs: Needs,
  { way, sudo }: RemoteRun,
  { channel, ended }: RemoteProcess,
  reader: MarkReader,
): Promise<boolean> {
  // What runs as root cannot be signalled by us, but from its terminal it can.
  if (sudo && channel.writable) channel.write(INTERRUPT)
  await Promise.race([reader.marked, ended, sleep(MARK_MS)])
  const mark = reader.mark()
  const leader = mark?.state === 'started' && mark.isLeader ? mark.leader : undefined
  const stopped = leader !== undefined && (await stop(needs, way, leader))
  channel.close()
  if (stopped || leader === undefined || !sudo) return stopped
  return stop(needs, way, leader) // the terminal was hung up
}

/** True when the host says that nothing is left. */
async function stop(needs: Needs, way: Way, leader: number): Promise<boolean> {
  const answer = await ask(needs, way, toStopCommand(leader), { ms: STOP_MS })
  return answer.includes(GONE)
}

interface End {
  readonly exit: Exit | undefined
}
const toEnd = (exit: Exit | undefined): End => ({ exit })

function connect(
  needs: Needs,
  { way, action, how, sudo }: RemoteRun,
  { channel }: RemoteProcess,
  reader: MarkReader,
  output: Output,
): void {
  const write = (text: string) => {
    if (channel.writable) channel.write(text)
  }
  const tell = (words: string) => output.write('stderr', Buffer.from(`${words}\n`))
  const answerSudo = async () => {
    await reader.marked
    const mark = reader.mark()
    const leader = mark?.state === 'started' ? mark.leader : 0
    const find = async () =>
      toPids(await ask(needs, way, toFindSudoCommand(leader), { ms: PROBE_MS }))
    await sudo?.answer({ write, tell }, find)
  }
  const asked = () => {
    answerSudo().catch((error: unknown) => {
      tell(`sudo asks for a password, and none was typed: ${(error as Error).message}`)
      write(INTERRUPT)
    })
  }
  channel.on('data', (bytes: Buffer) => {
    const given = reader.read(bytes)
    const own = sudo ? sudo.read(given, asked) : given
    if (own.length > 0) output.write('stdout', own)
  })
  channel.stderr.on('data', (bytes: Buffer) => output.write('stderr', bytes))
  if (!action.pty && !sudo) channel.end() // its standard input is empty
  if (action.pty)
    how.onKeyboard?.({
      type: write,
      resize: (columns, rows) => channel.setWindow(rows, columns, 0, 0),
    })
}

function conclude(
  exit: Exit | undefined,
  mark: Mark | undefined,
  { target, action }: RemoteRun,
  said: { line: string; shell: string },
): Outcome {
  if (!exit) {
    const why = said.line || 'The host closed the channel without a word about the end.'
    return {
      status: 'lost',
      reason: `${why} The program may have ended, or still run on ${target.name}.`,
    }
  }
  if (mark?.state === 'started') return toExit(exit.code, exit.signal)
  if (mark) return { status: 'not_started', reason: toObstacle(mark.state, target, action) }
  // A forced command would have run something, so this may not promise that nothing happened.
  const reason =
    `${target.name} ran something else than was asked, as a forced command or a restricted shell does. ` +
    `It said: ${said.shell.slice(-500) || 'nothing'}`
  return { status: 'lost', reason }
}

function toObstacle(
  state: Exclude<Mark['state'], 'started'>,
  { name }: Target,
  { cwd, interpreter }: ProgramAction,
): string {
  if (state === 'no_folder') return `There is no folder ${cwd} on ${name}.`
  if (state === 'no_program') return `There is no program ${interpreter[0]} on ${name}.`
  return `The script arrived on ${name} other than it was sent, so it was not run. Is its disk full?`
}
