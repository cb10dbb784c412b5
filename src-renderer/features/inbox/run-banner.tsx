import { useQuery } from '@tanstack/react-query'
import { CircleQuestionMark, Play, ShieldCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Approval } from '#contract/approvals'
import { ENDED_RUN, type RunSummary } from '#contract/runs'
import type { Ticket } from '#contract/tickets'
import { Button } from '#ui/button'
import { cx } from '#ui/class-names'
import { paths, useGo } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { ProgressBar } from '#ui/progress'
import { Countdown } from '#ui/relative-time'
import { tierWord } from '#ui/tier'
import { ticketQueries } from './ticket-queries'

/** The run that works on a ticket and the approval it waits for, if there is one. */
export function useTicketRun(ticket: Ticket): {
  run: RunSummary | undefined
  approval: Approval | undefined
} {
  const runs = useQuery(ticketQueries.activeRuns()).data
  const waiting = useQuery(ticketQueries.waiting()).data
  return {
    run: runs?.items.find((run) => run.ticketId === ticket.id && !ENDED_RUN.includes(run.status)),
    approval: waiting?.items.find((approval) => approval.ticketId === ticket.id),
  }
}

/** What is being done about the ticket right now, before anything that is merely known about it. */
export function RunBanner({ ticket }: { ticket: Ticket }) {
  const { run, approval } = useTicketRun(ticket)
  const go = useGo()
  if (approval !== undefined) {
    return (
      <Frame
        tone="attention"
        icon={<ShieldCheck size={18} strokeWidth={1.75} className="text-high" aria-hidden />}
      >
        <p className="font-semibold">
          <PlainText text={approval.runbookTitle} max={120} /> needs your approval for step{' '}
          {approval.stepIndex + 1} of {approval.stepCount}
        </p>
        <p className="text-small text-muted">
          {approvalFacts(approval)}, <Countdown until={approval.expiresAt} prefix="expires in " />
        </p>
      </Frame>
    )
  }
  if (run === undefined) return null
  const isUnknown = run.status === 'unknown'
  return (
    <Frame
      tone={isUnknown ? 'attention' : 'active'}
      icon={
        isUnknown ? (
          <CircleQuestionMark size={18} strokeWidth={1.75} className="text-medium" aria-hidden />
        ) : (
          <Play size={18} strokeWidth={1.75} className="text-accent" aria-hidden />
        )
      }
      action={
        <Button size="small" onClick={() => go(paths.run(run.id))}>
          Watch it
        </Button>
      }
    >
      <p className="font-semibold">
        <PlainText text={run.runbookTitle} max={120} />: {run.status.replace('_', ' ')}
        {run.currentStep !== null && (
          <>
            , <PlainText text={run.currentStep} max={80} />
          </>
        )}
      </p>
      {run.reason !== '' && (
        <p className="truncate text-small text-muted">
          <PlainText text={run.reason} max={200} />
        </p>
      )}
      <ProgressBar
        value={run.stepsDone / Math.max(1, run.stepsTotal)}
        label="Progress of the run"
        className="mt-1.5"
      />
    </Frame>
  )
}

function approvalFacts({ frozen, undo, verify }: Approval): string {
  return [
    frozen === null
      ? 'a person’s word is asked'
      : `${tierWord(frozen.tier).toLowerCase()} on ${frozen.action.target.connectionName}`,
    undo === 'irreversible' ? 'cannot be taken back' : undo !== null && 'undo is registered',
    verify !== null && 'verified afterwards',
  ]
    .filter(Boolean)
    .join(', ')
}

function Frame({
  tone,
  icon,
  action,
  children,
}: {
  tone: 'attention' | 'active'
  icon: ReactNode
  action?: ReactNode
  children: ReactNode
}) {
  return (
    <section
      aria-label="What is being done"
      className={cx(
        'flex items-center gap-3.5 rounded-card border bg-surface px-4 py-3',
        tone === 'attention' ? 'border-high/60' : 'border-accent/50',
      )}
    >
      {icon}
      <div className="min-w-0 flex-1">{children}</div>
      {action}
    </section>
  )
}
