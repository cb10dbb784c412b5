import { useQuery } from '@tanstack/react-query'
import type { RunbookId } from '#contract/primitives'
import type { Runbook, RunbookRecord } from '#contract/runbooks'
import { Card } from '#ui/card'
import { CodeBlock } from '#ui/code-block'
import { ErrorState } from '#ui/error-state'
import { KeyValues } from '#ui/key-values'
import { MonoId } from '#ui/mono-id'
import { PlainText } from '#ui/plain-text'
import { CardSkeleton } from '#ui/skeleton'
import { useState } from 'react'
import { Tabs } from '#ui/tabs'
import { MatchRules } from './match-rules'
import { Problems } from './problems'
import { runbookQueries } from './runbook-queries'
import { StepCard } from './step-card'

/** One runbook: its problems first, then its steps as they will run, then where it applies. */
export function RunbookDetail({ id }: { id: RunbookId }) {
  const { data, error, refetch } = useQuery(runbookQueries.get(id))
  const [view, setView] = useState<'steps' | 'source'>('steps')
  if (error !== null)
    return (
      <ErrorState error={error} kept="The files are untouched." onRetry={() => void refetch()} />
    )
  if (data === undefined) {
    return (
      <div className="flex flex-col gap-4 p-6">
        <CardSkeleton lines={3} />
        <CardSkeleton lines={6} />
      </div>
    )
  }
  return (
    <div className="mx-auto flex w-full max-w-4xl flex-col gap-4 p-6 max-md:p-4">
      <Head record={data} />
      <Problems problems={data.problems} />
      <Tabs
        label="How it is shown"
        tabs={[
          { value: 'steps', label: 'Steps' },
          { value: 'source', label: 'Markdown' },
        ]}
        value={data.runbook === null ? 'source' : view}
        onChoose={setView}
      />
      {data.runbook === null || view === 'source' ? (
        <CodeBlock code={data.markdown} label={`Markdown of ${data.id}`} wrap />
      ) : (
        <Steps runbook={data.runbook} />
      )}
    </div>
  )
}

function Head({ record }: { record: RunbookRecord }) {
  const { runbook, id, origin, path, revision } = record
  return (
    <header className="flex flex-col gap-2">
      <h1 className="text-title font-[640] tracking-[-0.015em]">
        <PlainText text={runbook?.title ?? id} max={200} />
      </h1>
      {runbook !== null && runbook.description !== '' && (
        <p className="text-muted">
          <PlainText text={runbook.description} max={1000} />
        </p>
      )}
      <KeyValues
        items={[
          { name: 'File', value: <code className="text-small break-all">{path}</code> },
          { name: 'Revision', value: <MonoId id={revision} /> },
          {
            name: 'Comes from',
            value:
              origin === 'mine'
                ? 'your own folder'
                : origin === 'shipped'
                  ? 'Quarterdeck'
                  : 'the demo',
          },
        ]}
      />
    </header>
  )
}

function Steps({ runbook }: { runbook: Runbook }) {
  const planned = runbook.steps.filter(
    (step) => !step.isUndo && step.name !== runbook.verify?.probe,
  )
  const probe = runbook.steps.find((step) => step.name === runbook.verify?.probe)
  return (
    <>
      <ol className="flex flex-col gap-3" aria-label="Steps">
        {planned.map((step, index) => (
          <li key={step.name}>
            <StepCard
              step={step}
              number={index + 1}
              undo={runbook.steps.find(({ name }) => name === step.undo)}
            />
          </li>
        ))}
      </ol>
      {runbook.verify !== null && (
        <Card title="How it is verified">
          <div className="flex flex-col gap-3">
            <p className="text-muted">
              {[
                probe &&
                  `“${probe.title}” holds ${runbook.verify.probeHolds} times in a row, every ${runbook.verify.probeEveryMs / 1000} s`,
                runbook.verify.alertResolved && 'the source says that the alert is resolved',
              ]
                .filter(Boolean)
                .join(', and ')}
              , within {Math.round(runbook.verify.withinMs / 1000)} s. Otherwise the ticket is
              escalated and the undo offered.
            </p>
            {probe && <CodeBlock code={probe.code} label={`Probe ${probe.title}`} wrap />}
          </div>
        </Card>
      )}
      <MatchRules runbook={runbook} />
    </>
  )
}
