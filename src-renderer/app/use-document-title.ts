import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useCurrentHead } from '#ui/page'
import { shellQueries } from './shell-queries'

/** The window's name: what waits for the operator first, so that it shows in a crowded tab bar. */
export function useDocumentTitle(): void {
  const { title } = useCurrentHead()
  const waiting = useQuery(shellQueries.waiting()).data?.count ?? 0
  const critical = useQuery(shellQueries.ticketCounts()).data?.bySeverity.critical ?? 0
  const count = waiting + critical
  useEffect(() => {
    document.title = `${count > 0 ? `(${count}) ` : ''}${title === '' ? '' : `${title} · `}Quarterdeck`
  }, [title, count])
}
