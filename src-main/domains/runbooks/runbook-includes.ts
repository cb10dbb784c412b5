import type { RunbookId } from '#contract/primitives'
import type {
  Runbook,
  RunbookPart,
  RunbookProblem,
  RunbookRecord,
  RunbookStep,
} from '#contract/runbooks'

/** A runbook with the steps of those it calls among its own, and what keeps some of them out. */
export interface Expanded {
  readonly runbook: Runbook
  readonly problems: { readonly line: number; readonly message: string }[]
}

type Find = (id: RunbookId) => RunbookRecord | undefined

const DEEPEST = 5
const MOST_STEPS = 500

/**
 * Puts the steps of called runbooks behind the step that calls them, named `<calling step>/<step>`. A problem has the
 * line of the calling step in the outermost runbook; what cannot be put in is left out.
 */
export function expandRunbook(runbook: Runbook, find: Find): Expanded {
  if (!runbook.steps.some(({ call }) => call)) return { runbook, problems: [] }
  const parts: RunbookPart[] = []
  const problems: Expanded['problems'] = []
  const steps: RunbookStep[] = []
  include(runbook, '', [runbook.id], undefined)
  return { runbook: { ...runbook, steps, parts }, problems }

  function include(from: Runbook, scope: string, path: RunbookId[], line: number | undefined) {
    for (const step of from.steps) {
      if (steps.length >= MOST_STEPS) return complain(line ?? step.line, tooMany())
      const own = inScope(step, scope)
      steps.push(own)
      if (step.call) enter(own, path, line ?? step.line)
    }
    if (scope !== '' && from.verify?.probe != null) steps.push(toProof(from, scope))
  }

  function enter({ name, call }: RunbookStep, path: RunbookId[], line: number): void {
    const record = find(call!.runbookId as RunbookId)
    const called = record?.runbook
    const problem = problemOf(call!.runbookId, record, path)
    if (problem !== undefined || !record || !called) return complain(line, problem ?? '')
    const scope = `${name}/`
    const { inputs, outputs = [], target, title } = called
    parts.push({ scope, id: record.id, title, revision: record.revision, inputs, outputs, target })
    include(called, scope, [...path, record.id], line)
  }

  function complain(line: number, message: string): void {
    if (problems.every((known) => known.message !== message)) problems.push({ line, message })
  }
}

const tooMany = () => `With the runbooks it calls, it has more than ${MOST_STEPS} steps.`

function problemOf(
  id: string,
  record: RunbookRecord | undefined,
  path: readonly RunbookId[],
): string | undefined {
  if (!record) return `The runbook \`${id}\` is not there.`
  if (path.includes(record.id))
    return `Runbooks call each other in a circle: ${[...path, record.id].join(' → ')}.`
  if (path.length > DEEPEST) return `Runbooks call each other more than ${DEEPEST} deep.`
  const error = record.problems.find(({ level }) => level === 'error')
  if (error) return `The runbook \`${id}\` has an error in line ${error.line}: ${error.message}`
  return record.runbook ? undefined : `The runbook \`${id}\` cannot be read.`
}

/** What is wrong with a runbook's calls, as problems of its own text. */
export function problemsOfCalls({ runbook }: RunbookRecord, find: Find): RunbookProblem[] {
  if (!runbook) return []
  return expandRunbook(runbook, find).problems.map((one) => ({ ...one, level: 'error' }))
}

function inScope(step: RunbookStep, scope: string): RunbookStep {
  if (scope === '') return step
  const named = (name: string | null | undefined) => (name == null ? null : `${scope}${name}`)
  const { undo, wait } = step
  return {
    ...step,
    scope,
    name: `${scope}${step.name}`,
    undo: undo === 'irreversible' ? undo : named(undo),
    verify: named(step.verify),
    before: named(step.before),
    ...(wait && { wait: { ...wait, until: named(wait.until) } }),
  }
}

/** A called runbook is proved where it ends. Whether the alert is resolved is asked by the one that was started. */
function toProof({ title, verify }: Runbook, scope: string): RunbookStep {
  const { probe, probeEveryMs, probeHolds, withinMs } = verify!
  return {
    name: `${scope}(verified)`,
    title: `Verified: ${title}`,
    description: '',
    kind: 'wait',
    language: 'text',
    code: '',
    line: 1,
    on: null,
    undo: null,
    verify: null,
    when: null,
    retry: { times: 0, delayMs: 5_000 },
    timeoutMs: withinMs,
    idempotent: false,
    pty: false,
    cwd: null,
    interpreter: null,
    isUndo: false,
    isProbe: false,
    scope,
    wait: { timerMs: null, until: `${scope}${probe!}`, everyMs: probeEveryMs, holds: probeHolds },
  }
}
