import { Compass } from 'lucide-react'
import { AppLink, paths } from '#ui/links'
import { EmptyState } from '#ui/empty-state'
import { usePageHead } from '#ui/page'

/** An address that leads nowhere: says so and shows the way home. */
export function UnknownRoute() {
  usePageHead('Not on the chart')
  return (
    <div className="flex h-full items-center">
      <EmptyState
        icon={<Compass size={20} strokeWidth={1.75} />}
        title="There is no screen at this address"
        actions={<AppLink href={paths.watch()}>Go to the watch</AppLink>}
      >
        It may come from an older version, or the link was cut off. Nothing is lost.
      </EmptyState>
    </div>
  )
}
