import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { Delivery } from '#contract/intake'
import { useShortcut } from '#ui/shortcuts'
import { intakeQueries, type Status } from './intake-queries'

interface Page {
  items: readonly Delivery[]
  next: string | null
}

/** Holds what is on screen while paused, counts what came since, and reads older ones as one scrolls down. */
export function useHold(newest: Page | undefined, source: string | null, status: Status | null) {
  const [held, setHeld] = useState<Page | null>(null)
  const older = useInfiniteQuery(intakeQueries.older(source, status, held?.next ?? null))
  const items = useMemo(
    () => held && [...held.items, ...(older.data?.pages.flatMap((page) => page.items) ?? [])],
    [held, older.data],
  )
  const known = useMemo(() => new Set(held?.items.map(({ id }) => id)), [held])
  const missed = held === null ? 0 : (newest?.items ?? []).filter(({ id }) => !known.has(id)).length
  const goOn = () => setHeld(null)
  const toggle = () => setHeld(held === null ? (newest ?? null) : null)
  useShortcut('p', 'Pause the feed, or go on', toggle, { group: 'Intake' })
  const readOlder = () => {
    if (held !== null && older.hasNextPage && !older.isFetchingNextPage) void older.fetchNextPage()
  }
  return {
    items: items ?? newest?.items,
    isPaused: held !== null,
    missed,
    toggle,
    goOn,
    readOlder,
  }
}
