import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { RunId } from '#contract/primitives'
import type { Run } from '#contract/runs'
import { Chip } from '#ui/chip'
import { ErrorState } from '#ui/error-state'
import { AppLink, paths } from '#ui/links'
import { usePageHead } from '#ui/page'
import { PlainText } from '#ui/plain-text'
import { ProgressBar } from '#ui/progress'
import { CardSkeleton } from '#ui/skeleton'
import { RunActions } from './run-actions'
import { RunAttention } from './run-attention'
import { RunFacts } from './run-facts'
import { runQueries } from './run-queries'
import { RunTerminal } from './run-terminal'
import { progressOf, RUN_WORDS } from './run-words'
import { StepRail } from './step-rail'
import { VerificationCard } from './verification-card'

/** One run: its steps, what it needs from a person, its live output, its facts. */
export function RunView({ id }: { id: RunId }) {
  const { data, error, refetch } = useQuery(runQueries.get(id))
  usePageHead(data?.runbookTitle ?? 'Run', {
    note: data === undefined ? null : RUN_WORDS[data.status].word,
  })
  if (error !== null) {
    return (
      <ErrorState
        error={error}
        kept="The run goes on whether this screen can be read or not."
        onRetry={() => void refetch()}
      />
    )
  }
  if (data === undefined) {
    return (
      <div className="flex flex-col gap-4 p-6">
        <CardSkeleton lines={2} />
        <CardSkeleton lines={8} />
      </div>
    )
  }
  return <Loaded run={data} />
}

/** Three columns where there is room; steps, output and facts below each other where there is not. */
function Loaded({ run }: { run: Run }) {
  const [only, setOnly] = useState<number | null>(null)
  return (
    <div className="flex h-full min-h-0 max-lg:flex-col max-lg:overflow-y-auto">
      <section
        aria-label="Steps"
        className="flex w-72 shrink-0 flex-col gap-4 overflow-y-auto border-r border-line p-3 max-lg:w-full max-lg:overflow-visible max-lg:border-r-0"
      >
        <AppLink href={paths.runs()} className="px-2.5 text-small">
          All runs
        </AppLink>
        <StepRail run={run} only={only} onOnly={setOnly} />
        <VerificationCard run={run} />
      </section>
      <section
        aria-label="Output"
        className="flex min-h-0 min-w-0 flex-1 flex-col gap-3 p-4 max-lg:min-h-[480px] max-lg:shrink-0"
      >
        <Head run={run} only={only} />
        <RunAttention run={run} />
        <RunTerminal id={run.id} only={only} />
      </section>
      <aside
        aria-label="Facts"
        className="w-64 shrink-0 overflow-y-auto border-l border-line p-4 max-lg:w-full max-lg:overflow-visible max-lg:border-t max-lg:border-l-0"
      >
        <RunFacts run={run} />
      </aside>
    </div>
  )
}

const BAR = {
  neutral: 'muted',
  good: 'ok',
  bad: 'critical',
  attention: 'accent',
  active: 'accent',
} as const

function Head({ run, only }: { run: Run; only: number | null }) {
  const { word, tone } = RUN_WORDS[run.status]
  const current =
    run.steps.find((step) => step.index === only) ??
    run.steps.find((step) => step.status === 'executing')
  return (
    <header className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2.5">
        <Chip tone={tone}>{word}</Chip>
        <h1 className="min-w-40 flex-1 truncate font-semibold">
          <PlainText text={current?.title ?? run.runbookTitle} max={160} />
          {only !== null && <span className="font-normal text-muted">, its output alone</span>}
        </h1>
        <RunActions run={run} />
      </div>
      {run.reason !== '' && (
        <p className="text-small text-muted">
          <PlainText text={run.reason} max={600} />
        </p>
      )}
      <ProgressBar value={progressOf(run.steps)} label="Steps done" tone={BAR[tone]} />
    </header>
  )
}
