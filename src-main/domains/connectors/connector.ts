import { constants } from 'node:os'
import type { Action, ProgramAction } from '#contract/actions'
import type { TestProgress } from '#contract/connections'
import type { ConnectionId, Timestamp } from '#contract/primitives'
import type { KnownHostKey, SshRoute } from '#contract/ssh'
import type { RunUse } from '#domains/credentials'
import type { HostKey, Target } from './target'

/** How an action ended. Only `not_started` promises that nothing happened on the target. */
export type Outcome =
  | { readonly status: 'exited'; readonly exitCode: number; readonly signal: string | null } // 0 also when a statement or request went well
  /** It was refused or did not come out as it has to. `untouched`: it is proven that nothing of it was kept. */
  | { readonly status: 'failed'; readonly reason: string; readonly untouched: boolean }
  | { readonly status: 'not_started'; readonly reason: string }
  | {
      readonly status: 'timed_out'
      readonly reason: string
      readonly stopped: boolean // nothing of it is left on the target
      readonly untouched?: boolean // and nothing of it was kept
    }
  | { readonly status: 'cancelled'; readonly stopped: boolean; readonly untouched?: boolean }
  | { readonly status: 'lost'; readonly reason: string } // the line broke: it may have run, or still runs

export interface Perform {
  readonly signal: AbortSignal
  /** Already masked. Called in order. */
  onOutput(channel: 'stdout' | 'stderr', text: string): void
  /** Called once, just before the target starts the program: from here on a lost line means an unknown outcome. */
  onStarted?(at: Timestamp): void
  /** Called once when a program that has a terminal is up, if somebody may type to it. */
  onKeyboard?(keyboard: Keyboard): void
  /** The step it belongs to, for the record of who used which secret; left out outside of runs. */
  readonly run?: RunUse | undefined
}

/** The keyboard of a program's terminal. What is typed after its end goes nowhere. */
export interface Keyboard {
  type(text: string): void
  resize(columns: number, rows: number): void
}

/** One way to reach a target. `connections/connector.suite.ts` says what each of them promises. */
export interface Connector<A extends Action = ProgramAction> {
  perform(target: Target, action: A, how: Perform): Promise<Outcome>
  /** Stage by stage; ends with the first that is not passed. */
  test(target: Target, signal: AbortSignal): AsyncGenerator<TestProgress>
  /** The key the host shows now, before anything is told to it. Throws Refusal `unreachable`, or `unsupported` where there is none. */
  readHostKey(target: Target, signal: AbortSignal, jumpHost?: string): Promise<HostKey>
  /** The way there as it is now; undefined where there is none to tell. */
  route?(target: Target): SshRoute
  /** What the operator's own files say about the hosts on the way. */
  knownHosts?(target: Target): KnownHostKey[]
  /** Drops what is kept open for a connection that changed or is gone. */
  forget(id: ConnectionId): void
  /** What is still under way is answered with `lost`. */
  close(): Promise<void>
}

/** Time between the polite and the hard signal: enough for a database client to roll back. */
export const GRACE_MS = 5_000

export type Interruption = 'cancelled' | 'timed_out' | 'closing'

const LONGEST_TIMER_MS = 2 ** 31 - 1 // a longer one fires at once

/** The first thing that ends a running action from outside. `dispose` it when the action ended by itself. */
export function awaitInterruption(timeoutMs: number, cancel: AbortSignal, closing: AbortSignal) {
  const done = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const happened = new Promise<Interruption>((resolve) => {
    timer = setTimeout(() => resolve('timed_out'), Math.min(timeoutMs, LONGEST_TIMER_MS))
    const listen = (signal: AbortSignal, as: Interruption) => {
      if (signal.aborted) resolve(as)
      signal.addEventListener('abort', () => resolve(as), { signal: done.signal })
    }
    listen(cancel, 'cancelled')
    listen(closing, 'closing')
  })
  return {
    happened,
    dispose() {
      clearTimeout(timer)
      done.abort()
    },
  }
}

/** `stopped`: it is proven that nothing of it is left on the target. */
export function toInterrupted(
  by: Exclude<Interruption, 'closing'>,
  action: Pick<Action, 'timeoutMs'>,
  stopped: boolean,
): Outcome & { status: 'cancelled' | 'timed_out' } {
  if (by === 'cancelled') return { status: 'cancelled', stopped }
  const end = stopped ? 'and was stopped' : 'and could not be stopped for certain'
  const reason = `It ran longer than its limit of ${toSeconds(action.timeoutMs)} ${end}.`
  return { status: 'timed_out', reason, stopped }
}

/** What was under way when Quarterdeck ended: nobody waited for the answer. */
export const ABANDONED: Outcome = {
  status: 'lost',
  reason: 'Quarterdeck was closed while this ran. Look at the target before you go on.',
}

/** As a shell reports it: 128 and the signal's number; 255 for a signal this system does not know. */
export function toExit(code: number | null, signal: string | null): Outcome {
  if (signal === null) return { status: 'exited', exitCode: code ?? 255, signal: null }
  const name = signal.startsWith('SIG') ? signal : `SIG${signal}`
  const number = (constants.signals as Partial<Record<string, number>>)[name]
  return { status: 'exited', exitCode: number === undefined ? 255 : 128 + number, signal: name }
}

/** What makes an action impossible to hand to any program; undefined when nothing does. */
export function findImpossible({
  interpreter,
  script,
  env,
  cwd,
}: ProgramAction): string | undefined {
  const words = [...interpreter, script, cwd ?? '', ...env.map(({ value }) => value)]
  if (words.some((word) => word.includes('\0')))
    return 'A value or the script holds a NUL character, which no program can be given.'
  return undefined
}

function toSeconds(ms: number): string {
  return ms < 10_000 ? `${ms / 1000} s` : `${Math.round(ms / 1000)} s`
}
