import { Refusal } from '#contract'
import type { Dialect, StatementAction } from '#contract/actions'
import type { RunbookStep } from '#contract/runbooks'
import { readStatement } from '#domains/runbooks'
import { dialectOf, type Freezing } from './freezing'

const MOST_ROWS = 500
const MOST_BYTES = 256 * 1024

/** Every input becomes a placeholder and a value that is bound to it; the text is otherwise as it is written. */
export function toStatement(step: RunbookStep, freezing: Freezing): StatementAction {
  const { target, values, classify } = freezing
  const dialect = dialectOf(target)
  if (!dialect)
    throw new Refusal('conflict', `${target.connectionName} is no database, so it runs no SQL.`)
  const binds: StatementAction['binds'] = []
  const text = readStatement(step.code, dialect)
    .pieces.map((piece) => {
      if ('text' in piece) return piece.text
      binds.push(values.find(({ name }) => name === piece.input)!)
      return placeholder(dialect, binds.length)
    })
    .join('')
    .replace(/[\s;]+$/, '')
  const { tier } = classify(text, 'sql', dialect)
  return {
    version: 1,
    type: 'statement',
    target,
    dialect,
    text,
    binds,
    // What does more than read, or claims to, is not held back by the server; then a person has to agree.
    mode: tier === 'read' && step.kind === 'check' ? 'read' : 'change',
    expect: step.expects?.rows ?? null,
    mostRows: step.expects?.mostRows ?? MOST_ROWS,
    mostBytes: MOST_BYTES,
    timeoutMs: step.timeoutMs,
  }
}

function placeholder(dialect: Dialect, number: number): string {
  return dialect === 'postgres' ? `$${number}` : '?'
}
