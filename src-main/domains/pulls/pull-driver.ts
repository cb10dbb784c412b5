import type { Clock } from '#platform/clock'
import type { Log } from '#platform/log'
import type { Masking } from '#platform/masking'
import { openRound } from './opening'
import { PLANS } from './plans'
import { type Found, PullProblem } from './pull-plan'
import type { KeptPull, PullRepository } from './pull-repository'
import { afterPull, type Outcome } from './pull-schedule'

interface Needs extends Pick<Parameters<typeof openRound>[0], 'egress' | 'credentials' | 'caller'> {
  repository: PullRepository
  intake: { deliver(source: string, records: readonly Found[]): Promise<void> }
  clock: Clock
  log: Log
  masking: Masking
  tell(): void
  random(): number
}

/** A store that cannot keep when to ask again must not make us ask all the time. */
const REST_MS = 60_000

/** Pulls, one at a time for each source. */
export function createDriver(needs: Needs) {
  const { repository, clock, tell } = needs
  const waiting = new Set<string>()
  const restUntil = new Map<string, number>()
  const underWay = new Map<string, { stop: AbortController; done: Promise<void> }>()

  async function work(pull: KeptPull, signal: AbortSignal, person: boolean): Promise<void> {
    const { state, source } = pull
    const trying = state.circuit === 'open' ? { ...state, circuit: 'half_open' as const } : state
    const outcome = await pullOnce(needs, pull, { signal, person })
    if (signal.aborted) return // what is on disk stays; the rest comes with the next pull
    const now = clock.now()
    const everyMs = pull.everySeconds * 1000
    const next = afterPull(trying, outcome, { now, everyMs, random: needs.random })
    await repository.advance(pull, { state: pull.enabled ? next : { ...next, nextAt: null } })
    if (outcome.status === 'waits' && outcome.ours) waiting.add(source)
    else waiting.delete(source)
    if (outcome.status === 'failed')
      needs.log.info({ source, problem: outcome.problem }, 'a source could not be asked')
  }

  return {
    isRunning: (source: string) => underWay.has(source),
    /** Did its last pull wait for something of ours, such as a vault that is locked? */
    waitsForUs: (source: string) => waiting.has(source),
    /** Ends when the pull is over; one that is under way is not doubled. */
    async run(pull: KeptPull, { person, signal }: { person: boolean; signal?: AbortSignal }) {
      const { source } = pull
      if (underWay.has(source)) return
      if (!person && clock.now() < (restUntil.get(source) ?? 0)) return
      const stop = new AbortController()
      const both = signal ? AbortSignal.any([stop.signal, signal]) : stop.signal
      const done = work(pull, both, person)
        .catch((error: unknown) => {
          restUntil.set(source, clock.now() + REST_MS)
          needs.log.error({ err: error, source }, 'how a pull ended could not be kept')
        })
        .finally(() => {
          underWay.delete(source)
          tell()
        })
      underWay.set(source, { stop, done })
      tell()
      await done
    },
    /** Ends when nothing of this source is under way any more. */
    async stop(source: string): Promise<void> {
      const running = underWay.get(source)
      running?.stop.abort()
      await running?.done
    },
    async stopAll(): Promise<void> {
      await Promise.all(underWay.keys().map((source) => this.stop(source)))
    },
  }
}
export type Driver = ReturnType<typeof createDriver>

interface How {
  readonly signal: AbortSignal
  readonly person: boolean
}

async function pullOnce(needs: Needs, pull: KeptPull, how: How): Promise<Outcome> {
  try {
    const { round, waitMs } = await openRound(needs, pull, how)
    const count = await takeAll(needs, pull, how.signal, round)
    return { status: 'done', count, waitMs: waitMs() }
  } catch (error) {
    if (!(error instanceof PullProblem)) return brokenOff(needs, pull, error)
    const problem = needs.masking.mask(error.message)
    const waits = error.ours || error.waitMs !== undefined
    return waits
      ? { status: 'waits', problem, waitMs: error.waitMs ?? 0, ours: error.ours }
      : { status: 'failed', problem }
  }
}

/** The store is in trouble, or there is a bug: what was not kept comes again with the next pull. */
function brokenOff({ log }: Needs, { source }: KeptPull, error: unknown): Outcome {
  log.error({ err: error, source }, 'a pull broke off')
  const problem =
    'What it answered could not be taken in here, and the log says why. Nothing is lost: it is asked for again.'
  return { status: 'failed', problem }
}

/** Batch by batch: on disk first, then the cursor. Killed between the two, the same records come again with the same keys. */
async function takeAll(
  { repository, intake }: Needs,
  pull: KeptPull,
  signal: AbortSignal,
  round: Awaited<ReturnType<typeof openRound>>['round'],
): Promise<number> {
  let count = 0
  const known: unknown = await repository.cursor(pull.source)
  let before = JSON.stringify(known)
  for await (const { records, cursor, upTo } of PLANS[pull.kind].pull(round, known)) {
    if (signal.aborted) break
    if (records.length > 0) await intake.deliver(pull.source, records)
    count += records.length
    const text = JSON.stringify(cursor)
    const isSame = text === before && upTo === undefined
    if (!isSame && !(await repository.advance(pull, { cursor: text, upTo }))) break
    before = text
  }
  return count
}
