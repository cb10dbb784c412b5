import type { Connection } from '#contract/connections'
import type { RunbookStep } from '#contract/runbooks'
import type { Ticket } from '#contract/tickets'
import type { Connections } from '#domains/connections'
import { inputInTarget } from '#domains/runbooks'
import type { ResolvedInput } from './plan-inputs'
import type { Scopes } from './plan-scopes'

/** Where a step goes, or why that is not known; `follows` when an input's problem, told elsewhere, is the reason. */
export type Target =
  | { readonly connection: Connection }
  | { readonly connections: readonly Connection[] }
  | { readonly problem: string; readonly follows?: true }

interface Around {
  readonly scopes: Scopes
  readonly ticket: Ticket | undefined
  readonly connections: Pick<Connections, 'resolve' | 'resolveAll'>
}

/** What a step's code is for. */
function runsOf({ language }: RunbookStep): keyof typeof WHAT {
  if (language === 'sql') return 'statement'
  return language === 'http' ? 'request' : 'program'
}

const WHAT = {
  program: 'connection',
  statement: 'database connection',
  request: 'connection to a web service',
} as const

interface Selectors {
  readonly names: readonly string[]
  /** The alert's own text chooses: a stranger's. */
  readonly untrusted: boolean
}

/** Each fact of a run writes its whole state: that is what many targets cost. */
const MOST_TARGETS = 200

/** Finds the connection a step goes to: its own target, else its runbook's, else its caller's, else the ticket's host. */
export async function findTarget(step: RunbookStep, around: Around): Promise<Target> {
  const { target, inputs } = whereOf(step, around.scopes)
  const runs = runsOf(step)
  if (step.fan) return findTargets(target, inputs, { ...around, runs })
  const selectors = selectorsOf(target, inputs, around.ticket)
  if ('problem' in selectors) return selectors
  for (const selector of selectors.names) {
    const connection = await around.connections.resolve(selector, runs)
    if (!connection) continue
    if (selectors.untrusted && isUninvited(connection, selector))
      return uninvited(connection, selector)
    return { connection }
  }
  const name = selectors.names[0]!
  return {
    problem: `No single ${WHAT[runs]} goes by "${name}". Add it under Connections, or give the right one the tag "${name}".`,
  }
}

/** The first target that is said, going from the step outwards, with the inputs it may name. */
function whereOf({ on, scope = '' }: RunbookStep, scopes: Scopes) {
  let [said, here] = [on, scopes.get(scope)!]
  for (;;) {
    const target = said ?? here.target
    if (target !== null || !here.caller) return { target, inputs: here.inputs }
    said = here.caller.on
    here = scopes.get(here.caller.scope ?? '')!
  }
}

/** Every connection that a list of names and tags means, each once. */
async function findTargets(
  target: string | null,
  inputs: readonly ResolvedInput[],
  around: Around & { readonly runs: keyof typeof WHAT },
): Promise<Target> {
  const found = new Map<string, Connection>()
  for (const part of target?.split(',').map((name) => name.trim()) ?? [null]) {
    const selectors = selectorsOf(part, inputs, around.ticket)
    if ('problem' in selectors) return selectors
    for (const name of namesIn(part, selectors)) {
      const some = await findAll(name, selectors, around)
      if ('problem' in some) return some
      for (const connection of some.connections) found.set(connection.id, connection)
    }
  }
  if (found.size > MOST_TARGETS)
    return { problem: `It would go to ${found.size} targets; at most ${MOST_TARGETS} are allowed.` }
  return { connections: [...found.values()] }
}

async function findAll(
  name: string,
  { untrusted }: Selectors,
  { connections, runs }: Around & { readonly runs: keyof typeof WHAT },
): Promise<Exclude<Target, { connection: Connection }>> {
  const some = await connections.resolveAll(name, runs)
  const stranger = untrusted ? some.find((one) => isUninvited(one, name)) : undefined
  if (stranger) return uninvited(stranger, name)
  if (some.length > 0) return { connections: some }
  return {
    problem: `No ${WHAT[runs]} goes by "${name}". Add it under Connections, or give those that are meant the tag "${name}".`,
  }
}

/** An input may list several; what stands in the runbook was split already. */
function namesIn(part: string | null, { names }: Selectors): readonly string[] {
  const listed = part !== null && inputInTarget(part) !== undefined
  if (!listed) return names.slice(0, 1)
  const all = names[0]!.split(/[\s,]+/).filter((name) => name !== '')
  return all.length > 1 ? all : names.slice(-1)
}

function selectorsOf(
  target: string | null,
  inputs: readonly ResolvedInput[],
  ticket: Ticket | undefined,
): Selectors | { problem: string; follows?: true } {
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
  if (input?.origin === 'output')
    return {
      problem: `“${input.label}” is known only once a step has given it, and where a step runs must be known before the run starts.`,
    }
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

function uninvited({ name }: Connection, selector: string): { problem: string } {
  return {
    problem: `The alert says "${selector}", which is the console's own machine. If that is meant, give the connection "${name}" the tag "${selector}".`,
  }
}
