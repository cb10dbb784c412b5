import type { NewTimelineEntry } from '#domains/tickets'
import { titleOf } from './run-advance'
import type { Held } from './run-snapshot'
import { type Fact, isPassed, isStopped, type RunFact, type StepState, tierOf } from './run-state'
import { textOf } from './run-text'

type Words = {
  readonly [T in Fact['type']]: (fact: Extract<Fact, { type: T }>, held: Held) => string
}

/** What happened, in a line of the run's history. `held` is the run after it. */
export function describe(fact: RunFact, held: Held): string {
  const say = WORDS[fact.type] as (fact: Fact, held: Held) => string
  const words = say(fact, held)
  if (!('turn' in fact)) return words
  const step = held.state.steps[fact.step]
  return step ? `“${titleOf(held.state, step)}”: ${words}` : words
}

const WORDS: Words = {
  started: (_, { snapshot }) => snapshot.plan.runbookTitle,
  condition: ({ met, why }) => `${met ? 'its condition is met' : 'skipped'} (${why})`,
  frozen: ({ frozen }) => `${frozen.tier}: ${frozen.tierReasons.join(', ')}; ${frozen.hash}`,
  not_frozen: ({ reason }) => reason,
  asked: ({ approvalId }) => `approval ${approvalId} asked for`,
  answered: ({ answer, comment }) => (comment ? `${answer}: ${comment}` : answer),
  dispatched: ({ approvalId }) => (approvalId ? `started with ${approvalId}` : 'started'),
  not_dispatched: ({ reason }) => reason,
  finished: ({ outcome, outputs, outputProblem }) =>
    [`ended: ${wordsOf(outcome)}`, outputProblem ?? valuesOf(outputs ?? {})]
      .filter(Boolean)
      .join('; '),
  timer: () => 'its time has come',
  deadline: () => 'The time to verify the fix is over',
  alert: ({ resolved }) => (resolved ? 'The alert is resolved' : 'The alert is firing'),
  notified: () => 'told',
  alert_resolved: () => 'the alert is resolved',
  ticked: ({ item, done }) => `${done ? 'ticked' : 'took back'} item ${item + 1}`,
  completed: ({ outcome, note }) => (note ? `${outcome}: ${note}` : outcome),
  decided: ({ outcome, note }) => `${outcome}: ${note}`,
  paused: ({ reason }) => reason,
  resumed: () => '',
  cancelled: () => '',
  retried: () => '',
  undo_wanted: () => '',
  restarted: () => 'Quarterdeck was started again',
  taken_over: ({ from, console, reason }) => `from ${from} to ${console}: ${reason}`,
  rated: ({ feedback }) => `${feedback.stars} of 5 stars. ${feedback.comment}`.trim(),
}

const valuesOf = (outputs: Readonly<Record<string, string>>) =>
  Object.entries(outputs)
    .map(([name, value]) => `${name} is ${value}`)
    .join(', ')

function wordsOf(outcome: Extract<Fact, { type: 'finished' }>['outcome']): string {
  if (outcome.status === 'exited') return `exit code ${outcome.exitCode}`
  return 'reason' in outcome ? `${outcome.status}: ${outcome.reason}` : outcome.status
}

type StepFact = Extract<RunFact, { turn: number }>
type Entry = Pick<NewTimelineEntry, 'kind' | 'title' | 'detail' | 'tone'>

/** What of it belongs on the ticket's timeline: what people did and what touched a target, not every read. */
export function toTimeline(fact: RunFact, held: Held): NewTimelineEntry[] {
  const { ticketId, id } = held
  if (!ticketId) return []
  const entry = 'turn' in fact ? aboutStep(fact, held) : aboutRun(fact)
  return entry ? [{ ticketId, runId: id, actor: fact.by, ...entry }] : []
}

function aboutRun(fact: RunFact): Entry | undefined {
  if (fact.type === 'rated') {
    const { stars, comment, resolved } = fact.feedback
    const title = `${stars} of 5 stars, ${resolved ? 'it helped' : 'it did not help'}`
    return { kind: 'feedback', title, detail: comment, tone: resolved ? 'good' : 'neutral' }
  }
  if (fact.type === 'restarted')
    return { kind: 'run', title: 'Quarterdeck ended while a step ran', tone: 'attention' }
  if (fact.type === 'taken_over')
    return {
      kind: 'run',
      title: `Taken over from ${fact.from}`,
      detail: fact.reason,
      tone: 'attention',
    }
  return undefined
}
function aboutStep(fact: StepFact, held: Held): Entry | undefined {
  const step = held.state.steps[fact.step]!
  const title = `“${titleOf(held.state, step)}”`
  if (fact.type === 'asked')
    return { kind: 'approval', title: `Approval asked for ${title}`, tone: 'attention' }
  if (fact.type === 'answered') {
    const tone = fact.answer === 'approved' ? 'good' : 'bad'
    return { kind: 'approval', title: `${title} ${fact.answer}`, detail: fact.comment, tone }
  }
  if (fact.type === 'timer' && step.overdue)
    return { kind: 'run', title: `${title} is overdue`, tone: 'attention' }
  if (fact.type === 'notified') return { kind: 'run', title, detail: textOf(held, step) }
  return ABOUT_EXECUTION.has(fact.type) ? aboutExecution(fact, step, title) : undefined
}
const ABOUT_EXECUTION = new Set<Fact['type']>(['dispatched', 'finished', 'completed', 'decided'])

function aboutExecution(fact: StepFact, step: StepState, title: string): Entry | undefined {
  const said = fact.type === 'completed' || fact.type === 'decided'
  if (!said && isQuiet(step)) return undefined
  if (fact.type !== 'dispatched')
    return { kind: 'step', title: endOf(title, step), ...ending(step) }
  if (!step.frozen) return undefined
  return { kind: 'step', title: `Started ${title} on ${step.frozen.action.target.connectionName}` }
}

/** Reads that went well would bury what matters. */
function isQuiet(step: StepState): boolean {
  return tierOf(step) === 'read' && !isStopped(step)
}

function endOf(title: string, { phase }: StepState): string {
  if (phase === 'unknown') return `It is not known whether ${title} happened`
  return phase === 'retrying' ? `${title} is tried again` : `${title} ${phase}`
}

function ending(step: StepState): Pick<Entry, 'detail' | 'tone'> {
  const tone = isPassed(step) ? 'good' : isStopped(step) ? 'bad' : 'attention'
  return { detail: step.summary, tone }
}
