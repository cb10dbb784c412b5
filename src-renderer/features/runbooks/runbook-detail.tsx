import { useQuery } from '@tanstack/react-query'
import { HeartPulse } from 'lucide-react'
import { Refusal } from '#contract'
import type { RunbookId } from '#contract/primitives'
import type { Runbook, RunbookRecord } from '#contract/runbooks'
import { Card } from '#ui/card'
import { Chip } from '#ui/chip'
import { CodeBlock } from '#ui/code-block'
import { ErrorState } from '#ui/error-state'
import { MonoId } from '#ui/mono-id'
import { PlainText } from '#ui/plain-text'
import { ScrollArea } from '#ui/scroll-area'
import { CardSkeleton } from '#ui/skeleton'
import { lazy, Suspense, useState } from 'react'
import { Tabs } from '#ui/tabs'
import { useDraft } from './drafts'
import { MatchRules } from './match-rules'
import { Problems } from './problems'
import { QualityCard } from './quality-card'
import { RunbookOrders } from './runbook-orders'
import { runbookQueries } from './runbook-queries'
import { StepCard } from './step-card'

// The editor's library is as large as the rest of this screen, and most only read.
const HistoryCard = lazy(async () => ({ default: (await import('./history-card')).HistoryCard }))
const RunbookEditor = lazy(async () => ({
  default: (await import('./runbook-editor')).RunbookEditor,
}))

/** One runbook: to be read, or in the editor while there is a text of it that is not saved. */
export function RunbookDetail({ id }: { id: RunbookId }) {
  const { data, error, refetch } = useQuery(runbookQueries.get(id))
  const draft = useDraft(id)
  const isMissing = error instanceof Refusal && error.code === 'not_found'
  if (draft !== undefined && (data !== undefined || isMissing))
    return (
      <Suspense fallback={<CardSkeleton lines={9} />}>
        <RunbookEditor id={id} draft={draft} record={isMissing ? undefined : data} />
      </Suspense>
    )
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
  return <Reading record={data} />
}

/** Its problems first, then its steps as they will run, then where it applies. */
function Reading({ record: data }: { record: RunbookRecord }) {
  const [view, setView] = useState<'steps' | 'source' | 'history'>('steps')
  const shown = data.runbook === null && view === 'steps' ? 'source' : view
  return (
    <ScrollArea label="Runbook" className="h-full">
      <div className="mx-auto flex w-full max-w-[960px] flex-col gap-4 px-10 py-7 max-[1100px]:px-6 max-md:px-4 max-md:py-4">
        <Head record={data} />
        <Problems problems={data.problems} />
        <QualityCard id={data.id} revision={data.revision} />
        <Tabs
          label="How it is shown"
          tabs={[
            { value: 'steps', label: 'Steps' },
            { value: 'source', label: 'Markdown' },
            { value: 'history', label: 'History' },
          ]}
          value={shown}
          onChoose={setView}
        />
        {shown === 'source' && (
          <CodeBlock code={data.markdown} label={`Markdown of ${data.id}`} wrap />
        )}
        {shown === 'history' && (
          <Suspense fallback={<CardSkeleton lines={5} />}>
            <HistoryCard record={data} />
          </Suspense>
        )}
        {shown === 'steps' && data.runbook !== null && <Steps runbook={data.runbook} />}
      </div>
    </ScrollArea>
  )
}

const ORIGINS = { mine: 'your own folder', shipped: 'comes with Quarterdeck', demo: 'the demo' }

function Head({ record }: { record: RunbookRecord }) {
  const { runbook, id, origin, path, revision } = record
  return (
    <header className="flex flex-col gap-1">
      <div className="flex min-h-[22px] flex-wrap items-center gap-x-3 gap-y-1">
        <Chip>{ORIGINS[origin]}</Chip>
        {runbook?.tags.map((tag) => (
          <span key={tag} className="text-small text-muted">
            #<PlainText text={tag} max={40} />
          </span>
        ))}
        <span className="ml-auto">
          <MonoId id={revision} />
        </span>
        <RunbookOrders record={record} />
      </div>
      <h2 className="text-title font-[640] tracking-[-0.015em] break-words">
        <PlainText text={runbook?.title ?? id} max={200} />
      </h2>
      {runbook !== null && runbook.description !== '' && (
        <p className="max-w-[75ch] text-muted">
          <PlainText text={runbook.description} max={1000} />
        </p>
      )}
      <code className="text-small break-all text-muted">{path}</code>
    </header>
  )
}

/** Steps in their order, then those that run only when another calls them. */
function splitSteps({ steps, verify }: Runbook) {
  const probe = steps.find(({ name }) => name === verify?.probe)
  const rest = steps.filter((step) => !step.isUndo && step !== probe)
  return {
    probe,
    planned: rest.filter((step) => step.isProbe !== true),
    called: rest.filter((step) => step.isProbe === true),
  }
}

function Steps({ runbook }: { runbook: Runbook }) {
  const { planned, called, probe } = splitSteps(runbook)
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
      {called.length > 0 && (
        <section className="flex flex-col gap-3">
          <h3 className="text-small font-semibold text-muted">Only when another step calls it</h3>
          {called.map((step) => (
            <StepCard key={step.name} step={step} number={null} undo={undefined} />
          ))}
        </section>
      )}
      {runbook.verify !== null && (
        <Card title="How it is verified" icon={<HeartPulse size={16} strokeWidth={1.75} />}>
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
