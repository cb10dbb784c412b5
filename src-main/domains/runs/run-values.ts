import type { RunbookOutput } from '#contract/runbooks'
import { type GivenOutputs, knownIn } from '#domains/plans'
import { OUTPUT_READ_LENGTH, readOutput } from '#domains/runbooks'
import { type Held, plannedAs, type Snapshot, stepNamed } from './run-snapshot'
import type { Fact, StepState } from './run-state'

/** What earlier steps gave, under its scope and name. Of a step over several targets: what it gave on this one. */
export function givenTo({ snapshot, state }: Held, step: StepState | undefined): GivenOutputs {
  const here = step && (step.target ?? plannedAs(snapshot, step))?.connectionId
  const given: Record<string, string> = {}
  for (const one of state.steps) {
    if (one.target && one.target.connectionId !== here) continue
    const { scope = '' } = stepNamed(snapshot, one.name)
    for (const [name, value] of Object.entries(one.outputs)) given[scope + name] = value
  }
  return given
}

/** What is known by name where this step stands. */
export function knownTo(held: Held, step: StepState) {
  const { plan, record } = held.snapshot
  const { scope = '' } = stepNamed(held.snapshot, step.name)
  return knownIn(scope, record.runbook!, plan, givenTo(held, step))
}

type Gave = Pick<Extract<Fact, { type: 'finished' }>, 'outputs' | 'outputProblem'>

/** Collects what an attempt writes to its standard output, as far as values are read from it. */
export function createReading(snapshot: Snapshot, step: StepState) {
  const { outputs = [], scope = '' } = stepNamed(snapshot, step.name)
  const wanted = step.purpose === 'step' || step.purpose === 'target' ? outputs : []
  let text = ''
  let isCut = false
  return {
    take(channel: 'stdout' | 'stderr', piece: string): void {
      if (channel === 'stderr' || wanted.length === 0 || isCut) return
      text += piece
      isCut = text.length > OUTPUT_READ_LENGTH
    },
    /** The values, each checked; or the first thing that is wrong with one. */
    values(): Gave {
      if (wanted.length === 0) return {}
      if (isCut) {
        const most = `${OUTPUT_READ_LENGTH / 1024} KB`
        return { outputProblem: `It printed more than ${most}, so no value was read from it` }
      }
      const declared = declaredIn(scope, snapshot)
      const values: Record<string, string> = {}
      for (const output of wanted) {
        const known = declared.find(({ name }) => name === output.name)
        const read = readOutput(output, text, known)
        if ('problem' in read)
          return { outputProblem: `Its output “${output.name}” ${read.problem}` }
        values[output.name] = read.value
      }
      return { outputs: values }
    },
  }
}

function declaredIn(scope: string, { record }: Snapshot): readonly RunbookOutput[] {
  const { outputs, parts } = record.runbook!
  const part = parts?.find((known) => known.scope === scope)
  return (scope === '' ? outputs : part?.outputs) ?? []
}
