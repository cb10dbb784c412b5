import type { Run, RunStatus, RunStep, StepStatus } from '#contract/runs'
import { safeString } from '#ui/plain-text'
import { durationText } from '#ui/relative-time'

export type Tone = 'neutral' | 'good' | 'bad' | 'attention' | 'active'

/** What a run's status is called, and how it is coloured beside the word. */
export const RUN_WORDS: Readonly<Record<RunStatus, { word: string; tone: Tone }>> = {
  running: { word: 'running', tone: 'active' },
  waiting: { word: 'waiting', tone: 'attention' },
  paused: { word: 'paused', tone: 'attention' },
  unknown: { word: 'outcome unknown', tone: 'attention' },
  verifying: { word: 'verifying', tone: 'active' },
  undoing: { word: 'being taken back', tone: 'active' },
  succeeded: { word: 'succeeded', tone: 'good' },
  unverified: { word: 'not verified', tone: 'bad' },
  failed: { word: 'failed', tone: 'bad' },
  cancelled: { word: 'cancelled', tone: 'neutral' },
  undone: { word: 'taken back', tone: 'neutral' },
}

/** The colour of a run's bar. */
export const BAR = {
  neutral: 'muted',
  good: 'ok',
  bad: 'critical',
  attention: 'accent',
  active: 'accent',
} as const

type Mark = 'done' | 'now' | 'waiting' | 'failed' | 'unknown' | 'next' | 'skipped'

export const STEP_WORDS: Readonly<Record<StepStatus, { word: string; mark: Mark }>> = {
  pending: { word: '', mark: 'next' },
  awaiting_approval: { word: 'waits for an approval', mark: 'waiting' },
  awaiting_person: { word: 'waits for you', mark: 'waiting' },
  waiting: { word: 'waits', mark: 'waiting' },
  executing: { word: 'runs now', mark: 'now' },
  succeeded: { word: 'done', mark: 'done' },
  warned: { word: 'done, with a warning', mark: 'done' },
  failed: { word: 'failed', mark: 'failed' },
  skipped: { word: 'skipped', mark: 'skipped' },
  rejected: { word: 'not approved', mark: 'failed' },
  cancelled: { word: 'cancelled', mark: 'skipped' },
  unknown: { word: 'outcome unknown', mark: 'unknown' },
}

/** How long a step took, or has been at it; empty before it starts, and while nobody knows whether it ended. */
export function stepTime(
  { startedAt, endedAt, status }: Pick<RunStep, 'startedAt' | 'endedAt' | 'status'>,
  now: number,
): string {
  if (startedAt === null || (status === 'unknown' && endedAt === null)) return ''
  const ms = Math.max(0, (endedAt ?? now) - startedAt)
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : durationText(ms)
}

/** 0 to 1: steps that are over, of those that were planned. */
export function progressOf(steps: readonly RunStep[]): number {
  const planned = steps.filter((step) => step.purpose === 'step')
  const over = planned.filter(
    (step) =>
      ![
        'pending',
        'awaiting_approval',
        'awaiting_person',
        'waiting',
        'executing',
        'unknown',
      ].includes(step.status),
  )
  return planned.length === 0 ? 0 : over.length / planned.length
}

const AT_WORK: ReadonlySet<StepStatus> = new Set<StepStatus>([
  'executing',
  'unknown',
  'awaiting_approval',
  'awaiting_person',
  'waiting',
])

/** The step whose output was chosen, else the one that is at work or waits; undefined when none does. */
export function currentStep(
  { steps }: Pick<Run, 'steps'>,
  only: number | null,
): RunStep | undefined {
  if (only !== null) return steps.find((step) => step.index === only)
  return steps.find((step) => AT_WORK.has(step.status))
}

/** The line above a step's output: `── 2 Restart unit, on web-2, attempt 2`. Only our own words and plain letters. */
export function terminalTitle(steps: readonly RunStep[], index: number, attempt: number): string {
  const step = steps.find((one) => one.index === index)
  const parts = [
    safeString(step?.title ?? 'a step', 120),
    step?.connectionName ? `on ${safeString(step.connectionName, 80)}` : '',
    attempt > 1 ? `attempt ${attempt}` : '',
  ]
  const number = step === undefined ? index + 1 : stepNumber(steps, step)
  return `── ${number} ${parts.filter(Boolean).join(', ')}`
}

/** What a step goes by, as in the plan: its targets and the checks around it share the number of their step. */
export function stepNumber(steps: readonly RunStep[], step: RunStep): number {
  const above = step.purpose === 'step' ? undefined : steps[step.group ?? step.of ?? step.index]
  return above === undefined || above === step ? step.index + 1 : stepNumber(steps, above)
}

/** What an undo would do, last first. What was taken back already is left out. */
export function stepsToUndo(steps: readonly RunStep[]): RunStep[] {
  return steps.filter((step) => isUndoable(step) && !isTakenBack(step, steps)).toReversed()
}

/** Its undo is registered before a step runs, so one that was asked for and never ran has none. */
function isUndoable({ purpose, startedAt, status, undo, undoneBy }: RunStep): boolean {
  if (purpose !== 'step' || undo === null) return false
  if (undo !== 'irreversible') return undoneBy !== null
  return startedAt !== null && !NEVER_RAN.has(status)
}

const NEVER_RAN: ReadonlySet<StepStatus> = new Set<StepStatus>([
  'skipped',
  'awaiting_approval',
  'rejected',
])

/** `undoneBy` names the undo from the moment it is registered; whether it was done, that step says. */
function isTakenBack({ undoneBy }: RunStep, steps: readonly RunStep[]): boolean {
  const undo = undoneBy === null ? undefined : steps[undoneBy]
  return undo?.status === 'succeeded' || undo?.status === 'warned'
}

/** Whether a run's way back is only registered: nothing of it was asked for yet. */
export function isOnlyRegistered({
  purpose,
  status,
}: Pick<RunStep, 'purpose' | 'status'>): boolean {
  return purpose === 'undo' && status === 'pending'
}

/** Steps as they are read: each followed by its targets and by the checks around it; the way back comes last. */
export function inReadingOrder(steps: readonly RunStep[]): { step: RunStep; depth: number }[] {
  const below = (parent: number | null, depth: number): { step: RunStep; depth: number }[] =>
    steps.flatMap((step) =>
      parentOf(step) === parent ? nested(step, depth + callsAbove(step)) : [],
    )
  const nested = (step: RunStep, depth: number) => [
    { step, depth },
    ...below(step.index, depth + 1),
  ]
  return below(null, 0)
}

/** In how many called runbooks it stands: each puts its own name and a slash before its steps' names. */
function callsAbove({ purpose, name }: RunStep): number {
  return purpose === 'step' ? name.split('/').length - 1 : 0
}

function parentOf({ purpose, of, group }: RunStep): number | null {
  if (purpose === 'probe') return of
  return purpose === 'step' ? null : group
}

/** One of several targets goes by its name: the step's title stands above it. */
export function isOneOfSeveral({ purpose, group }: Pick<RunStep, 'purpose' | 'group'>): boolean {
  return purpose === 'target' || (purpose === 'undo' && group !== null)
}

/** A step over several targets is as unknown as they are, once none of them is at work any more. */
export function statusInRail(steps: readonly RunStep[], step: RunStep): StepStatus {
  if (step.status !== 'executing') return step.status
  const parts = steps.filter(({ group }) => group === step.index)
  const found = new Set(parts.map(({ status }) => status))
  return found.has('unknown') && !found.has('executing') ? 'unknown' : step.status
}

/** What stands under a step's title: what came of it, which attempt, where. */
export function stepNote(step: RunStep): string {
  const purpose = { step: '', undo: 'undo', probe: 'check', target: '' }[step.purpose]
  // A probe is repeated until it has held long enough: it has no last attempt to name.
  const last = step.purpose === 'probe' ? '' : ` of ${step.maxAttempts}`
  const attempt = step.attempt > 1 ? `attempt ${step.attempt}${last}` : ''
  const { connectionName } = step
  const isSaid = connectionName === null || step.summary.includes(connectionName)
  const place = isSaid || isOneOfSeveral(step) ? '' : `on ${connectionName}`
  const gave = step.outputs.map(({ name, value }) => `${name} = ${value}`)
  const overdue = step.overdue && step.status === 'awaiting_person' ? 'overdue' : ''
  const whose = step.assignee === null ? '' : `for ${step.assignee}`
  return [
    purpose,
    step.summary.replace(/\.$/, '') || STEP_WORDS[step.status].word,
    overdue,
    whose,
    attempt,
    place,
    ...gave,
  ]
    .filter(Boolean)
    .join(', ')
}
