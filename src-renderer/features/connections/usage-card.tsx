import { useInfiniteQuery } from '@tanstack/react-query'
import { History } from 'lucide-react'
import type { Lease } from '#contract/credentials'
import type { CredentialId } from '#contract/primitives'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { ErrorState } from '#ui/error-state'
import { AppLink, paths } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { RelativeTime } from '#ui/relative-time'
import { connectionQueries } from './connection-queries'

/** Who used it, for what: newest first. */
export function UsageCard({ id }: { id: CredentialId }) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    connectionQueries.leases(id),
  )
  const leases = data?.pages.flatMap(({ items }) => items)
  return (
    <Card
      title="Uses"
      icon={<History size={16} strokeWidth={1.75} />}
      note={<AppLink href={paths.audit(id)}>all of it in the audit log</AppLink>}
    >
      {error !== null && <ErrorState compact error={error} onRetry={() => void refetch()} />}
      {leases?.length === 0 && <p className="text-muted">Nobody has used it yet.</p>}
      <ol aria-label="Uses" className="flex flex-col">
        {leases?.map((lease) => (
          <Use key={lease.id} lease={lease} />
        ))}
      </ol>
      {hasNextPage && (
        <Button
          size="small"
          className="mt-3 self-start"
          busy={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          Show older ones
        </Button>
      )}
    </Card>
  )
}

function Use({ lease }: { lease: Lease }) {
  const { at, operator, refused } = lease
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-4 border-line py-1.5 not-last:border-b">
      <span className="min-w-0 break-words">
        {refused !== null && <strong className="font-semibold text-critical">Refused: </strong>}
        <What lease={lease} />
        <span className="text-muted">, {operator ?? 'Quarterdeck by itself'}</span>
      </span>
      <RelativeTime at={at} long className="text-small text-muted" />
    </li>
  )
}

function What({ lease: { purpose, subject, runId, runbookId, step } }: { lease: Lease }) {
  const name = <PlainText text={subject} max={120} />
  if (purpose === 'test') return <>test of {name}</>
  if (purpose === 'source') return <>signatures of the source {name}</>
  if (purpose === 'pull') return <>question to {name}</>
  if (purpose === 'export') return <>export into {name}</>
  if (runId === null) return <>a step on {name}</>
  return (
    <>
      step <code className="text-small">{step}</code> of{' '}
      <AppLink href={paths.run(runId)}>{runbookId ?? 'a run'}</AppLink> on {name}
    </>
  )
}
