import type { DraftStep, Report } from './draft'
import type { Scope } from './stackstorm-scope'
import type { Fill } from './stackstorm-templates'
import type { Item } from './yaml-tree'

export type Head = Pick<DraftStep, 'name' | 'title' | 'line' | 'prose'>
export type Body = Omit<DraftStep, keyof Head>

/** A task's action with what it is given. */
export interface Action {
  readonly ref: string
  readonly task: string
  readonly given: ReadonlyMap<string, Item>
}

export interface ActionContext {
  readonly report: Report
  readonly scope: Scope
  readonly fill: Fill
  /** Is this action a workflow among the files chosen together? Its runbook's name. */
  readonly runbookOf: (ref: string) => string | undefined
}

export type Refused = { readonly problem: string; readonly todo?: string }

export function textOf({ given }: Action, name: string): string | undefined {
  return given.get(name)?.text
}

/** Its time limit, when it is written as a number. */
export function timeoutOf(action: Action, report: Report): { timeout?: string } {
  const given = textOf(action, 'timeout')
  if (given !== undefined && !/^\d+$/.test(given))
    report.leftOut(
      action.given.get('timeout')!.line,
      `task ${action.task}: timeout`,
      'How long it may take is worked out by StackStorm; here it has 5 minutes.',
      'Give the step a `qd.timeout`.',
    )
  const seconds = Number(textOf(action, 'timeout') ?? '')
  return Number.isInteger(seconds) && seconds > 0
    ? { timeout: `${Math.min(seconds, 86_400)}s` }
    : {}
}
