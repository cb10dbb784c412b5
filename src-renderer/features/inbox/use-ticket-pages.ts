import {
  type InfiniteData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useEffect, useEffectEvent, useMemo } from 'react'
import { api, news } from '#api'
import type { TicketId } from '#contract/primitives'
import type { TicketSummary } from '#contract/tickets'
import { isInView, patchPages, rowsOf, type TicketPage } from './ticket-pages'
import { type ListFilter, PAGE, ticketQueries } from './ticket-queries'

/** Milliseconds in which changes are gathered before the list is brought up to date. */
const GATHER_MS = 250
/** Up to here all pages are simply read again. */
const FEW_PAGES = 2
/** More changed rows than this further down: read everything again after all. */
const FEW_ROWS = 24

/** The tickets of a view, as far as they were scrolled to, kept true by the news. */
export function useTicketPages(filter: ListFilter) {
  const query = useInfiniteQuery(ticketQueries.pages(filter))
  const rows = useMemo(() => rowsOf(query.data?.pages ?? []), [query.data])
  useListNews(filter, query.data?.pages, rows)
  return {
    rows,
    total: query.data?.pages[0]?.total,
    error: query.error,
    isLoading: query.data === undefined,
    isStale: query.isPlaceholderData,
    isMoreLoading: query.isFetchingNextPage,
    retry: () => void query.refetch(),
    loadMore: () => {
      if (query.hasNextPage && !query.isFetching) void query.fetchNextPage()
    },
  }
}

function useListNews(
  filter: ListFilter,
  pages: readonly TicketPage[] | undefined,
  rows: readonly TicketSummary[],
) {
  const client = useQueryClient()
  const me = useQuery(ticketQueries.me()).data?.id
  const { queryKey } = ticketQueries.pages(filter)
  const refresh = useEffectEvent(async (ids: ReadonlySet<TicketId>) => {
    const below = rows.slice(PAGE).filter(({ id }) => ids.has(id))
    if (pages === undefined || pages.length <= FEW_PAGES || below.length > FEW_ROWS) {
      await client.invalidateQueries({ queryKey })
      return
    }
    const [first, ...changed] = await Promise.all([
      api.tickets.list({ limit: PAGE, filter }),
      ...below.map(({ id }) => api.tickets.get({ id })),
    ])
    client.setQueryData<InfiniteData<TicketPage, string | null>>(
      queryKey,
      (old) =>
        old && {
          ...old,
          pages: patchPages(old.pages, first, changed, (one) =>
            isInView(filter.view, one, me, Date.now()),
          ),
        },
    )
  })
  useEffect(() => {
    let waiting = new Set<TicketId>()
    let timer: ReturnType<typeof setTimeout> | undefined
    const end = news.subscribe('tickets.changed', ({ ids }) => {
      for (const id of ids) waiting.add(id)
      timer ??= setTimeout(() => {
        const gathered = waiting
        waiting = new Set()
        timer = undefined
        // A list that cannot be read now says so itself when it is asked next.
        refresh(gathered).catch(() => undefined)
      }, GATHER_MS)
    })
    return () => {
      clearTimeout(timer)
      end()
    }
  }, [])
}
