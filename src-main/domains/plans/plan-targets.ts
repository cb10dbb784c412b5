import type { Connection } from '#contract/connections'
import type { Runbook, RunbookStep } from '#contract/runbooks'
import type { Ticket } from '#contract/tickets'
import type { Connections } from '#domains/connections'
import { inputInTarget } from '#domains/runbooks'
import type { ResolvedInput } from './plan-inputs'

export type Target = { readonly connection: Connection } | { readonly problem: string }

interface Around {
  readonly runbook: Runbook
  readonly inputs: readonly ResolvedInput[]
  readonly ticket: Ticket | undefined
  readonly connections: Pick<Connections, 'resolve'>
}

/** Finds the connection a step goes to: its own target, else the runbook's, else the ticket's host. */
export async function findTarget(step: RunbookStep, around: Around): Promise<Target> {
  const selectors = selectorsOf(step, around)
  if ('problem' in selectors) return selectors
  for (const selector of selectors.names) {
    const connection = await around.connections.resolve(selector)
    if (connection) return { connection }
  }
  const name = selectors.names[0]!
  return {
    problem: `No connection is called "${name}". Add it under Connections, or give one that is there the tag "${name}".`,
  }
}

function selectorsOf(
  step: RunbookStep,
  { runbook, inputs, ticket }: Around,
): { names: readonly string[] } | { problem: string } {
  const target = step.on ?? runbook.target
  const inputName = inputInTarget(target ?? '')
  if (inputName !== undefined) return selectorsOfInput(inputName, inputs)
  if (target !== null) return { names: [target] }
  if (ticket?.host && !isThisMachine(ticket.host)) return { names: [ticket.host] }
  return {
    problem:
      'It is not said where this step runs. Give the runbook a `target`, or start it from a ticket with a host.',
  }
}

function selectorsOfInput(
  name: string,
  inputs: readonly ResolvedInput[],
): { names: readonly string[] } | { problem: string } {
  const input = inputs.find((candidate) => candidate.name === name)
  if (!input?.value || input.problem)
    return { problem: `Where it runs is known once "${input?.label ?? name}" is.` }
  // `local` always finds the operator's own machine; a stranger's text must not choose that.
  if (input.origin === 'ticket' && isThisMachine(input.raw))
    return {
      problem: `The alert asks to run this on the console itself. If you want that, choose another runbook target.`,
    }
  return { names: [...new Set([input.raw, input.value])] }
}

function isThisMachine(selector: string): boolean {
  return selector.trim().toLowerCase() === 'local'
}
