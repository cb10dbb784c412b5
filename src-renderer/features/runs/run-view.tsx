import { useQuery } from '@tanstack/react-query'
import { ArrowLeft } from 'lucide-react'
import { useState } from 'react'
import type { RunId } from '#contract/primitives'
import type { Run } from '#contract/runs'
import { Button } from '#ui/button'
import { Chip } from '#ui/chip'
import { cx } from '#ui/class-names'
import { ErrorState } from '#ui/error-state'
import { paths, useGo } from '#ui/links'
import { usePageHead } from '#ui/page'
import { PlainText } from '#ui/plain-text'
import { ProgressBar } from '#ui/progress'
import { ScrollArea } from '#ui/scroll-area'
import { useShortcut } from '#ui/shortcuts'
import { CardSkeleton } from '#ui/skeleton'
import { RunActions } from './run-actions'
import { RunAttention } from './run-attention'
import { RunFacts } from './run-facts'
import { runQueries } from './run-queries'
import { RunTerminal } from './run-terminal'
import { BAR, currentStep, progressOf, RUN_WORDS, terminalTitle } from './run-words'
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

/** Three columns where there is room; then the facts go under the steps; then all stands below each other. */
function Loaded({ run }: { run: Run }) {
  const [only, setOnly] = useState<number | null>(null)
  useShortcut('escape', 'Show the output of all steps', () => setOnly(null), {
    group: 'Run',
    off: only === null,
  })
  return (
    <div className="@container h-full min-h-0">
      <div className="flex h-full min-h-0 flex-col @max-[719px]:overflow-y-auto @min-[720px]:grid @min-[720px]:grid-cols-[288px_minmax(0,1fr)] @min-[720px]:grid-rows-[minmax(0,1fr)_minmax(0,34%)] @min-[1080px]:grid-cols-[288px_minmax(0,1fr)_256px] @min-[1080px]:grid-rows-[minmax(0,1fr)]">
        <ScrollArea
          label="Steps"
          className="flex shrink-0 flex-col gap-4 border-line p-3 @max-[719px]:order-2 @min-[720px]:border-r"
        >
          <BackLink className="@max-[719px]:hidden" />
          <StepRail run={run} only={only} onOnly={setOnly} />
          <VerificationCard run={run} />
        </ScrollArea>
        <section
          aria-label="Output"
          className="flex min-h-0 min-w-0 flex-col gap-3 p-4 @max-[719px]:order-1 @max-[719px]:min-h-[520px] @max-[719px]:shrink-0 @min-[720px]:row-span-2 @min-[1080px]:row-span-1"
        >
          <BackLink className="@min-[720px]:hidden" />
          <Head run={run} only={only} onAll={() => setOnly(null)} />
          <RunAttention run={run} />
          <RunTerminal
            id={run.id}
            only={only}
            titleOf={(index, attempt) => terminalTitle(run.steps, index, attempt)}
          />
        </section>
        <ScrollArea
          label="Facts"
          className="shrink-0 border-line p-4 @max-[719px]:order-3 @max-[1079px]:border-t @min-[720px]:@max-[1079px]:border-r @min-[1080px]:border-l"
        >
          <RunFacts run={run} />
        </ScrollArea>
      </div>
    </div>
  )
}

/** Above everything: where all stands below each other, that is above the output. */
function BackLink({ className }: { className: string }) {
  const go = useGo()
  return (
    <Button
      size="small"
      variant="ghost"
      className={cx('self-start', className)}
      icon={<ArrowLeft size={15} strokeWidth={1.75} />}
      onClick={() => go(paths.runs())}
    >
      All runs
    </Button>
  )
}

function Head({ run, only, onAll }: { run: Run; only: number | null; onAll: () => void }) {
  const { word, tone } = RUN_WORDS[run.status]
  const current = currentStep(run, only)
  return (
    <header className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2.5">
        <Chip tone={tone}>{word}</Chip>
        {run.dryRun && <Chip tone="attention">Dry run: reads only</Chip>}
        <h2 className="line-clamp-2 min-w-40 flex-1 text-lead font-semibold tracking-tight break-words">
          <PlainText text={current?.title ?? (run.reason || run.runbookTitle)} max={200} />
        </h2>
        {current?.connectionName != null && <Chip>{current.connectionName}</Chip>}
        {only !== null && (
          <Button size="small" keys="escape" onClick={onAll}>
            Show all output
          </Button>
        )}
        <RunActions run={run} />
      </div>
      {current !== undefined && run.reason !== '' && (
        <p className="text-small text-muted">
          <PlainText text={run.reason} max={600} />
        </p>
      )}
      <ProgressBar value={progressOf(run.steps)} label="Steps done" tone={BAR[tone]} />
    </header>
  )
}
