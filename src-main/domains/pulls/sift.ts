import { z } from 'zod'
import type { Timestamp } from '#contract/primitives'
import type { Found } from './pull-plan'

/** One entry of a list that is asked for again and again. */
export interface Item {
  readonly key: string
  /** Differs when there is something new to tell of it. */
  readonly version: string
  /** When it was last changed, by the source's clock. */
  readonly at: Timestamp
  readonly records: readonly Found[]
}

/** What is known of a list: the versions of what it held in its last window, and the newest change. */
export const Mark = z.object({
  newest: z.int(),
  seen: z.record(z.string(), z.string()),
  /** Of the list's first page, while that is all there is. */
  etag: z.string().optional(),
})
export type Mark = z.infer<typeof Mark>

/** How far a window reaches back over the one before: what was written at once may be listed one after the other. */
export const OVERLAP_MS = 120_000

export const firstMark = (since: Timestamp): Mark => ({ newest: since, seen: {} })

/** What a window of a list holds that was not told before, oldest first; and what is known after it was. */
export function sift(
  items: readonly Item[],
  mark: Mark,
  etag?: string,
): { fresh: Item[]; mark: Mark } {
  const fresh = items
    .filter(({ key, version }) => !Object.hasOwn(mark.seen, key) || mark.seen[key] !== version)
    .toSorted((a, b) => a.at - b.at)
  return {
    fresh,
    mark: {
      newest: items.reduce((newest, { at }) => Math.max(newest, at), mark.newest),
      seen: Object.fromEntries(items.map(({ key, version }) => [key, version])),
      ...(etag !== undefined && { etag }),
    },
  }
}
