import type { StatementAction } from '#contract/actions'
import {
  ABANDONED,
  awaitInterruption,
  createOutput,
  GRACE_MS,
  type Interruption,
  type Outcome,
  type Perform,
  toInterrupted,
} from '#domains/connectors'
import type { Clock } from '#platform/clock'
import type { Masking } from '#platform/masking'
import { createResultTable } from './result-table'
import { LineLost, type Session, StatementRefused } from './session'
import { kindOf, type StatementKind } from './statement-kind'

interface Needs {
  readonly clock: Clock
  readonly masking: Masking
  readonly closing: AbortSignal
}

/** A commit that nobody answers for so long counts as lost. */
const COMMIT_MS = 30_000
/** At the end of Quarterdeck nobody waits longer for a statement to be stopped. */
const STOP_MS = 1_000

/** One statement on its way through a session. */
interface Course {
  readonly session: Session
  readonly action: StatementAction
  readonly kind: StatementKind
  readonly how: Perform
  readonly needs: Needs
  say(text: string): void
}
type Table = ReturnType<typeof createResultTable>

/**
 * Runs one statement in a transaction of its own. Until the commit is sent it is certain that nothing is kept; from
 * then until its answer nobody knows, unless the database can still be asked.
 */
export async function performStatement(
  open: () => Promise<Session>,
  action: StatementAction,
  how: Perform,
  needs: Needs,
): Promise<Outcome> {
  const kind = kindOf(action.text, action.dialect)
  const obstacle = findObstacle(action, kind)
  if (obstacle) return notStarted(obstacle)
  const session = await openUnlessAborted(open, how.signal)
  if ('status' in session) return session
  const output = createOutput(needs.masking, how.onOutput)
  const say = (text: string) => output.write('stdout', Buffer.from(text))
  try {
    return await run({ session, action, kind, how, needs, say })
  } finally {
    output.end()
    await session.end()
  }
}

const notStarted = (reason: string): Outcome => ({ status: 'not_started', reason })
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** What keeps an action that was frozen by somebody else's rules from being run. */
function findObstacle({ expect, mode, binds }: StatementAction, kind: StatementKind) {
  if (kind.isControl)
    return 'Quarterdeck opens and ends the transaction itself: the statement may not.'
  if (kind.standsAlone && mode === 'change' && expect)
    return 'The database commits this statement by itself, so a wrong number of rows could not be rolled back.'
  if (binds.some(({ value }) => value?.includes('\0')))
    return 'A value holds a NUL character, which no database takes as text.'
  return undefined
}

async function openUnlessAborted(
  open: () => Promise<Session>,
  signal: AbortSignal,
): Promise<Session | Outcome> {
  const aborted = Promise.withResolvers<'aborted'>()
  const abort = () => aborted.resolve('aborted')
  if (signal.aborted) return notStarted('It was cancelled before it began.')
  signal.addEventListener('abort', abort, { once: true })
  const opening = open()
  try {
    const first = await Promise.race([aborted.promise, opening])
    if (first !== 'aborted') return first
    opening.then((session) => session.end()).catch(() => {})
    return notStarted('It was cancelled before it began.')
  } catch (error) {
    return notStarted(wordsOf(error))
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

async function run(course: Course): Promise<Outcome> {
  const { session, action, kind, how, needs } = course
  const isAlone = kind.standsAlone && action.mode === 'change'
  try {
    await session.begin(isAlone ? 'none' : action.mode, action.timeoutMs)
  } catch (error) {
    return notStarted(`${wordsOf(error)} The statement was not sent.`)
  }
  if (how.signal.aborted) return notStarted('It was cancelled before it was sent.')
  how.onStarted?.(needs.clock.now())
  const table = createResultTable({
    limits: action,
    mask: (text) => needs.masking.mask(text),
    write: course.say,
  })
  const executing = session.execute(action, table.add)
  const interrupted = awaitInterruption(action.timeoutMs, how.signal, needs.closing)
  try {
    const first = await Promise.race([executing, interrupted.happened])
    if (typeof first === 'string') return await interrupt(course, first, executing)
    table.finish()
    return isAlone
      ? succeed(course, first.affected, 'The database keeps it by itself.')
      : await conclude(course, first.affected, table)
  } catch (error) {
    table.finish()
    return await judgeFailure(course, error)
  } finally {
    interrupted.dispose()
  }
}

/** Everything ran; now it is kept or taken back. */
async function conclude(course: Course, affected: number | null, table: Table): Promise<Outcome> {
  const { session, action, how } = course
  const wrong = findWrongCount(action, action.mode === 'read' ? table.count() : affected)
  if (action.mode === 'read') {
    await session.rollback().catch(() => {})
    return wrong ? { status: 'failed', reason: wrong, untouched: true } : SUCCEEDED
  }
  if (wrong) return takeBack(course, wrong)
  if (how.signal.aborted) {
    const taken = await takeBack(course, '')
    return { status: 'cancelled', stopped: true, untouched: taken.untouched }
  }
  return keep(course, affected)
}

const SUCCEEDED: Outcome = { status: 'exited', exitCode: 0, signal: null }

function succeed({ say }: Course, affected: number | null, how: string): Outcome {
  say(`${changedWords(affected)}${how}\n`)
  return SUCCEEDED
}

function changedWords(affected: number | null): string {
  if (affected === null) return ''
  return affected === 1 ? '1 row was changed. ' : `${affected} rows were changed. `
}

function findWrongCount({ expect, mode }: StatementAction, count: number | null) {
  if (!expect || (count !== null && count >= expect.min && count <= expect.max)) return undefined
  const { min, max } = expect
  const wanted = min === max ? `${min}` : `${min} to ${max}`
  const verb = mode === 'read' ? 'found' : 'changed'
  return count === null
    ? `The database does not say how many rows were ${verb}, and ${wanted} were expected.`
    : `${count} ${count === 1 ? 'row was' : 'rows were'} ${verb}, and ${wanted} ${wanted === '1' ? 'was' : 'were'} expected.`
}

async function takeBack(
  { session, kind }: Course,
  why: string,
): Promise<Extract<Outcome, { status: 'failed' }>> {
  let whole: boolean
  try {
    whole = await session.rollback()
  } catch {
    whole = session.hasTransactions // the line broke: the server takes back what was not committed
  }
  const untouched = whole && kind.canBeTakenBack
  const end = untouched
    ? 'All of it was rolled back: nothing was kept.'
    : 'It was rolled back, but not everything it did can be: look at the target.'
  return { status: 'failed', reason: `${why} ${end}`.trim(), untouched }
}

/** From the moment the commit is sent until its answer nobody knows whether it counts. */
async function keep(course: Course, affected: number | null): Promise<Outcome> {
  const { session, needs } = course
  const waited = awaitInterruption(COMMIT_MS, new AbortController().signal, needs.closing)
  const committing = session.commit()
  committing.catch(() => {})
  try {
    const first = await Promise.race([committing, waited.happened])
    if (first === 'closing') return ABANDONED
    if (first === 'timed_out') throw new LineLost('The commit was not answered.')
    return succeed(course, affected, 'Committed.')
  } catch (error) {
    if (error instanceof StatementRefused) return takeBack(course, error.message)
    return await askFate(course, affected, wordsOf(error))
  } finally {
    waited.dispose()
  }
}

async function askFate(course: Course, affected: number | null, why: string): Promise<Outcome> {
  const fate = await course.session.fate()
  if (fate === 'kept')
    return succeed(
      course,
      affected,
      'The line broke after the commit; asked again, the database says that it was committed.',
    )
  if (fate === 'taken_back') {
    const reason = `${why} Asked again, the database says that it was rolled back: nothing was kept.`
    return { status: 'failed', reason, untouched: course.kind.canBeTakenBack }
  }
  const reason = `${why} The commit had been sent, so it may count or not. Look at the data before you go on.`
  return { status: 'lost', reason }
}

async function judgeFailure(course: Course, error: unknown): Promise<Outcome> {
  const { action, kind, session } = course
  const isRead = action.mode === 'read'
  if (error instanceof StatementRefused) {
    const refused = await takeBack(course, error.message)
    const untouched = isRead || refused.untouched
    const words = isRead ? error.message : refused.reason
    if (!error.late) return { status: 'failed', reason: words, untouched }
    return { ...toInterrupted('timed_out', action, true), untouched }
  }
  if (!(error instanceof LineLost)) throw error
  if (!isRead && kind.canBeTakenBack && session.hasTransactions) {
    const reason = `${error.message} The commit had not been sent, so the database takes all of it back: nothing was kept.`
    return { status: 'failed', reason, untouched: true }
  }
  return { status: 'lost', reason: error.message }
}

/** Stops it on the server, and waits until it is stopped there. */
async function interrupt(
  course: Course,
  by: Interruption,
  executing: ReturnType<Session['execute']>,
): Promise<Outcome> {
  const { session, action, kind } = course
  executing.catch(() => {})
  if (by === 'closing') return abandon(course)
  await session.stop()
  const stopped = await settlesWithin(executing, GRACE_MS)
  if (kind.standsAlone && action.mode === 'change') {
    const done =
      stopped &&
      (await executing.then(
        () => true,
        () => false,
      ))
    return done ? SUCCEEDED : toInterrupted(by, action, stopped)
  }
  // Without its commit it is never kept, whether or not the server has noticed already.
  const whole = stopped
    ? await session.rollback().catch(() => session.hasTransactions)
    : session.hasTransactions
  const untouched = action.mode === 'read' || (whole && kind.canBeTakenBack)
  return { ...toInterrupted(by, action, stopped), untouched }
}

/** Without its commit it counts for nothing, so the server need not go on with it. */
async function abandon({ action, kind, session }: Course): Promise<Outcome> {
  if (action.mode === 'read' || !kind.standsAlone) await settlesWithin(session.stop(), STOP_MS)
  const isTakenBack = kind.canBeTakenBack && session.hasTransactions
  if (action.mode === 'read' || !isTakenBack) return ABANDONED
  return {
    status: 'failed',
    reason: 'Quarterdeck was closed before the commit, so the database takes all of it back.',
    untouched: true,
  }
}

async function settlesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), ms)
  void work.then(
    () => resolve(true),
    () => resolve(true),
  )
  const settled = await promise
  clearTimeout(timer)
  return settled
}
