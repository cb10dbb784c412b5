import { useQuery } from '@tanstack/react-query'
import { Banner } from '#ui/banner'
import { AppLink, paths } from '#ui/links'
import { shellQueries } from './shell-queries'

/** A broken policy file stops everything risky, so it is said on every screen. */
export function PolicyBanner() {
  const { data } = useQuery(shellQueries.policy())
  if (data?.state !== 'broken') return null
  const [first] = data.problems
  const where = first?.line ? ` (line ${first.line})` : ''
  return (
    <Banner
      edge
      tone="bad"
      title="The policy file is broken: nothing that does more than read is run."
    >
      {first?.message}
      {where}. <AppLink href={paths.settings()}>Settings</AppLink> has the rest.
    </Banner>
  )
}
