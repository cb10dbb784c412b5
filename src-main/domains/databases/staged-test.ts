import type { TestProgress } from '#contract/connections'
import type { Target } from '#domains/connectors'
import type { Credentials } from '#domains/credentials'
import type { Masking } from '#platform/masking'
import { LineProblem, type LineStage } from './line'
import type { Server } from './server'
import type { Session } from './session'

interface Needs {
  readonly masking: Masking
  readonly credentials: Credentials
}
type Stage = TestProgress['stage']
type Say = (stage: Stage, state: TestProgress['state'], detail: string) => TestProgress

const RUNNING: Readonly<Record<LineStage, string>> = {
  name: 'Looking up its address',
  tcp: 'Connecting',
  tls: 'Checking its certificate',
  auth: 'Signing in',
}

/** Goes to the database stage by stage, and asks what the account may do there. */
export async function* testStages(
  server: Server,
  { credentials, masking }: Needs,
  target: Target,
  signal: AbortSignal,
): AsyncGenerator<TestProgress> {
  const told = createRelay<LineStage>()
  const opening = server.open(target, credentials, { onStage: told.give }).finally(told.end)
  opening.catch(() => {})
  const say = createSay(masking)
  let now: LineStage | undefined
  for await (const stage of told.all()) {
    if (now) yield say(now, 'passed', passedWords(now, target))
    now = stage
    yield say(now, 'running', RUNNING[now])
  }
  const opened = await opening.catch((error: Error) => error)
  if (opened instanceof Error) {
    yield* failedStages(opened, { now, target, say, stages: server.stages(target) })
    return
  }
  try {
    if (now) yield say(now, 'passed', passedWords(now, target))
    if (!signal.aborted) yield* testPermission(opened, say)
  } finally {
    await opened.end()
  }
}

interface Failure {
  readonly now: LineStage | undefined
  readonly target: Target
  readonly say: Say
  readonly stages: readonly LineStage[]
}

/** Some servers go through several stages in one conversation: the ones before the one that failed were passed. */
function* failedStages(
  error: Error,
  { now, target, say, stages }: Failure,
): Generator<TestProgress> {
  const failed = error instanceof LineProblem ? error.stage : (now ?? stages[0] ?? 'auth')
  if (now && stages.indexOf(failed) > stages.indexOf(now))
    yield say(now, 'passed', passedWords(now, target))
  yield say(stages.length > 0 ? failed : 'permission', 'failed', error.message)
}

async function* testPermission(session: Session, say: Say): AsyncGenerator<TestProgress> {
  yield say('permission', 'running', 'Asking what this account may do')
  try {
    yield say('permission', 'passed', await session.describeAccount())
  } catch (error) {
    yield say('permission', 'failed', (error as Error).message)
  }
}

/** How long a stage took counts from when it was said to run. */
function createSay(masking: Masking): Say {
  let began = performance.now()
  return (stage, state, detail) => {
    if (state === 'running') began = performance.now()
    const tookMs = performance.now() - began
    return { stage, state, detail: masking.mask(detail), hostKey: null, tookMs }
  }
}

function passedWords(stage: LineStage, { host, port, username, specifics }: Target): string {
  if (stage === 'name') return `${host} has an address.`
  if (stage === 'tcp') return `Something answers at ${host}:${port}.`
  if (stage === 'auth') return `Signed in as ${username}.`
  const isLoose = specifics && 'tls' in specifics && specifics.tls.mode === 'verify_ca'
  return isLoose
    ? 'Encrypted; its certificate comes from a trusted authority. Its name is not checked.'
    : 'Encrypted; its certificate is valid and for this name.'
}

/** Hands values from a callback to whoever reads them in order. */
function createRelay<T>() {
  const waiting: T[] = []
  let ended = false
  let wake: (() => void) | undefined
  return {
    give(value: T): void {
      waiting.push(value)
      wake?.()
    },
    end(): void {
      ended = true
      wake?.()
    },
    async *all(): AsyncGenerator<T> {
      for (;;) {
        const next = waiting.shift()
        if (next !== undefined) yield next
        else if (ended) return
        else await new Promise<void>((resolve) => void (wake = resolve))
      }
    },
  }
}
