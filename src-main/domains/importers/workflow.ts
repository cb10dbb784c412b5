import type { DraftStep, Report } from './draft'
import type { Action } from './stackstorm-action'
import type { Scope } from './stackstorm-scope'
import type { Before, Edge } from './task-graph'

/** Where a task may lead, as written. */
export interface Transition {
  readonly when: string | undefined
  readonly to: readonly string[]
  readonly publish: readonly (readonly [string, string])[]
  readonly line: number
}

/** A task of an action-chain or an Orquesta workflow. */
export interface Task {
  readonly name: string
  readonly line: number
  readonly prose: string
  readonly action: Action
  readonly next: readonly Transition[]
  readonly joins: boolean
  readonly retry: string | undefined
  readonly timer: string | undefined
  /** The texts that it is done for, one after the other; a sentence when there is a list that nobody knows here. */
  readonly items:
    | { readonly name: string | undefined; readonly texts: readonly string[] }
    | string
    | undefined
}

export interface Workflow {
  readonly tasks: ReadonlyMap<string, Task>
  readonly starts: readonly string[]
  readonly scope: Scope
  readonly report: Report
  readonly runbookOf: (ref: string) => string | undefined
}

/** What is known on the way from task to task. */
export interface Walk extends Workflow {
  readonly names: Set<string>
  readonly before: Map<string, Before & { readonly kind: DraftStep['kind'] }>
  readonly edges: Edge[]
  readonly loops: ReadonlySet<string>
  /** Steps that end the run, once the tasks beside them have run. */
  pending: { readonly after: Set<string>; readonly steps: readonly DraftStep[] }[]
}
