import { setTimeout as sleep } from 'node:timers/promises'
import type { Action } from '#contract/actions'
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
import { ExecRefused, type Exit, LineLost, type RemoteProcess } from './line'
import type { Pool, Use } from './pool'

interface Needs {
  pool: Pool
  masking: Masking
  log: Log
}

/** One command on a host, from the moment it is sent. */
export interface RemoteRun {
  readonly target: Target
  readonly action: Action
  readonly program: RemoteProgram
  readonly how: Perform
  readonly closing: AbortSignal
}

/** After the program's end, its output may still be on the way over a slow line. */
const SILENT_MS = 2_000
/** How long a cancel waits for the host to say which process it is. */
const MARK_MS = 3_000
const STOP_MS = GRACE_MS + 5_000

interface Started extends Use {
  readonly process: RemoteProcess
}

/** Runs it over `use`, and answers when it ended, was stopped, or the line broke. */
export async function runRemote(needs: Needs, remote: RemoteRun, use: Use): Promise<Outcome> {
  const { target, action, program, how, closing } = remote
  const interrupted = awaitInterruption(action.timeoutMs, how.signal, closing)
  let started: Started | undefined
  try {
    started = await start(needs.pool, target, use, program.command, action.pty)
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

/** Rejects with `LineLost` when it may have been started; any other error means that it was not. */
async function start(
  pool: Pool,
  target: Target,
  use: Use,
  command: string,
  pty: boolean,
): Promise<Started> {
  try {
    const process = await use.line.exec(command, pty)
    return { process, line: use.line, release() {} }
  } catch (error) {
    if (!(error instanceof ExecRefused && error.isFull)) throw error
  }
  const another = await pool.useAnother(target)
  try {
    return { ...another, process: await another.line.exec(command, pty) }
  } catch (error) {
    another.release()
    throw error
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
  connect(process, reader, output, remote.action.pty)
  const first = await Promise.race([process.ended.then(toEnd), interrupted])
  if (first === 'closing') return ABANDONED
  const stopped =
    typeof first === 'string' ? await interrupt(needs, remote.target, process, reader) : undefined
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
  target: Target,
  { channel, ended }: RemoteProcess,
  reader: MarkReader,
): Promise<boolean> {
  await Promise.race([reader.marked, ended, sleep(MARK_MS)])
  const mark = reader.mark()
  const isKnown = mark?.state === 'started' && mark.isLeader
  const stopped = isKnown && (await stop(needs, target, mark.leader))
  channel.close()
  return stopped
}

/** Over a second channel, or a second line when the first is gone. True when the host says that nothing is left. */
async function stop({ pool, log }: Needs, target: Target, leader: number): Promise<boolean> {
  let use: Use | undefined
  let started: Started | undefined
  try {
    use = await pool.use(target)
    started = await start(pool, target, use, toStopCommand(leader), false)
    const { channel, closed } = started.process
    let answer = ''
    channel.on('data', (bytes: Buffer) => (answer += bytes.toString('latin1')))
    channel.stderr.resume()
    channel.end()
    await Promise.race([closed, sleep(STOP_MS)])
    return answer.includes(GONE)
  } catch (error) {
    log.warn({ connection: target.id, why: String(error) }, 'could not stop a remote program')
    return false
  } finally {
    started?.process.channel.close()
    started?.release()
    use?.release()
  }
}

interface End {
  readonly exit: Exit | undefined
}
const toEnd = (exit: Exit | undefined): End => ({ exit })

function connect(
  { channel }: RemoteProcess,
  reader: MarkReader,
  output: Output,
  isTerminal: boolean,
): void {
  channel.on('data', (bytes: Buffer) => {
    const own = reader.read(bytes)
    if (own.length > 0) output.write('stdout', own)
  })
  channel.stderr.on('data', (bytes: Buffer) => output.write('stderr', bytes))
  if (!isTerminal) channel.end() // its standard input is empty
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
  if (mark?.state === 'no_folder')
    return { status: 'not_started', reason: `There is no folder ${action.cwd} on ${target.name}.` }
  if (mark?.state === 'no_program') {
    const reason = `There is no program ${action.interpreter[0]} on ${target.name}.`
    return { status: 'not_started', reason }
  }
  // A forced command would have run something, so this may not promise that nothing happened.
  const reason =
    `${target.name} ran something else than was asked, as a forced command or a restricted shell does. ` +
    `It said: ${said.shell.slice(-500) || 'nothing'}`
  return { status: 'lost', reason }
}
