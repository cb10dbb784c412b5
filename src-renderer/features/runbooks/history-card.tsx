import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { RunbookId } from '#contract/primitives'
import type { Revision } from '#contract/revisions'
import type { RunbookRecord } from '#contract/runbooks'
import { Button } from '#ui/button'
import { Chip } from '#ui/chip'
import { CodeChanges } from '#ui/code-editor'
import { ErrorState } from '#ui/error-state'
import { PlainText } from '#ui/plain-text'
import { RelativeTime } from '#ui/relative-time'
import { CardSkeleton } from '#ui/skeleton'
import { keepDraft } from './drafts'
import { runbookLanguage } from './runbook-language'
import { runbookQueries } from './runbook-queries'

/** What the runbook was before, who changed it and why; each can be compared with how it is now, and brought back. */
export function HistoryCard({ record }: { record: RunbookRecord }) {
  const { id } = record
  const { data, error, refetch } = useQuery(runbookQueries.revisions(id))
  const [chosen, setChosen] = useState<string>()
  if (error !== null)
    return <ErrorState error={error} kept="The file is untouched." onRetry={() => void refetch()} />
  if (data === undefined) return <CardSkeleton lines={5} />
  const revision = data.find((each) => each.revision === chosen)
  return (
    <div className="flex flex-col gap-3">
      <ol
        className="flex flex-col overflow-hidden rounded-card border border-line"
        aria-label="Revisions"
      >
        {data.map((each) => (
          <Row
            key={each.revision}
            revision={each}
            isChosen={each.revision === chosen}
            onChoose={() => setChosen(each.revision === chosen ? undefined : each.revision)}
          />
        ))}
      </ol>
      {revision !== undefined && <Changes id={id} revision={revision} record={record} />}
    </div>
  )
}

function Row({
  revision: { at, by, note, lines, isCurrent },
  isChosen,
  onChoose,
}: {
  revision: Revision
  isChosen: boolean
  onChoose: () => void
}) {
  return (
    <li className="border-b border-line last:border-b-0">
      <button
        type="button"
        aria-expanded={isChosen}
        onClick={onChoose}
        className="flex w-full items-center gap-3 px-3 py-2 text-left hover:bg-hover aria-expanded:bg-selected"
      >
        <span className="w-28 shrink-0 text-small text-muted">
          <RelativeTime at={at} />
        </span>
        <span className="w-32 shrink-0 truncate font-medium">
          <PlainText text={by} max={80} />
        </span>
        <span className="min-w-0 flex-1 truncate text-muted">
          <PlainText text={note === '' ? 'no reason given' : note} max={200} />
        </span>
        {isCurrent && <Chip tone="good">now</Chip>}
        <span className="text-small tnum text-muted">{lines} lines</span>
      </button>
    </li>
  )
}

/** One revision beside the runbook as it is now. */
function Changes({
  id,
  revision: { revision, isCurrent },
  record,
}: {
  id: RunbookId
  revision: Revision
  record: RunbookRecord
}) {
  const { data, error, refetch } = useQuery(runbookQueries.revision(id, revision))
  if (error !== null)
    return (
      <ErrorState compact error={error} kept="Nothing changed." onRetry={() => void refetch()} />
    )
  if (data === undefined) return <CardSkeleton lines={6} />
  if (isCurrent) return <p className="text-muted">This is how the runbook is now.</p>
  return (
    <section className="flex flex-col gap-2" aria-label="What changed since">
      <div className="flex flex-wrap items-center gap-2">
        <p className="min-w-0 flex-1 text-small text-muted">
          What changed from this revision to now: green was added since, red is gone.
        </p>
        <Button onClick={() => keepDraft(id, { text: data.markdown, basedOn: record.revision })}>
          Bring it back…
        </Button>
      </div>
      <div className="h-96 overflow-hidden rounded-card border border-line">
        <CodeChanges
          key={`${revision} ${record.revision}`}
          label="Changes since this revision"
          before={data.markdown}
          after={record.markdown}
          language={runbookLanguage}
        />
      </div>
    </section>
  )
}
