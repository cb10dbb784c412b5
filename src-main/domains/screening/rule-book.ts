import type { OperatorId, Timestamp } from '#contract/primitives'
import type { RuleDraft, RuleId } from '#contract/screening'
import type { Signal, Wishes } from '#domains/tickets'
import { compile, type Matches, readerOf } from './match'
import { isOpen } from './window-times'

/** A rule as it is kept. */
export interface KeptRule {
  readonly id: RuleId
  readonly draft: RuleDraft
  readonly position: number
  readonly builtIn: boolean
  /** Grows with every change: what an older version holds is looked at again. */
  readonly version: number
  readonly createdBy: string
  readonly createdAt: Timestamp
  readonly updatedAt: Timestamp
}

export type RuleOf<Kind extends RuleDraft['kind']> = Omit<KeptRule, 'draft'> & {
  readonly draft: Extract<RuleDraft, { kind: Kind }>
  readonly matches: Matches
}

/** What a held signal is held by: a rule as it was then. */
export function ruleKeyOf({ id, version }: Pick<KeptRule, 'id' | 'version'>): string {
  return `${id}/${version}`
}

/** The rules that are switched on, in their order and ready to be asked. */
export interface RuleBook {
  readonly windows: readonly RuleOf<'window'>[]
  readonly thresholds: readonly RuleOf<'threshold'>[]
  readonly correlations: readonly RuleOf<'correlation'>[]
  readonly routes: readonly (RuleOf<'route'> & { readonly owner: string })[]
  readonly incidents: readonly RuleOf<'incident'>[]
}

export const EMPTY_BOOK: RuleBook = {
  windows: [],
  thresholds: [],
  correlations: [],
  routes: [],
  incidents: [],
}

/** A route to an operator who is gone leads nowhere, and the next one that matches decides. */
export function openBook(
  rules: readonly KeptRule[],
  names: ReadonlyMap<OperatorId, string>,
): RuleBook {
  const ready = rules
    .filter(({ draft }) => draft.enabled)
    .toSorted((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1))
    .map((rule) => ({ ...rule, matches: compile(rule.draft.match) }))
  const of = <Kind extends RuleDraft['kind']>(kind: Kind) =>
    ready.filter((rule): rule is typeof rule & RuleOf<Kind> => rule.draft.kind === kind)
  return {
    windows: of('window'),
    thresholds: of('threshold'),
    correlations: of('correlation'),
    routes: of('route').flatMap((rule) => {
      const owner = names.get(rule.draft.params.ownerId)
      return owner === undefined ? [] : [{ ...rule, owner }]
    }),
    incidents: of('incident'),
  }
}

/** What stands between a signal and its ticket: an open window, or else the first threshold that matches. */
export type Gate =
  | { readonly stage: 'window'; readonly rule: RuleOf<'window'> }
  | {
      readonly stage: 'threshold'
      readonly rule: RuleOf<'threshold'>
      /** Occurrences with the same one are counted together. */
      readonly groupKey: string
    }

export function openWindows({ windows }: RuleBook, now: Timestamp): readonly RuleOf<'window'>[] {
  return windows.filter(({ draft }) => isOpen(draft.params, now))
}

export function gateOf(
  { thresholds }: RuleBook,
  open: readonly RuleOf<'window'>[],
  signal: Signal,
  kind: string,
): Gate | undefined {
  const window = open.find(({ matches }) => matches(signal, kind))
  if (window) return { stage: 'window', rule: window }
  const threshold = thresholds.find(({ matches }) => matches(signal, kind))
  if (!threshold) return undefined
  const { per } = threshold.draft.params
  const groupKey =
    per.length === 0
      ? JSON.stringify([signal.source, signal.fingerprint])
      : JSON.stringify(per.map((field) => readerOf(field)(signal, kind).toLowerCase()))
  return { stage: 'threshold', rule: threshold, groupKey }
}

const NO_WISHES: Wishes = {}

/** What routes and incident rules ask of the ticket of a signal. */
export function wishesOf({ routes, incidents }: RuleBook, signal: Signal, kind: string): Wishes {
  if (routes.length === 0 && incidents.length === 0) return NO_WISHES
  const route = routes.find(({ matches }) => matches(signal, kind))
  const incident = incidents.find(({ matches }) => matches(signal, kind))
  if (!route && !incident) return NO_WISHES
  return {
    ...(route && {
      owner: { id: route.draft.params.ownerId, name: route.owner, rule: route.draft.name },
    }),
    ...(incident && { incident: { rule: incident.draft.name } }),
  }
}
