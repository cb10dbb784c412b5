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
        <p>
          {message.split('`').map((piece, index) =>
            index % 2 === 0 ? (
              piece
            ) : (
              <code
                // oxlint-disable-next-line react/no-array-index-key -- a fixed sentence: its pieces never move
                key={index}
                className="rounded-chip bg-hover px-1.5 py-0.5 text-small whitespace-nowrap text-text"
              >
                {piece}
              </code>
            ),
          )}
        </p>
        <p className="mt-2">
          Each address works once, in one tab. The terminal that Quarterdeck was started in shows
          the whole command.
        </p>
      </EmptyState>
    </main>
  )
}
