import type { RunbookSummary } from '#contract/runbooks'

/** All words must be somewhere in title, description, tags or name; what has problems comes first, then by title. */
export function filterRunbooks(items: readonly RunbookSummary[], text: string): RunbookSummary[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return items
    .filter((item) => {
      const body = [item.id, item.title, item.description, ...item.tags].join(' ').toLowerCase()
      return words.every((word) => body.includes(word))
    })
    .toSorted((a, b) => Math.sign(b.errors) - Math.sign(a.errors) || a.title.localeCompare(b.title))
}
