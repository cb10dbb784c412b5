import { withoutChecklist } from '#domains/runbooks'
import { type Held, stepNamed } from './run-snapshot'
import type { StepState } from './run-state'
import { knownTo } from './run-values'

/** Longest value that stands in a text; it is a stranger's. */
const LONGEST_VALUE = 200

/** The text of a step that runs nowhere: what a person reads. Values are filled in, on one line each. */
export function textOf(held: Held, step: StepState): string {
  const source = stepNamed(held.snapshot, step.name)
  const code = source.language === 'text' ? withoutChecklist(source.code) : ''
  const { inputs, outputs } = knownTo(held, step)
  const values: Record<string, string> = { ...inputs, ...outputs }
  return [source.description, code]
    .filter((part) => part.trim() !== '')
    .join('\n\n')
    .replaceAll(/\{\{\s*([a-z][a-z0-9_]*)\s*\}\}/g, (whole, name: string) =>
      Object.hasOwn(values, name)
        ? values[name]!.replaceAll(/\s+/g, ' ').slice(0, LONGEST_VALUE)
        : whole,
    )
    .trim()
}
