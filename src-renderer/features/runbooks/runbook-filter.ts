import type { RunbookQuality } from '#contract/quality'
import type { RunbookSummary } from '#contract/runbooks'

/** A runbook in the list, with how it did so far; undefined when it was never used. */
export type Listed = RunbookSummary & { readonly quality: RunbookQuality | undefined }

export const ORDERS = [
  { value: 'title', label: 'By title' },
  { value: 'best', label: 'Most reliable first' },
  { value: 'worst', label: 'Least reliable first' },
  { value: 'used', label: 'Last used first' },
] as const
export type Order = (typeof ORDERS)[number]['value']

/** All words must be somewhere in title, description, tags or name; what has problems comes first, then by title. */
export function filterRunbooks<T extends RunbookSummary>(items: readonly T[], text: string): T[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return items
    .filter((item) => {
      const body = [item.id, item.title, item.description, ...item.tags].join(' ').toLowerCase()
      return words.every((word) => body.includes(word))
    })
    .toSorted((a, b) => Math.sign(b.errors) - Math.sign(a.errors) || a.title.localeCompare(b.title))
}

/** As filtered for `title`; by quality, those without a run come last whichever way it is sorted. */
export function orderRunbooks(items: readonly Listed[], order: Order): readonly Listed[] {
  if (order === 'title') return items
  return items.toSorted((a, b) => compare(b, a, order))
}

/** Unknown is less than anything known. Array sorting is stable: of two alike the title decides. */
function compare(a: Listed, b: Listed, order: Exclude<Order, 'title'>): number {
  const [one, other] = [worth(a, order), worth(b, order)]
  if (one === undefined || other === undefined)
    return Number(one !== undefined) - Number(other !== undefined)
  return one - other
}

function worth({ quality }: Listed, order: Exclude<Order, 'title'>): number | undefined {
  if (quality === undefined) return undefined
  if (order === 'used') return quality.overall.lastUsedAt ?? undefined
  const { fixed, notFixed } = quality.overall
  if (fixed + notFixed === 0) return undefined
  // As the ranking shrinks it: one lucky run is not better than nine of ten.
  const expected = (fixed + 2) / (fixed + notFixed + 4)
  return order === 'best' ? expected : -expected
}
