import type { Downward } from '#contract/frames'

type Welcome = Extract<Downward, { t: 'welcome' }>
type NewsFrame = Extract<Downward, { t: 'news' }>

/** Hands news to those who want them, and notices when a piece is missing. */
export interface NewsDesk {
  subscribe(name: string, listener: (payload: unknown) => void): () => void
  /** Hears when what is cached can no longer be trusted. */
  onResync(listener: () => void): () => void
  /** What was heard last, for the greeting. */
  heard(): { epoch: string; seq: number } | Record<string, never>
  begin(welcome: Welcome, mustAskAgain: boolean): void
  take(news: NewsFrame): void
}

export function createNewsDesk(): NewsDesk {
  const listeners = new Map<string, Set<(payload: unknown) => void>>()
  const resyncs = new Set<() => void>()
  let last: { epoch: string; seq: number } | undefined
  return {
    subscribe(name, listener) {
      const same = listeners.get(name) ?? new Set()
      listeners.set(name, same.add(listener))
      return () => void same.delete(listener)
    },
    onResync(listener) {
      resyncs.add(listener)
      return () => void resyncs.delete(listener)
    },
    heard: () => last ?? {},
    begin({ epoch, seq, resync }, mustAskAgain) {
      // Without a resync, the missed pieces follow and count up to `seq`.
      if (resync || !last) last = { epoch, seq }
      if (resync || mustAskAgain) askAgain()
    },
    take({ seq, name, payload }) {
      if (!last) return
      const isGap = seq !== last.seq + 1
      last = { ...last, seq }
      if (isGap) askAgain()
      for (const listener of listeners.get(name) ?? []) listener(payload)
    },
  }

  function askAgain(): void {
    for (const listener of resyncs) listener()
  }
}
