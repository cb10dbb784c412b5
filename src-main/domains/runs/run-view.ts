import { ENDED_RUN, type Run, type RunStep, type RunSummary } from '#contract/runs'
import { inputAlone, type WhenFacts } from '#domains/runbooks'
import { proofOf, titleOf } from './run-advance'
import { canRetry, canUndo } from './run-machine'
import { type Held, inputsOf, plannedAs, type Snapshot, stepNamed } from './run-snapshot'
import { isBusy, isDone, type Phase, type RunState, type StepState } from './run-state'
import { neededHolds, ruleOf } from './run-steps'
import { textOf } from './run-text'
import { knownTo } from './run-values'

const STATUS: Record<Phase, RunStep['status']> = {
  pending: 'pending',
  evaluating: 'pending',
  freezing: 'pending',
  gathering: 'pending',
  ready: 'pending',
  fanning: 'executing',
  asking: 'awaiting_approval',
  awaiting_approval: 'awaiting_approval',
  approved: 'waiting',
  dispatching: 'waiting',
  executing: 'executing',
  awaiting_person: 'awaiting_person',
  notifying: 'executing',
  waiting: 'waiting',
  retrying: 'waiting',
  unknown: 'unknown',
  succeeded: 'succeeded',
  warned: 'warned',
  failed: 'failed',
  skipped: 'skipped',
  rejected: 'rejected',
  cancelled: 'cancelled',
}

export function statusOfStep({ phase }: StepState): RunStep['status'] {
  return STATUS[phase]
}

/** What an operator is told about a run in one word. */
export function statusOf(state: RunState): Run['status'] {
  if (state.end) return state.end.status
  if (state.steps.some(({ phase }) => phase === 'unknown')) return 'unknown'
  if (state.paused && !state.steps.some(isBusy)) return 'paused'
  if (state.mode === 'undo') return 'undoing'
  if (state.mode === 'verify') return 'verifying'
  const current = currentOf(state)
  const waits = current && WAITS.has(statusOfStep(current))
  return waits ? 'waiting' : 'running'
}
const WAITS = new Set<RunStep['status']>(['awaiting_approval', 'awaiting_person', 'waiting'])

/** The step it is about now: what is on a target first, then what somebody or something is waited for. */
function currentOf(state: RunState): StepState | undefined {
  const open = state.steps.filter((step) => !isDone(step) && !RESTS.has(step.phase))
  return open.find(isBusy) ?? open.find((step) => !step.repeats) ?? open[0]
}

const RESTS = new Set<Phase>(['pending', 'ready'])

function reasonOf(state: RunState): string {
  if (state.end) return state.end.reason
  const current = currentOf(state)
  if (!current) return state.paused ? pauseOf(state.paused, undefined) : ''
  const title = `“${titleOf(state, current)}”`
  if (current.phase === 'unknown')
    return `It is not known whether ${title} happened. Look at the target, then decide.`
  if (state.cancelledBy) return `Cancelled by ${state.cancelledBy}: stopping ${title}.`
  if (state.paused) return pauseOf(state.paused, current.phase === 'executing' ? title : undefined)
  return `${title} ${DOES[current.phase] ?? 'is next'}.`
}

function pauseOf({ by, reason }: NonNullable<RunState['paused']>, after: string | undefined) {
  return `${after ? `Pauses after ${after}` : 'Paused'}, by ${by}${reason ? `: ${reason}` : '.'}`
}

const DOES: Partial<Record<Phase, string>> = {
  asking: 'waits for an approval',
  awaiting_approval: 'waits for an approval',
  approved: 'waits for its target to be free',
  dispatching: 'waits for its target to be free',
  executing: 'is running',
  awaiting_person: 'waits for somebody to do it',
  waiting: 'is waiting',
  retrying: 'is tried again soon',
}

/** What the operator may do now; everything else is refused. */
export function mayOf(state: RunState): Run['may'] {
  const has = (phase: Phase) => state.steps.some((step) => step.phase === phase)
  const may: Record<Run['may'][number], boolean> = {
    cancel: !state.end && !state.cancelledBy && state.mode !== 'undo',
    pause: !state.end && !state.paused,
    resume: state.paused !== null,
    retry: canRetry(state),
    undo: canUndo(state),
    decide: !state.end && has('unknown'),
    complete: !state.end && has('awaiting_person'),
    tick: !state.end && has('awaiting_person') && state.steps.some(hasItems(state)),
    feedback: state.end !== null && !state.dryRun, // nothing was done that could be rated
  }
  return (Object.keys(may) as Run['may']).filter((order) => may[order])
}

function hasItems(state: RunState) {
  return (step: StepState) => step.phase === 'awaiting_person' && ruleOf(state, step).items > 0
}

export function toRun(held: Held, liveBytes: (step: number) => number): Run {
  const { snapshot, state } = held
  const { plan } = snapshot
  return {
    id: held.id,
    runbookId: plan.runbookId,
    runbookTitle: plan.runbookTitle,
    revision: plan.revision,
    ticketId: held.ticketId,
    ticketTitle: held.ticketTitle,
    status: statusOf(state),
    reason: reasonOf(state),
    startedBy: held.startedBy,
    startedAt: held.startedAt,
    endedAt: state.end?.at ?? null,
    inputs: inputsOf(snapshot),
    steps: state.steps.map((step) => toRunStep(held, step, liveBytes(step.index))),
    pointOfNoReturn: plan.pointOfNoReturn,
    verification: toVerification(state),
    feedback: state.feedback,
    dryRun: state.dryRun,
    paused: state.paused,
    console: held.console,
    may: mayOf(state),
  }
}

function toRunStep(held: Held, step: StepState, liveBytes: number): RunStep {
  const { snapshot, state } = held
  const rule = state.rules[step.name]!
  const { name } = step
  const source = stepNamed(snapshot, name)
  return {
    ...expectedOf(snapshot, step),
    index: step.index,
    name,
    purpose: step.purpose,
    attempt: step.attempt,
    frozen: step.frozen,
    approvalId: step.approvalId,
    startedAt: step.startedAt,
    endedAt: step.endedAt,
    dueAt: step.dueAt,
    exitCode: step.exitCode,
    summary: step.summary,
    undoneBy: step.undoneBy,
    title: rule.title,
    description: source.language === 'text' ? textOf(held, step) : source.description,
    kind: rule.kind,
    status: statusOfStep(step),
    maxAttempts: Math.max(1 + rule.retry.times, step.attempt),
    outputBytes: Math.max(step.outputBytes, liveBytes),
    of: step.of,
    group: step.group,
    outputs: Object.entries(step.outputs).map(([output, value]) => ({ name: output, value })),
    checklist: (source.checklist ?? []).map((text, item) => ({
      text,
      tickedBy: step.ticks[item]?.by ?? null,
      tickedAt: step.ticks[item]?.at ?? null,
    })),
    assignee: assigneeOf(held, step),
    overdue: step.overdue,
  }
}

/** Who should do it: a name, or the input that names somebody. */
function assigneeOf(held: Held, step: StepState): string | null {
  const { assignee } = stepNamed(held.snapshot, step.name)
  const input = inputAlone(assignee ?? '')
  return (input === undefined ? assignee : knownTo(held, step).inputs[input]) ?? null
}

/** As the plan foresaw it, until it is frozen and known. */
function expectedOf(snapshot: Snapshot, step: StepState) {
  const planned = plannedAs(snapshot, step)
  const undo = step.purpose === 'step' ? (planned?.undo ?? null) : null
  if (step.frozen) {
    const { tier, action } = step.frozen
    return { undo, tier, connectionName: action.target.connectionName }
  }
  const tier = planned?.tier ?? ('destroy' as const)
  const place = step.target ?? planned
  return { undo, tier, connectionName: place?.connectionName ?? null }
}

/** What a condition may look at when this step's turn comes. */
export function factsFor(held: Held, step: StepState): WhenFacts {
  const { snapshot, state } = held
  const index = step.before ? step.of! : step.index
  const { scope = '' } = stepNamed(snapshot, step.name)
  const planned = state.steps.filter(({ purpose }) => purpose === 'step')
  const facts = planned.map((one) => ({ status: statusOfStep(one), exitCode: one.exitCode }))
  return {
    previous: facts[index - 1],
    steps: Object.fromEntries(
      planned.flatMap(({ name }, at) =>
        name.startsWith(scope) ? [[name.slice(scope.length), facts[at]!]] : [],
      ),
    ),
    ...knownTo(held, step),
  }
}

function toVerification(state: RunState): Run['verification'] {
  const { probe, alertHolds } = proofOf(state)
  const asksAlert = state.verify?.alertResolved === true && state.hasTicket
  return {
    probe: probe
      ? { title: titleOf(state, probe), held: probe.held, needed: neededHolds(state, probe) }
      : null,
    alert: asksAlert ? { resolved: alertHolds } : null,
    deadline: state.deadline,
    result: probe || asksAlert ? resultOf(state) : 'nothing_to_verify',
  }
}

function resultOf({ end, mode }: RunState): Run['verification']['result'] {
  if (end?.cause === 'verified') return 'verified'
  if (end?.cause === 'not_verified') return 'not_verified'
  return mode === 'verify' && !end ? 'running' : 'pending'
}

export function toSummary(held: Held): RunSummary {
  const { plan } = held.snapshot
  const { state } = held
  const status = statusOf(state)
  const current = ENDED_RUN.includes(status) ? undefined : currentOf(state)
  const planned = state.steps.filter(({ purpose }) => purpose === 'step')
  return {
    id: held.id,
    runbookId: plan.runbookId,
    runbookTitle: plan.runbookTitle,
    ticketId: held.ticketId,
    ticketTitle: held.ticketTitle,
    status,
    reason: reasonOf(state),
    startedBy: held.startedBy,
    startedAt: held.startedAt,
    endedAt: state.end?.at ?? null,
    stepsDone: planned.filter(isDone).length,
    stepsTotal: planned.length,
    currentStep: current ? titleOf(state, current) : null,
    stars: state.feedback?.stars ?? null,
    dryRun: state.dryRun,
    console: held.console,
  }
}
