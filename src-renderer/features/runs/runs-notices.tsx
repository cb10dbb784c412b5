import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '#api'
import type { RunSummary } from '#contract/runs'
import { Banner } from '#ui/banner'
import { Button } from '#ui/button'
import { useCommand } from '#ui/command'
import { AskReason } from '#ui/confirm'
import { RelativeTime } from '#ui/relative-time'
import { runQueries } from './run-queries'

/** After a sleep, a lost network or a locked screen: what stands still, and one button for all of it. */
export function PausedRuns({ rows }: { rows: readonly RunSummary[] }) {
  const resume = useCommand(api.runs.resumeAll, {
    failed: 'The runs do not go on',
    refresh: [['runs']],
  })
  const paused = rows.filter(isPausedByItself).length
  if (paused === 0) return null
  const unknown = rows.filter(({ status }) => status === 'unknown').length
  return (
    <Banner
      edge
      tone="attention"
      title={paused === 1 ? 'One run paused by itself.' : `${paused} runs paused by themselves.`}
      actions={
        <Button size="small" busy={resume.isPending} onClick={() => resume.mutate({})}>
          Go on with all
        </Button>
      }
    >
      The machine slept, its network went, or the screen was locked: each run says which.
      {unknown > 0 && ` Of ${unknown} more it is not known what became of a step: they ask first.`}
    </Banner>
  )
}

const isPausedByItself = ({ status, reason }: RunSummary) =>
  status === 'paused' && reason.startsWith('Paused, by quarterdeck')

/** Runs of other consoles on a shared store: an admin may go on with those of one that is gone for good. */
export function ForeignRuns() {
  const { data } = useQuery(runQueries.consoles())
  const [asked, setAsked] = useState<string | null>(null)
  const take = useCommand(api.runs.takeOver, {
    done: 'The runs are driven from here now',
    failed: 'Nothing was taken over',
    refresh: [['runs']],
    onDone: () => setAsked(null),
  })
  const others = (data ?? []).filter(({ ours }) => !ours)
  return others.map(({ console, runs, lastMovedAt }) => (
    <Banner
      key={console}
      edge
      tone="info"
      title={
        runs === 1
          ? `One run is driven from ${console}.`
          : `${runs} runs are driven from ${console}.`
      }
      actions={
        <Button size="small" onClick={() => setAsked(console)}>
          Take over…
        </Button>
      }
    >
      Last moved <RelativeTime at={lastMovedAt} long />.
      {asked === console && (
        <AskReason
          open
          onClose={() => setAsked(null)}
          title={`Take over from ${console}`}
          description="Only if that console is gone for good. What was executing there becomes unknown and asks; its connections and credentials have to be here."
          label="Why"
          action="Take over"
          danger
          busy={take.isPending}
          onAnswer={(reason) => take.mutate({ console, reason })}
        />
      )}
    </Banner>
  ))
}
