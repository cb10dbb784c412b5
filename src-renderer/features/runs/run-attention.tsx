import { useQuery } from '@tanstack/react-query'
import { CircleQuestionMark, ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import type { ApprovalId } from '#contract/primitives'
import type { Run, RunStep } from '#contract/runs'
import { Button } from '#ui/button'
import { useCommand } from '#ui/command'
import { AskReason } from '#ui/confirm'
import { paths, useGo } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { Countdown } from '#ui/relative-time'
import { useShortcut } from '#ui/shortcuts'
import { ManualPanel } from './manual-panel'
import { Panel } from './panel'
import { PausedNotice } from './paused-notice'
import { runQueries } from './run-queries'

/** What this run needs from a person right now, above everything else. */
export function RunAttention({ run }: { run: Run }) {
  return (
    <>
      <PausedNotice run={run} />
      <StepsThatAsk run={run} />
    </>
  )
}

function StepsThatAsk({ run }: { run: Run }) {
  return run.steps.map((step) => {
    if (step.status === 'awaiting_approval' && step.approvalId !== null) {
      return <ApprovalPanel key={step.index} step={step} approvalId={step.approvalId} />
    }
    if (step.status === 'unknown') return <UnknownPanel key={step.index} run={run} step={step} />
    if (step.status === 'awaiting_person')
      return <ManualPanel key={step.index} run={run} step={step} />
    return null
  })
}

function ApprovalPanel({ step, approvalId }: { step: RunStep; approvalId: ApprovalId }) {
  const { data: approval } = useQuery(runQueries.approval(approvalId))
  const go = useGo()
  const open = () => go(paths.approval(approvalId))
  useShortcut('a', 'Open the approval', open, { group: 'Run' })
  return (
    <Panel
      icon={<ShieldCheck size={18} strokeWidth={1.75} aria-hidden />}
      title={
        <>
          <PlainText text={step.title} max={120} /> needs your approval
        </>
      }
      actions={
        <Button variant="primary" keys="a" onClick={open}>
          Open approval
        </Button>
      }
    >
      Nothing runs before you have seen the exact bytes.
      {approval && <Countdown until={approval.expiresAt} prefix=" Expires in " />}
    </Panel>
  )
}

type Outcome = 'done' | 'retry' | 'failed'
const QUESTIONS: Record<Outcome, { title: string; action: string; description: string }> = {
  done: {
    title: 'It happened',
    action: 'Go on with the next step',
    description: 'The run goes on as if the step had succeeded.',
  },
  retry: {
    title: 'It did not happen',
    action: 'Do it again',
    description: 'The same action runs again. It may ask for a new approval.',
  },
  failed: {
    title: 'It failed',
    action: 'Stop here',
    description: 'The run ends here. You can take back what was done before.',
  },
}

/** At most once is a promise: after a crash a person looks, and says what is true. */
function UnknownPanel({ run, step }: { run: Run; step: RunStep }) {
  const [asked, setAsked] = useState<Outcome | null>(null)
  const decide = useCommand(api.runs.decide, {
    failed: 'The decision was not taken',
    refresh: [['runs']],
    onDone: () => setAsked(null),
  })
  const question = asked && QUESTIONS[asked]
  return (
    <Panel
      icon={<CircleQuestionMark size={18} strokeWidth={1.75} aria-hidden />}
      title={
        <>
          Outcome unknown: <PlainText text={step.title} max={120} />
          {step.group !== null && step.connectionName !== null && ` on ${step.connectionName}`}
        </>
      }
      actions={
        <>
          <Button onClick={() => setAsked('done')}>It happened</Button>
          <Button onClick={() => setAsked('retry')}>It did not, do it again</Button>
          <Button variant="danger" onClick={() => setAsked('failed')}>
            It failed
          </Button>
        </>
      }
    >
      <PlainText text={step.summary || run.reason} max={400} /> Look at its output below and at the
      host
      {step.connectionName !== null && ` ${step.connectionName}`} itself; then say what is true.
      Nothing is repeated by itself.
      {question && asked && (
        <AskReason
          open
          onClose={() => setAsked(null)}
          title={question.title}
          description={question.description}
          label="How do you know"
          action={question.action}
          danger={asked === 'failed'}
          busy={decide.isPending}
          onAnswer={(note) =>
            decide.mutate({ id: run.id, stepIndex: step.index, outcome: asked, note })
          }
        />
      )}
    </Panel>
  )
}
