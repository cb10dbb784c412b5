import type { Connection } from '#contract/connections'
import type { Runbook, RunbookStep } from '#contract/runbooks'
import type { Ticket } from '#contract/tickets'
import type { Connections } from '#domains/connections'
import { inputInTarget } from '#domains/runbooks'
import type { ResolvedInput } from './plan-inputs'

/** Where a step goes, or why that is not known; `follows` when an input's problem, told elsewhere, is the reason. */
export type Target =
  | { readonly connection: Connection }
  | { readonly problem: string; readonly follows?: true }

interface Around {
  readonly runbook: Runbook
  readonly inputs: readonly ResolvedInput[]
  readonly ticket: Ticket | undefined
  readonly connections: Pick<Connections, 'resolve'>
}

interface Selectors {
  readonly names: readonly string[]
  /** The alert's own text chooses: a stranger's. */
  readonly untrusted: boolean
}

/** Finds the connection a step goes to: its own target, else the runbook's, else the ticket's host. */
export async function findTarget(step: RunbookStep, around: Around): Promise<Target> {
  const selectors = selectorsOf(step, around)
  if ('problem' in selectors) return selectors
  for (const selector of selectors.names) {
    const connection = await around.connections.resolve(selector)
    if (!connection) continue
    if (selectors.untrusted && isUninvited(connection, selector))
      return {
        problem: `The alert says "${selector}", which is the console's own machine. If that is meant, give the connection "${connection.name}" the tag "${selector}".`,
      }
    return { connection }
  }
  const name = selectors.names[0]!
  return {
    problem: `No single connection goes by "${name}". Add it under Connections, or give the right one the tag "${name}".`,
  }
}

function selectorsOf(
  step: RunbookStep,
  { runbook, inputs, ticket }: Around,
): Selectors | { problem: string; follows?: true } {
  const target = step.on ?? runbook.target
  const inputName = inputInTarget(target ?? '')
  if (inputName !== undefined) return selectorsOfInput(inputName, inputs)
  if (target !== null) return { names: [target], untrusted: false }
  if (ticket?.host) return { names: [ticket.host], untrusted: true }
  return {
    problem:
      'It is not said where this step runs. Give the runbook a `target`, or start it from a ticket with a host.',
  }
}

function selectorsOfInput(
  name: string,
  inputs: readonly ResolvedInput[],
): Selectors | { problem: string; follows?: true } {
  const input = inputs.find((candidate) => candidate.name === name)
  if (!input?.value || input.problem)
    return { problem: `Where it runs is known once "${input?.label ?? name}" is.`, follows: true }
  return { names: [...new Set([input.raw, input.value])], untrusted: input.origin === 'ticket' }
}

/** `local` always finds the operator's own machine; an alert may choose it only by a tag that the operator gave it. */
function isUninvited({ kind, tags }: Connection, selector: string): boolean {
  return (
    kind === 'local' && !tags.some((tag) => tag.toLowerCase() === selector.trim().toLowerCase())
  )
}
