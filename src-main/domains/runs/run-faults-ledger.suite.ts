import { sql } from 'kysely'
import type { FrozenAction, ProgramAction } from '#contract/actions'
import { connectDatabase } from '#platform/database'
import type { Book } from './run-faults-books.suite'
import type { RunFact } from './run-state'

export interface FaultCounts {
  readonly runs: number
  readonly steps: number
  readonly twice: number
  readonly lost: number
  readonly asked: number
  readonly notAsked: number
  readonly usedTwice: number
}

/** What really ran, counted on the targets, and what the history says about what nobody could know. */
export async function readLedger(
  location: string,
  books: readonly Book[],
  marks: readonly string[],
): Promise<FaultCounts> {
  const database = connectDatabase(location)
  const { rows } = await sql<{ run_id: string; seq: number; type: string; payload: string }>`
    select run_id, seq, type, payload from run_events order by run_id, seq`.execute(database.db)
  await database.close()
  const facts = rows.map(
    ({ run_id: run, type, payload }) =>
      ({ ...JSON.parse(payload), type, run }) as RunFact & { run: string },
  )
  const left = [...marks]
  const once = books.flatMap((book) => book.once)
  const lost = once.filter((mark) => !takeFrom(left, mark)).length
  const again = books.flatMap((book) => book.again)
  const lostAgain = again.filter((mark) => !takeFrom(left, mark)).length
  const spent = facts.flatMap((fact) =>
    fact.type === 'dispatched' && fact.approvalId ? `${fact.approvalId} ${fact.hash}` : [],
  )
  return {
    runs: new Set(facts.map(({ run }) => run)).size,
    steps: marks.length,
    twice: left.filter((mark) => !again.includes(mark)).length,
    lost: lost + lostAgain,
    asked: facts.filter(({ type }) => type === 'decided').length,
    notAsked: countSilent(facts),
    usedTwice: spent.length - new Set(spent).size,
  }
}

function takeFrom(left: string[], mark: string): boolean {
  const at = left.indexOf(mark)
  if (at >= 0) left.splice(at, 1)
  return at >= 0
}

/** Starts of steps that are not safe to repeat, whose end is neither certain nor was asked about. */
function countSilent(facts: readonly (RunFact & { run: string })[]): number {
  const unsafe = new Set<string>()
  const open = new Set<string>()
  for (const fact of facts) {
    if (!('turn' in fact)) continue
    const key = `${fact.run} ${fact.step} ${fact.turn}`
    if (fact.type === 'frozen' && !isSafe(fact.frozen)) unsafe.add(key)
    if (fact.type === 'dispatched' && unsafe.has(key)) open.add(key)
    if (fact.type === 'decided' || (fact.type === 'finished' && isCertain(fact))) open.delete(key)
  }
  return open.size
}

const isSafe = ({ tier, action }: FrozenAction) =>
  tier === 'read' || (action as ProgramAction).script.includes('-safe')

function isCertain({ outcome }: Extract<RunFact, { type: 'finished' }>): boolean {
  if (outcome.status === 'lost') return false
  return !('stopped' in outcome) || outcome.stopped
}
