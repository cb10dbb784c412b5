import type { SourceKind } from '#contract/intake'
import { type SourceReader, Unreadable } from './source'

/** Stands where a reader is being written; gone before any of this lands. */
export const skeleton = (kind: SourceKind): SourceReader => ({
  kind,
  accepts: () => 'json',
  deliveryKey: () => undefined,
  read: () => {
    throw new Unreadable('This kind cannot be read yet.')
  },
  example: () => ({}),
})
