import { describe, expect, test } from 'vitest'
import type { RunStep } from '#contract/runs'
import {
  currentStep,
  inReadingOrder,
  progressOf,
  statusInRail,
  stepNumber,
  stepsToUndo,
  stepTime,
  terminalTitle,
} from './run-words'

const step = (index: number, rest: Partial<RunStep> = {}) =>
  ({
    index,
    name: `step-${index}`,
    purpose: 'step',
    group: null,
    of: null,
    status: 'pending',
    startedAt: null,
    endedAt: null,
    undo: null,
    undoneBy: null,
    ...rest,
  }) as RunStep

/** What the rail says of a group with one unknown target, and another that is like this. */
function groupBeside(other: RunStep['status']) {
  const steps = [
    step(0, { status: 'executing' }),
    step(1, { status: 'unknown', purpose: 'target', of: 0, group: 0 }),
    step(2, { status: other, purpose: 'target', of: 0, group: 0 }),
  ]
  return statusInRail(steps, steps[0]!)
}

describe('a run in words', () => {
  test('a step takes time only once it has started', () => {
    expect(stepTime(step(0), 5000)).toBe('')
    expect(stepTime(step(0, { startedAt: 1000, endedAt: 2400 }), 9000)).toBe('1.4 s')
    expect(stepTime(step(0, { startedAt: 1000 }), 4000)).toBe('3.0 s')
    expect(stepTime(step(0, { startedAt: 1000, status: 'unknown' }), 4000)).toBe('')
  })
  test('progress counts planned steps only', () => {
    expect(
      progressOf([step(0, { status: 'succeeded' }), step(1), step(2, { purpose: 'probe' })]),
    ).toBe(0.5)
  })
  test('targets and checks stand under the step they belong to, the way back comes last', () => {
    const steps = [
      step(0),
      step(1),
      step(2, { purpose: 'target', of: 0, group: 0 }),
      step(3, { purpose: 'probe', of: 2, group: 0 }),
      step(4, { purpose: 'probe', of: 1 }),
      step(5, { purpose: 'undo', of: 0, group: null }),
      step(6, { purpose: 'undo', of: 2, group: 5 }),
      step(7, { purpose: 'probe', of: null }),
    ]
    const order = inReadingOrder(steps).map((one) => `${'.'.repeat(one.depth)}${one.step.index}`)
    expect(order).toEqual(['0', '.2', '..3', '1', '.4', '5', '.6', '7'])
  })
  test('steps of a called runbook stand under the step that calls it', () => {
    const steps = [
      step(0, { name: 'drain' }),
      step(1, { name: 'drain/look' }),
      step(2, { name: 'drain/deep/fix' }),
      step(3, { purpose: 'target', name: 'drain/deep/fix', of: 2, group: 2 }),
    ]
    expect(inReadingOrder(steps).map(({ depth }) => depth)).toEqual([0, 1, 2, 3])
  })
  test('targets and the checks around them go by the number of their step', () => {
    const steps = [
      step(0),
      step(1),
      step(2, { purpose: 'target', of: 1, group: 1 }),
      step(3, { purpose: 'probe', of: 2, group: 1 }),
      step(4, { purpose: 'probe' }),
    ]
    expect(steps.map((one) => stepNumber(steps, one))).toEqual([1, 2, 2, 2, 5])
  })
  test('a step over several targets is unknown once one of them is and none is at work', () => {
    expect(groupBeside('succeeded')).toBe('unknown')
    expect(groupBeside('executing')).toBe('executing')
  })
  test('the step at work is told, or the one whose output was chosen', () => {
    const steps = [step(0, { status: 'succeeded' }), step(1, { status: 'awaiting_approval' })]
    expect(currentStep({ steps }, null)?.index).toBe(1)
    expect(currentStep({ steps }, 0)?.index).toBe(0)
    expect(currentStep({ steps: [step(0, { status: 'succeeded' })] }, null)).toBeUndefined()
  })
  test('the line above an output cannot steer the terminal', () => {
    const hostile = step(0, { title: 'Check\u001b[2J\u202E', connectionName: 'web-2' })
    const line = terminalTitle([hostile], 0, 2)
    expect(line).toMatch(/^── 1 Check/)
    expect(line).toMatch(/on web-2, attempt 2$/)
    // oxlint-disable-next-line no-control-regex -- that none is left is the point
    expect(line).not.toMatch(/[\u0000-\u001f\u202e]/)
  })
  test('an undo goes backwards over what started and can be taken back', () => {
    const steps = [
      step(0, { startedAt: 1, undo: 'a', undoneBy: 5 }),
      step(1, { startedAt: 2 }),
      step(2, { startedAt: 3, undo: 'irreversible' }),
      step(3, { undo: 'c' }),
      step(4, { startedAt: 4, status: 'rejected', undo: 'd' }),
    ]
    expect(stepsToUndo(steps).map(({ index }) => index)).toEqual([2, 0])
  })
  test('a registered undo is still to be done, a finished one is not', () => {
    const steps = [
      step(0, { startedAt: 1, undo: 'a', undoneBy: 2 }),
      step(1, { startedAt: 2, undo: 'b', undoneBy: 3 }),
      step(2, { purpose: 'undo' }),
      step(3, { purpose: 'undo', status: 'succeeded' }),
    ]
    expect(stepsToUndo(steps).map(({ index }) => index)).toEqual([0])
  })
})
