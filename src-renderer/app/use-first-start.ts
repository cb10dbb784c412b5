import { useQuery } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import { useEffect } from 'react'
import { paths, useGo } from '#ui/links'
import { shellQueries } from './shell-queries'

/** On the very first start, opens the two doors instead of an empty watch. */
export function useFirstStart(): void {
  const done = useQuery(shellQueries.settings()).data?.firstStartDone
  const { pathname } = useLocation()
  const go = useGo()
  const atDoor = done === false && pathname === paths.watch()
  useEffect(() => {
    if (atDoor) go(paths.start(), { replace: true })
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only arriving at the door opens it
  }, [atDoor])
}
