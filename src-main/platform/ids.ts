import { monotonicFactory } from 'ulid'

const nextUlid = monotonicFactory()

/** A new id: a prefix that names its kind, then a ULID, so that ids of one process sort by birth. */
export function newId<Id extends string>(prefix: string): Id {
  // The brand is a compile-time promise; this is the one place that makes it.
  return `${prefix}_${nextUlid()}` as Id
}
