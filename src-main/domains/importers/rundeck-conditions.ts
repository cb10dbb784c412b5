import { byHand, type DraftStep } from './draft'
import { oneLine } from './names'
import { type JobContext, readCommand } from './rundeck-steps'
import { at, type Item, listOf, shown } from './yaml-tree'

const OPERATORS = new Set(['==', '!=', '>', '<', '>=', '<='])

/** A conditional step's own steps, each with its condition: groups are joined by "or", what is in one by "and". */
export function readSubSteps(command: Item, number: string, context: JobContext): DraftStep[] {
  const when = conditionOf(at(command, 'conditionGroups'), context)
  const steps = listOf(at(command, 'subSteps')).map((sub, index) =>
    readCommand(sub, `${number}.${index + 1}`, context),
  )
  if (when !== undefined) {
    context.report.mapped(
      command.line,
      `step ${number}: conditional`,
      `Its steps run when ${when}.`,
    )
    return steps.map((step) => ({ ...step, when }))
  }
  const condition = oneLine(shown(at(command, 'conditionGroups')), 400)
  context.report.needsYou(
    command.line,
    `step ${number}: conditional`,
    `Its condition cannot be written here: ${condition}`,
    'Decide by hand in the run.',
  )
  return steps.map((step) => byHand(step, `Only when this holds: ${condition}`, step.code))
}

function conditionOf(groups: Item, context: JobContext): string | undefined {
  const parts = listOf(groups).map((group) => {
    const inner = listOf(group).map((condition) => comparisonOf(condition, context))
    return inner.includes(undefined) || inner.length === 0 ? undefined : inner.join(' and ')
  })
  if (parts.length === 0 || parts.includes(undefined)) return undefined
  return parts.length === 1 ? parts[0] : parts.map((part) => `(${part})`).join(' or ')
}

function comparisonOf(condition: Item, { known }: JobContext): string | undefined {
  const [key, operator, value] = ['key', 'operator', 'value'].map(
    (part) => at(condition, part).text ?? '',
  )
  const option = /^\$\{option\.([^}]+)\}$/.exec(key!)?.[1]
  const input = known.options.get(option ?? '')?.input
  if (input === undefined || !OPERATORS.has(operator!) || /"|\$\{/.test(value!)) return undefined
  return `inputs.${input} ${operator} "${oneLine(value!)}"`
}
