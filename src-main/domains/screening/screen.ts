import type { SourceKind, TraceStep } from '#contract/intake'
import type { OperatorId } from '#contract/primitives'
import type { Reception, Signal, Wishes } from '#domains/tickets'
import type { Db } from '#platform/database'

/** What the rules say about one signal. */
export interface Screened extends Wishes {
  /** `held`: it is kept here, and must not go to tickets; it opens its ticket later, or is dropped when resolved. */
  readonly verdict: 'pass' | 'held'
  readonly trace: readonly TraceStep[]
}

/** Between what a delivery says and the tickets. Intake asks in the transaction in which tickets take what passes. */
export interface Screen {
  /**
   * One answer a signal, in order. What passes goes to `tickets.takeSignals` with its wishes:
   * `{ ...signal, owner, incident }`. Holds, counts and drops in `tx`.
   */
  screen(tx: Db, signals: readonly Signal[]): Promise<Screened[]>
  /**
   * After tickets took what passed: who got them, and which belong together. One list of steps a signal, in order;
   * `receptions` are those of these signals.
   */
  follow(
    tx: Db,
    signals: readonly Signal[],
    receptions: readonly Reception[],
  ): Promise<TraceStep[][]>
  /** What `screen` would say now. Holds, counts and drops nothing. */
  foresee(signals: readonly Signal[]): Promise<Screened[]>
}

/** What screening asks of `people`. */
export interface KnowsOperators {
  nameOf(id: OperatorId): Promise<string | undefined>
}

/** What screening asks of `sources`: the kind of a source, by its name. */
export type KindOf = (source: string) => SourceKind | undefined
