import type { RunbookId } from '#contract/primitives'
import type { RunbookRecord } from '#contract/runbooks'
import { createPlans, type MadePlan } from '#domains/plans'
import { classify } from '#domains/risk'
import { parseRunbook } from '#domains/runbooks'
import { type Rehearsed, rehearse, type Script } from '#domains/runs'
import { differencesOf } from './differences'
import { standInConnections, standInTicket } from './stand-ins'
import type { RunbookTest } from './test-file'

// Tests of runbooks: plans and runs as they would be, with targets and people that a test stands in for. Reaches nothing.
export { readTestFile, type RunbookTest } from './test-file'

/** How a test went: what is not as it should be, in words; empty when all is. */
export interface TestResult {
  readonly name: string
  readonly differences: readonly string[]
}

/**
 * Plans the runbook for the test's alert and plays it through the machine that runs it. `others` are the runbooks that
 * it may call, by their ids.
 */
export async function testRunbook(
  id: RunbookId,
  markdown: string,
  test: RunbookTest,
  others: (id: RunbookId) => string | undefined,
): Promise<TestResult> {
  const ticket = test.alert && standInTicket(test.alert)
  const plans = createPlans({
    runbooks: {
      ready: async () => {},
      readDraft: read,
      find: (wanted) => {
        const text = wanted === id ? markdown : others(wanted)
        return text === undefined ? undefined : read(wanted, text)
      },
    },
    tickets: { find: async (wanted) => (wanted === ticket?.id ? ticket : undefined) },
    connections: standInConnections(test.targets),
    classify,
  })
  const request = {
    runbookId: id,
    ticketId: ticket?.id ?? null,
    inputs: test.inputs,
    dryRun: false,
  }
  const made = await plans.prepare(request)
  const went = await playUnlessBroken(made, () => rehearse(made, plans, toScript(test)))
  return { name: test.name, differences: differencesOf(test, made.plan, went) }
}

function read(id: RunbookId, markdown: string): RunbookRecord {
  const parsed = parseRunbook(id, markdown, classify)
  return { id, origin: 'mine', path: '', revision: '0'.repeat(64), markdown, ...parsed }
}

function playUnlessBroken(
  { plan }: MadePlan,
  play: () => Promise<Rehearsed>,
): Promise<Rehearsed | undefined> {
  return plan.problems.length > 0 ? Promise.resolve(undefined) : play()
}

const FINE = { exit: 0, prints: '', lost: false }

function toScript({ steps, alert_resolves: alertResolves, undo }: RunbookTest): Script {
  const of = (name: string) => steps[name]
  return {
    alertResolves,
    undo,
    answer: (name) => (of(name)?.answer === 'reject' ? 'rejected' : 'approved'),
    byHand: (name) => of(name)?.hand ?? 'done',
    unknown: (name) => of(name)?.unknown ?? 'failed',
    attempt(name, attempt) {
      const met = of(name)?.meets ?? []
      const { exit, prints, lost } = met[Math.min(attempt, met.length) - 1] ?? FINE
      const outcome = lost
        ? ({ status: 'lost', reason: 'The test lost it.' } as const)
        : ({ status: 'exited', exitCode: exit, signal: null } as const)
      return { outcome, prints }
    },
  }
}
