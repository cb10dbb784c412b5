import type { OperatorId } from '#contract/primitives'
import type { HeldRepository } from './held-repository'
import { EMPTY_BOOK, openBook, type RuleBook } from './rule-book'
import type { RuleRepository } from './rule-repository'
import type { KnowsOperators } from './screen'

interface Needs {
  rules: RuleRepository
  held: HeldRepository
  people: KnowsOperators
}

/** The rules in memory, so that a signal that no rule is about costs no question to the store. */
export function createRuleShelf({ rules, held, people }: Needs) {
  let book: RuleBook = EMPTY_BOOK
  let inUse = false
  let uses = 0
  let begun = 0
  let shown = 0
  return {
    current: () => book,
    /** Whether anything may be held or counted here; asked again with every `reload`. */
    inUse: () => inUse,
    /** Something is held or counted now. */
    use(): void {
      uses += 1
      inUse = true
    },
    /** Of several at once the one that began last counts: it has read what is newest. */
    async reload(): Promise<void> {
      const turn = ++begun
      const all = await rules.all()
      const owners = new Set(
        all.flatMap(({ draft }) => (draft.kind === 'route' ? [draft.params.ownerId] : [])),
      )
      const names = new Map<OperatorId, string>()
      for (const id of owners) {
        const name = await people.nameOf(id)
        if (name !== undefined) names.set(id, name)
      }
      const before = uses
      const found = await held.isInUse()
      if (turn < shown) return
      shown = turn
      if (uses === before) inUse = found // else something was held while we asked
      book = openBook(all, names)
    },
  }
}
export type RuleShelf = ReturnType<typeof createRuleShelf>
