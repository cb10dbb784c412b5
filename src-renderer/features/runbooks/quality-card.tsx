import { useQuery } from '@tanstack/react-query'
import { Scale } from 'lucide-react'
import type { RunbookId } from '#contract/primitives'
import type { Quality, RevisionQuality } from '#contract/quality'
import type { RunSummary } from '#contract/runs'
import { Card } from '#ui/card'
import { KeyValues } from '#ui/key-values'
import { AppLink, paths } from '#ui/links'
import { MonoId } from '#ui/mono-id'
import { PlainText } from '#ui/plain-text'
import { isTelling, QualityBar, qualityParts } from '#ui/quality'
import { durationText, RelativeTime } from '#ui/relative-time'
import { runbookQueries } from './runbook-queries'

/** How it did so far: in one line, as a bar, in figures, and its last runs. Plain about few runs and about none. */
export function QualityCard({ id, revision }: { id: RunbookId; revision: string }) {
  const { data } = useQuery(runbookQueries.quality(id))
  const runs = useQuery(runbookQueries.lastRuns(id)).data
  if (data === undefined) return null
  const { overall, summary, revisions } = data
  return (
    <Card
      title="How it did so far"
      icon={<Scale size={16} strokeWidth={1.75} />}
      note="from its runs here; dry runs do not count"
    >
      {summary === '' ? (
        <p className="text-muted">It was never used here, so nothing is known about it yet.</p>
      ) : (
        <div className="flex flex-col gap-4">
          <div className="flex flex-col gap-2">
            <strong className="font-semibold">{sentence(summary)}</strong>
            <QualityBar quality={overall} className="h-2" />
            <p className="text-small text-muted tnum">
              {qualityParts(overall)
                .map(({ words }) => words)
                .join(', ')}
            </p>
          </div>
          <div className="grid gap-x-8 gap-y-4 min-[860px]:grid-cols-2">
            <Figures quality={overall} />
            <LastRuns runs={runs ?? []} />
          </div>
          {revisions.length > 1 && <Revisions revisions={revisions} now={revision} />}
        </div>
      )}
    </Card>
  )
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

function Figures({ quality }: { quality: Quality }) {
  const { fixMs, stars, ratings, helped, unknowns, takenBack, lastUsedAt } = quality
  const none = <span className="text-muted">nothing yet</span>
  return (
    <KeyValues
      items={[
        {
          name: 'Time to fix',
          value:
            fixMs === null
              ? none
              : isTelling(quality)
                ? `${durationText(fixMs.p50)} typically, ${durationText(fixMs.p90)} for nine in ten`
                : `${durationText(fixMs.p50)} so far`,
        },
        {
          name: 'Rated',
          value:
            stars === null
              ? none
              : `${stars.toFixed(1)} of 5, it helped ${helped} of ${ratings} times`,
        },
        { name: 'Taken back', value: timesOf(takenBack) },
        { name: 'Outcome unknown', value: timesOf(unknowns) },
        {
          name: 'Last used',
          value: lastUsedAt === null ? none : <RelativeTime at={lastUsedAt} long />,
        },
      ]}
    />
  )
}

function timesOf(count: number): string {
  if (count === 0) return 'never'
  return count === 1 ? 'once' : `${count} times`
}

function LastRuns({ runs }: { runs: readonly RunSummary[] }) {
  if (runs.length === 0) return null
  return (
    <section aria-label="Its last runs" className="flex min-w-0 flex-col gap-1.5">
      <h4 className="text-small text-muted">Last runs</h4>
      <ul className="flex flex-col gap-1.5">
        {runs.map((run) => (
          <li key={run.id} className="flex min-w-0 items-baseline gap-3">
            <AppLink href={paths.run(run.id)} className="shrink-0 font-medium hover:underline">
              {run.status.replace('_', ' ')}
            </AppLink>
            <span className="min-w-0 flex-1 truncate text-muted">
              <PlainText text={run.ticketTitle ?? 'without a ticket'} max={100} />
            </span>
            <RelativeTime at={run.startedAt} className="shrink-0 text-small text-muted tnum" />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Revisions({ revisions, now }: { revisions: readonly RevisionQuality[]; now: string }) {
  return (
    <section aria-label="By revision" className="flex flex-col gap-1.5 border-t border-line pt-3">
      <h4 className="text-small text-muted">By revision, last used first</h4>
      <ul className="flex flex-col gap-1.5">
        {revisions.slice(0, 5).map(({ revision, quality }) => (
          <li key={revision} className="flex items-center gap-3">
            <MonoId id={revision} />
            <QualityBar quality={quality} className="w-24 shrink-0" />
            <span className="min-w-0 truncate text-small text-muted tnum">
              {qualityParts(quality)
                .map(({ words }) => words)
                .join(', ') || 'no run has ended yet'}
              {revision === now && ' · the file as it is now'}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
