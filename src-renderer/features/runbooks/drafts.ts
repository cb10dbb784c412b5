import { createStore, useStore } from 'zustand'
import type { RunbookId } from '#contract/primitives'

/** A text that is not saved yet. */
export interface Draft {
  readonly text: string
  /** The revision it began from; null: a new runbook. */
  readonly basedOn: string | null
}

type Drafts = Readonly<Partial<Record<RunbookId, Draft>>>

const KEY = 'quarterdeck.runbook-drafts'

const store = createStore<Drafts>()(() => remembered())

/** What was typed and not saved: it stays while other screens are visited, and when the window is loaded again. */
export function useDraft(id: RunbookId): Draft | undefined {
  return useStore(store, (drafts) => drafts[id])
}

export function hasDraft(id: RunbookId): boolean {
  return store.getState()[id] !== undefined
}

export function keepDraft(id: RunbookId, draft: Draft): void {
  store.setState(remember({ ...store.getState(), [id]: draft }))
}

export function dropDraft(id: RunbookId): void {
  const { [id]: _dropped, ...rest } = store.getState()
  store.setState(remember(rest), true)
}

function remembered(): Drafts {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Drafts
  } catch {
    return {} // storage may be off, or hold something else
  }
}

function remember(drafts: Drafts): Drafts {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(drafts))
  } catch {
    // Full or off: the drafts stay while the window does.
  }
  return drafts
}
