import { Radio } from 'lucide-react'
import { Button } from '#ui/button'
import { EmptyState } from '#ui/empty-state'
import { paths, useGo } from '#ui/links'

/** The address names a source that is not there. */
export function SourceGone() {
  const go = useGo()
  return (
    <EmptyState
      icon={<Radio size={20} strokeWidth={1.75} />}
      title="There is no such source"
      actions={<Button onClick={() => go(paths.intake())}>All that comes in</Button>}
    >
      It was removed, or the name is another. What it delivered is kept.
    </EmptyState>
  )
}
