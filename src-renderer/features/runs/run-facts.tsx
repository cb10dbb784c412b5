import { useQuery } from '@tanstack/react-query'
import type { RunId } from '#contract/primitives'
import type { Run } from '#contract/runs'
import { KeyValues } from '#ui/key-values'
import { AppLink, paths } from '#ui/links'
import { MonoId } from '#ui/mono-id'
import { PlainText } from '#ui/plain-text'
import { ClockTime, durationText, RelativeTime } from '#ui/relative-time'
import { FeedbackCard } from './feedback-card'
import { runQueries } from './run-queries'

/** Everything about the run that is not its output. */
export function RunFacts({ run }: { run: Run }) {
  const targets = [
    ...new Set(run.steps.map((step) => step.connectionName).filter((name) => name !== null)),
  ]
  const inputs = Object.entries(run.inputs)
  return (
    <div className="flex flex-col gap-5">
      <KeyValues
        stacked
        items={[
          { name: 'Run', value: <MonoId id={run.id} /> },
          {
            name: 'Started by',
            value: (
              <>
                <PlainText text={run.startedBy} max={60} />,{' '}
                <RelativeTime at={run.startedAt} long />
              </>
            ),
          },
          ...(run.endedAt === null
            ? []
            : [{ name: 'Took', value: durationText(run.endedAt - run.startedAt) }]),
          ...(run.ticketId === null
            ? []
            : [
                {
                  name: 'Ticket',
                  value: (
                    <AppLink href={paths.ticket(run.ticketId)}>
                      <PlainText text={run.ticketTitle ?? run.ticketId} max={160} />
                    </AppLink>
                  ),
                },
              ]),
          {
            name: 'Inputs',
            value:
              inputs.length === 0
                ? 'none'
                : inputs.map(([name, value]) => (
                    <code key={name} className="block text-small break-all">
                      {name} = <PlainText text={value} max={200} />
                    </code>
                  )),
          },
          { name: 'Targets', value: targets.length === 0 ? 'none' : targets.join(', ') },
          { name: 'Snapshot', value: <MonoId id={run.revision} /> },
        ]}
      />
      <FeedbackCard run={run} />
      <History id={run.id} />
    </div>
  )
}

function History({ id }: { id: RunId }) {
  const { data } = useQuery(runQueries.history(id))
  if (data === undefined || data.length === 0) return null
  return (
    <details>
      <summary className="text-small text-muted hover:text-text">
        All {data.length} events of this run
      </summary>
      <ol className="mt-2 flex flex-col gap-1.5 text-small">
        {data.map((event) => (
          <li key={event.seq} className="flex gap-2">
            <ClockTime at={event.at} className="text-muted" />
            <span className="min-w-0 flex-1 break-words">
              {event.type.replaceAll(/[._]/g, ' ')}{' '}
              <span className="text-muted">
                <PlainText text={event.detail} max={160} />
              </span>
            </span>
          </li>
        ))}
      </ol>
    </details>
  )
}
