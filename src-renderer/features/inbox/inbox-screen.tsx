import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useEffect, useMemo } from 'react'
import type { TicketId } from '#contract/primitives'
import { paths, useGo, useRouteId } from '#ui/links'
import { usePageHead } from '#ui/page'
import { isWide, SplitPane } from '#ui/split-pane'
import { useInboxView } from './inbox-store'
import { NothingChosen } from './nothing-chosen'
import { TicketDetail } from './ticket-detail'
import { TicketFilters } from './ticket-filters'
import { TicketList } from './ticket-list'
import { type ListFilter, ticketQueries } from './ticket-queries'
import { useTicketPages } from './use-ticket-pages'

/** The list at the left, the chosen ticket at the right. The choice is in the address, so it can be shared. */
export function InboxScreen() {
  const chosen = useRouteId()
  // The row answers at once; a whole ticket may take a few frames, and keys act on the one that is read.
  const shown = useDeferredValue(chosen)
  const go = useGo()
  const filter = useFilter()
  const pages = useTicketPages(filter)
  const counts = useQuery(ticketQueries.counts()).data
  usePageHead('Inbox', {
    note: counts === undefined ? null : `${counts.open.toLocaleString('en')} open`,
  })
  useOpenFirst(chosen, pages.isStale ? undefined : pages.rows[0]?.id)
  return (
    <SplitPane
      name="inbox"
      width={396}
      listLabel="Inbox"
      detailOpen={chosen !== null}
      onBack={() => go(paths.inbox())}
      list={
        <>
          <TicketFilters counts={counts} />
          <TicketList
            pages={pages}
            chosen={chosen}
            onChoose={(id) => go(paths.ticket(id), { replace: chosen !== null })}
          />
        </>
      }
      detail={
        shown === null ? (
          <NothingChosen isEmpty={pages.rows.length === 0 && !pages.isLoading} />
        ) : (
          <TicketDetail key={shown} id={shown as TicketId} />
        )
      }
    />
  )
}

function useFilter(): ListFilter {
  const { view, severities, text } = useInboxView()
  const typed = useDeferredValue(text.trim())
  return useMemo(
    () => ({ view, severities: severities.toSorted(), text: typed }),
    [view, severities, typed],
  )
}

/** Where there is room for it, the first ticket is open from the start; after that only the operator chooses. */
function useOpenFirst(chosen: string | null, first: string | undefined) {
  const go = useGo()
  const opens = chosen === null && first !== undefined && isWide()
  useEffect(() => {
    if (opens) go(paths.ticket(first), { replace: true })
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- a new first row must not take the place of the chosen one
  }, [opens])
}
