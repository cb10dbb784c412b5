import { LockKeyhole } from 'lucide-react'
import { connection } from '#api'
import { Button } from '#ui/button'
import { EmptyState } from '#ui/empty-state'

/** Main did not let this window in: an old address, or another one took its place. */
export function RefusedScreen({ message }: { message: string }) {
  return (
    <main className="flex h-full items-center">
      <EmptyState
        icon={<LockKeyhole size={20} strokeWidth={1.75} />}
        title="This window was not let in"
        actions={<Button onClick={() => connection.retry()}>Try again</Button>}
      >
        <p>{message}</p>
        <p className="mt-2">
          An address works once. For a fresh one, run{' '}
          <code className="rounded-chip bg-hover px-1.5 py-0.5 text-small text-text">
            quarterdeck open
          </code>{' '}
          on the machine where Quarterdeck runs.
        </p>
      </EmptyState>
    </main>
  )
}
