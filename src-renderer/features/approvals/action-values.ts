import type { Action } from '#contract/actions'

export interface ActionValue {
  readonly name: string
  readonly value: string | null
  readonly untrusted: boolean
}

/** The values an action carries: in its environment, bound, or as encoded parts. */
export function valuesOf(action: Action): readonly ActionValue[] {
  if (action.type === 'statement') return action.binds
  return action.type === 'request' ? action.values : action.env
}
