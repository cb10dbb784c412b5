import { useQuery } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { paths, useGo } from '#ui/links'
import { shellQueries } from './shell-queries'

/** On the very first start, opens the two doors instead of an empty watch: once per window, and never again unasked. */
export function useFirstStart(): void {
  const done = useQuery(shellQueries.settings()).data?.firstStartDone
  const asks = useQuery(shellQueries.vault()).data?.asks
  const { pathname } = useLocation()
  const go = useGo()
  // Where the window was opened; whoever comes to the watch later wants to see the watch.
  const [openedAt] = useState(pathname)
  const [led, setLed] = useState(false)
  // A vault that asks for its passphrase goes first: what is behind the doors needs it.
  const isFirst = done === false && asks === 'nothing' && !led
  const leads = isFirst && openedAt === paths.watch() && pathname === openedAt
  useEffect(() => {
    if (!leads) return
    setLed(true)
    go(paths.start(), { replace: true })
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only arriving at the door opens it
  }, [leads])
}
