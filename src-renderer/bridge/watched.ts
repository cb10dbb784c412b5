/** A value that can be watched. */
export interface Watched<T> {
  current(): T
  /** Returns how to stop watching. */
  subscribe(listener: () => void): () => void
  set(next: T): void
}

export function createWatched<T>(first: T): Watched<T> {
  const listeners = new Set<() => void>()
  let value = first
  return {
    current: () => value,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    set(next) {
      value = next
      for (const listener of listeners) listener()
    },
  }
}
