import {
  type ChildProcess,
  fork,
  type ForkOptions,
  spawn,
  type SpawnOptions,
} from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository. */
export const ROOT = join(import.meta.dirname, '..', '..')

const children = new Set<ChildProcess>()
const folders = new Set<string>()

// Whatever ends us, nothing of ours stays behind.
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => process.exit(1))

/** A folder that is gone when the bench is. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'qd-bench-'))
  folders.add(folder)
  return folder
}

function remember(child: ChildProcess): ChildProcess {
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

/** Another program, ended with us at the latest. */
export function startProgram(
  program: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  return remember(spawn(program, args, options))
}

/** A process of the bench's own, which takes one order and answers with messages. */
export function startHelper(module: string, options: ForkOptions = {}): ChildProcess {
  return remember(fork(fileURLToPath(module), { ...options, serialization: 'json' }))
}

/** The next message of a helper; fails when it ends without one. */
export async function answerOf<T>(helper: ChildProcess): Promise<T> {
  const gone = new AbortController()
  const ended = once(helper, 'exit', { signal: gone.signal }).then(([code]) => {
    throw new Error(`A process of the bench ended with ${code}`)
  })
  try {
    const [message] = await Promise.race([once(helper, 'message'), ended])
    return message as T
  } finally {
    ended.catch(() => {}) // it was told to stop listening
    gone.abort()
  }
}

/** Ends it as a user would, and waits; after ten seconds it is killed. */
export async function endPolitely(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(late)
}

/** Resident memory of a process in MB; undefined where the system does not tell it like Linux. */
export function memoryOf({ pid }: { pid?: number | undefined }): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) / 1024
  } catch {
    return undefined
  }
}
