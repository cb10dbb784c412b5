import { EventEmitter } from 'node:events'
import type { AppEvents } from '#contract'

type Listener<N extends keyof AppEvents> = (payload: AppEvents[N]) => void

/** News for other domains and for every window. It says what happened; nobody may wait for an answer. */
export interface Events {
  publish<N extends keyof AppEvents>(news: N, payload: AppEvents[N]): void
  /** Returns how to stop listening. */
  subscribe<N extends keyof AppEvents>(news: N, listener: Listener<N>): () => void
  /** Hears everything, for the bridge. */
  subscribeAll(listener: (news: keyof AppEvents, payload: unknown) => void): () => void
}

export function createEvents(): Events {
  const emitter = new EventEmitter()
  emitter.setMaxListeners(0) // one per session and domain; a leak would show in the session count
  const ALL = Symbol('all')
  return {
    publish(news, payload) {
      emitter.emit(news, payload)
      emitter.emit(ALL, news, payload)
    },
    subscribe(news, listener) {
      emitter.on(news, listener)
      return () => void emitter.off(news, listener)
    },
    subscribeAll(listener) {
      emitter.on(ALL, listener)
      return () => void emitter.off(ALL, listener)
    },
  }
}
