import { Refusal } from '#contract'
import type { Cursor } from '#contract/primitives'

/** Keyset cursors: the sort key of the last row, so that a page costs the same at any depth. */
export function toCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** Refused with `invalid_input` when it was not made by `toCursor` with as many parts. */
export function parseCursor(cursor: Cursor, parts: number): (string | number)[] | undefined {
  if (cursor === null) return undefined
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    const fits = Array.isArray(key) && key.length === parts
    if (fits && key.every((part) => typeof part === 'string' || Number.isFinite(part)))
      return key as (string | number)[]
  } catch {
    // Falls through: any unreadable cursor gets the same answer.
  }
  throw new Refusal(
    'invalid_input',
    'This page address is not ours. Start again from the first page.',
  )
}
