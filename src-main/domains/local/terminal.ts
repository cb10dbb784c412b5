import { access, constants as modes } from 'node:fs/promises'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import type { IPty } from '@lydell/node-pty'
import type { ProgramAction } from '#contract/actions'
import {
  ABANDONED,
  awaitInterruption,
  createOutput,
  type Outcome,
  type Perform,
  toExit,
  toInterrupted,
} from '#domains/connectors'
import type { Masking } from '#platform/masking'
import { stopTree } from './process-tree'

interface Job {
  readonly action: ProgramAction
  readonly how: Perform
  readonly masking: Masking
  readonly closing: AbortSignal
  readonly env: NodeJS.ProcessEnv
}

const WINDOW = { name: 'xterm-256color', cols: 120, rows: 40 }
/** Linux gives one argument 128 KiB (MAX_ARG_STRLEN). A terminal's program cannot say that it did not start. */
const LONGEST_ARGUMENT_BYTES = 131_071

/** Runs in a pseudo terminal of its own, which makes it the leader of a session; somebody may type to it. */
export async function runInTerminal(job: Job): Promise<Outcome> {
  const { action, how, masking, closing } = job
  const obstacle = await findObstacle(job)
  if (obstacle) return { status: 'not_started', reason: obstacle }
  const terminal = await open(job)
  if (terminal instanceof Error)
    return {
      status: 'not_started',
      reason: `This machine gave it no terminal: ${terminal.message}`,
    }
  const output = createOutput(masking, how.onOutput)
  // With `encoding: null` it is bytes, which its types do not say.
  terminal.onData((bytes) => output.write('stdout', Buffer.from(bytes)))
  const ended = new Promise<Outcome>((resolve) => {
    terminal.onExit(({ exitCode, signal }) => resolve(toExit(exitCode, signalName(signal))))
  })
  lendKeyboard(terminal, ended, how)
  const interrupted = awaitInterruption(action.timeoutMs, how.signal, closing)
  const first = await Promise.race([ended, interrupted.happened])
  interrupted.dispose()
  const outcome =
    typeof first !== 'string'
      ? first
      : first === 'closing'
        ? ABANDONED
        : toInterrupted(first, action, await stopTree(terminal.pid))
  output.end()
  return outcome
}

/** Loaded when the first terminal is wanted: systems that it is not built for have everything else. */
async function open({ action, env }: Job): Promise<IPty | Error> {
  const [program, ...options] = action.interpreter
  try {
    const { spawn } = await import('@lydell/node-pty')
    return spawn(program!, [...options, action.script], {
      ...WINDOW,
      ...(action.cwd !== null && { cwd: action.cwd }),
      env,
      encoding: null,
    })
  } catch (error) {
    return error as Error
  }
}

function lendKeyboard(terminal: IPty, ended: Promise<unknown>, how: Perform): void {
  let isOpen = true
  void ended.then(() => (isOpen = false))
  how.onKeyboard?.({
    type(text) {
      if (isOpen) terminal.write(text)
    },
    resize(columns, rows) {
      if (isOpen) terminal.resize(columns, rows)
    },
  })
}

async function findObstacle({ action, env }: Job): Promise<string | undefined> {
  const { interpreter, script } = action
  if (!(await isThere(interpreter[0]!, env)))
    return `There is no program ${interpreter[0]} on this machine.`
  const values = Object.values(env).some((value) => isTooLong(value ?? ''))
  return values || isTooLong(script)
    ? 'The script with its values is larger than this system takes.'
    : undefined
}

const isTooLong = (text: string) => Buffer.byteLength(text) > LONGEST_ARGUMENT_BYTES

async function isThere(program: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const folders = (env['PATH'] ?? '').split(delimiter)
  const paths = /[\\/]/.test(program) ? [program] : folders.map((folder) => join(folder, program))
  const endings = process.platform === 'win32' ? ['', '.exe', '.cmd', '.bat'] : ['']
  const found = paths
    .flatMap((path) => endings.map((ending) => path + ending))
    .map((path) =>
      access(path, modes.X_OK).then(
        () => true,
        () => false,
      ),
    )
  return (await Promise.all(found)).some(Boolean)
}

function signalName(number: number | undefined): string | null {
  if (!number) return null
  const found = Object.entries(constants.signals).find(([, value]) => value === number)
  return found?.[0] ?? `SIG${number}`
}
