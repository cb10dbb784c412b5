import { encodeTime, monotonicFactory } from 'ulid'

const nextUlid = monotonicFactory(random)

/** The library would ask the system for every character, which costs more than all the rest of an id. */
const pool = new Uint32Array(1024)
let left = 0

function random(): number {
  if (left === 0) {
    crypto.getRandomValues(pool)
    left = pool.length
  }
  left -= 1
  return pool[left]! / 2 ** 32
}

/** Before every id that is made from `at` (ms since 1970) on. Clocks differ: take a time some minutes too early. */
export function idBefore<Id extends string>(prefix: string, at: number): Id {
  return `${prefix}_${encodeTime(Math.max(0, at), 10)}${'0'.repeat(16)}` as Id
}

/** A new id: a prefix that names its kind, then a ULID, so that ids of one process sort by birth. */
export function newId<Id extends string>(prefix: string): Id {
  // The brand is a compile-time promise; this is the one place that makes it.
  return `${prefix}_${nextUlid()}` as Id
}
