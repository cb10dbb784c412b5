import type { QueryClient, QueryKey } from '@tanstack/react-query'
import { connection, news } from '#api'
import { REFRESHING, staleAfter } from './news-map'

/** Milliseconds in which news are gathered: a storm of alerts refreshes the screen a few times a second, not a thousand. */
const GATHER_MS = 200

/** Keeps the cache true: each piece of news marks what it made stale, and what is on screen is asked again. */
export function refreshByNews(client: QueryClient): () => void {
  const waiting = new Map<string, QueryKey>()
  let timer: ReturnType<typeof setTimeout> | undefined
  function flush() {
    timer = undefined
    const keys = [...waiting.values()]
    waiting.clear()
    for (const queryKey of keys) void client.invalidateQueries({ queryKey })
  }
  function gather(keys: readonly QueryKey[]) {
    for (const key of keys) waiting.set(JSON.stringify(key), key)
    timer ??= setTimeout(flush, GATHER_MS)
  }
  const ends = REFRESHING.map((name) =>
    news.subscribe(name, (payload) => gather(staleAfter(name, payload))),
  )
  ends.push(connection.onResync(() => void client.invalidateQueries()))
  return () => {
    clearTimeout(timer)
    for (const end of ends) end()
  }
}
