import { Inbox } from 'lucide-react'
import { EmptyState } from '#ui/empty-state'
import { Kbd } from '#ui/kbd'
import { AppLink, paths } from '#ui/links'

/** The right half while no ticket is open. */
export function NothingChosen({ isEmpty }: { isEmpty: boolean }) {
  return (
    <div className="flex h-full items-center">
      <EmptyState
        icon={<Inbox size={20} strokeWidth={1.75} />}
        title={isEmpty ? 'A quiet inbox' : 'No ticket is open'}
        actions={isEmpty ? <AppLink href={paths.intake()}>See what came in</AppLink> : undefined}
      >
        {isEmpty ? (
          'When an alert comes in, its ticket opens here with a verdict, likely causes and the runbooks that fit.'
        ) : (
          <span className="inline-flex items-center gap-1.5">
            Choose one with <Kbd keys="j" /> and <Kbd keys="k" />.
          </span>
        )}
      </EmptyState>
    </div>
  )
}
