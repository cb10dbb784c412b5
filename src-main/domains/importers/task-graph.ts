/** How one task leads to others. */
export interface Edge {
  readonly from: string
  readonly to: string
  /** How the first has to end. */
  readonly on: 'success' | 'failure' | 'any'
  /** Further condition on inputs, as `qd.when` has it; null when there is none. */
  readonly condition: string | null
  /** A condition that cannot be written here, word for word. */
  readonly unreadable: string | undefined
  readonly line: number
}

export interface Ordered {
  /** Every task that can be reached, after all that lead to it. */
  readonly order: readonly string[]
  /** Edges that lead back: loops, which a run does not have. */
  readonly back: readonly Edge[]
}

/** Puts tasks in an order in which each comes after all that lead to it, the first edge of a task first. */
export function orderTasks(starts: readonly string[], edges: readonly Edge[]): Ordered {
  const outgoing = Map.groupBy(edges, ({ from }) => from)
  const state = new Map<string, 'open' | 'done'>()
  const back: Edge[] = []
  const finished: string[] = []
  // Depth first without recursion: a workflow may have thousands of tasks in a row.
  for (const start of starts.toReversed()) {
    const stack: { task: string; next: Edge[] }[] = []
    const enter = (task: string) => {
      state.set(task, 'open')
      stack.push({ task, next: [...(outgoing.get(task) ?? [])] })
    }
    if (!state.has(start)) enter(start)
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const edge = top.next.pop() // the last first, so that reversed the first comes first
      if (!edge) {
        state.set(top.task, 'done')
        finished.push(top.task)
        stack.pop()
      } else if (state.get(edge.to) === 'open') back.push(edge)
      else if (!state.has(edge.to)) enter(edge.to)
    }
  }
  return { order: finished.toReversed(), back }
}

/** What is known of a task that other tasks hang on. */
export interface Before {
  readonly step: string
  /** Null when it always runs. */
  readonly when: string | null
  /** Does the run go on when it fails? */
  readonly goesOn: boolean
}

/**
 * When a task runs: `null` is always. Its edges are alternatives, unless it joins them; a failure that stops the run
 * needs no condition.
 */
export function whenOf(
  incoming: readonly Edge[],
  before: ReadonlyMap<string, Before>,
  joins: boolean,
): string | null {
  const conditions = incoming.map((edge) => edgeCondition(edge, before.get(edge.from)!))
  if (joins) {
    const parts = [...new Set(conditions.filter((condition) => condition !== null))]
    return parts.length === 0 ? null : parts.map(bracketed).join(' and ')
  }
  if (conditions.length === 0 || conditions.includes(null)) return null
  const parts = [...new Set(conditions as string[])]
  return parts.length === 1 ? parts[0]! : parts.map(bracketed).join(' or ')
}

function bracketed(condition: string): string {
  return / (and|or) /.test(condition) ? `(${condition})` : condition
}

function edgeCondition({ on, condition }: Edge, { step, when, goesOn }: Before): string | null {
  const status = (value: string) => `steps."${step}".status == ${value}`
  const outcomes = {
    success: goesOn || when !== null ? status('succeeded') : null,
    failure: status('warned'),
    any:
      when === null
        ? null
        : goesOn
          ? `(${status('succeeded')} or ${status('warned')})`
          : status('succeeded'),
  }
  const parts = [outcomes[on], condition].filter((part) => part !== null)
  return parts.length === 0 ? null : parts.map(bracketed).join(' and ')
}
