import { useQuery } from '@tanstack/react-query'
import { FlaskConical, Play } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { api } from '#api'
import type { Plan } from '#contract/plans'
import type { RunbookId, TicketId } from '#contract/primitives'
import { Banner } from '#ui/banner'
import { Button } from '#ui/button'
import { useCommand } from '#ui/command'
import { Dialog } from '#ui/dialog'
import { ErrorState } from '#ui/error-state'
import { paths, useGo } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { QualityLine } from '#ui/quality'
import { useShortcut } from '#ui/shortcuts'
import { CardSkeleton } from '#ui/skeleton'
import { PlanInputs } from './plan-inputs'
import { PlanSteps } from './plan-steps'
import { ticketQueries } from './ticket-queries'

interface PlanDialogProps {
  runbookId: RunbookId
  ticketId: TicketId
  onClose: () => void
}

/** The whole plan before anything starts: values, targets, what each step may do, and where there is no way back. */
export function PlanDialog({ runbookId, ticketId, onClose }: PlanDialogProps) {
  const [inputs, setInputs] = useState<Readonly<Record<string, string>>>({})
  const request = { runbookId, ticketId, inputs: useDeferredValue(inputs) }
  const { data: plan, error, isPlaceholderData, refetch } = useQuery(ticketQueries.plan(request))
  const isCurrent = plan !== undefined && !isPlaceholderData && inputs === request.inputs
  const start = useStart(request, isCurrent && plan.problems.length === 0, onClose)
  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      title={plan === undefined ? 'Plan' : <PlainText text={plan.runbookTitle} max={160} />}
      description={plan === undefined ? 'Nothing has started.' : planSentence(plan)}
      footer={<StartButtons start={start} onClose={onClose} />}
    >
      {error !== null && (
        <ErrorState
          compact
          error={error}
          kept="Nothing has started."
          onRetry={() => void refetch()}
        />
      )}
      {plan === undefined && error === null && <CardSkeleton lines={9} />}
      {plan !== undefined && (
        <div className="grid gap-6 min-[860px]:grid-cols-[minmax(0,1fr)_minmax(0,1.7fr)]">
          <div className="flex min-w-0 flex-col gap-4">
            <Problems problems={plan.problems} />
            <SoFar runbookId={runbookId} />
            <PlanInputs
              inputs={plan.inputs}
              typed={inputs}
              onType={(name, value) => setInputs({ ...inputs, [name]: value })}
            />
            <Included plan={plan} />
          </div>
          <PlanSteps plan={plan} />
        </div>
      )}
    </Dialog>
  )
}

/** Starts exactly the plan that is shown, and leads to its run. */
function useStart(
  request: Parameters<typeof ticketQueries.plan>[0],
  canStart: boolean,
  onClose: () => void,
) {
  const go = useGo()
  const start = useCommand(api.runs.start, {
    failed: 'The run was not started',
    refresh: [['runs'], ['tickets', 'get', { id: request.ticketId }]],
    onDone: (run) => {
      onClose()
      go(paths.run(run.id))
    },
  })
  const begin = () => {
    if (canStart) start.mutate(request)
  }
  const tryDry = () => {
    if (canStart) start.mutate({ ...request, dryRun: true })
  }
  useShortcut('mod+enter', 'Start the run', begin, {
    group: 'Plan',
    inDialog: true,
    inFields: true,
    off: !canStart || start.isPending,
  })
  return { begin, tryDry, canStart, isPending: start.isPending }
}

function StartButtons({
  start,
  onClose,
}: {
  start: ReturnType<typeof useStart>
  onClose: () => void
}) {
  return (
    <>
      <Button onClick={onClose}>Not now</Button>
      <Button
        icon={<FlaskConical size={15} strokeWidth={1.75} />}
        disabled={!start.canStart || start.isPending}
        onClick={start.tryDry}
      >
        Dry run: reads only
      </Button>
      <Button
        variant="primary"
        keys="mod+enter"
        icon={<Play size={15} strokeWidth={1.75} />}
        disabled={!start.canStart}
        busy={start.isPending}
        onClick={start.begin}
      >
        Start the run
      </Button>
    </>
  )
}

/** How this runbook did so far, before it is started again. */
function SoFar({ runbookId }: { runbookId: RunbookId }) {
  const { data } = useQuery(ticketQueries.quality())
  if (data === undefined) return null
  return <QualityLine of={data.find((one) => one.runbookId === runbookId)} />
}

/** The runbooks that this one calls, with what it gives them. */
function Included({ plan: { included } }: { plan: Plan }) {
  return (included ?? []).map(({ scope, title, inputs }) => (
    <section key={scope} className="flex flex-col gap-1 text-small">
      <h3 className="font-semibold">
        Calls “<PlainText text={title} max={120} />”
      </h3>
      {inputs.map(({ name, label, value, origin }) => (
        <p key={name} className="break-words text-muted">
          {label}:{' '}
          {origin === 'output' ? 'given by a step' : <PlainText text={value ?? '–'} max={300} />}
        </p>
      ))}
    </section>
  ))
}

function planSentence({ steps, verify }: Plan): string {
  const asks = steps.filter((step) => step.needsApproval).length
  const approvals =
    asks === 0
      ? 'none asks for approval'
      : asks === 1
        ? 'one asks for approval first'
        : `${asks} ask for approval first`
  const after =
    verify === null
      ? 'nothing verifies it'
      : verify.probe === null
        ? 'verified when the alert resolves'
        : 'verified by a probe'
  return `Nothing has started. ${steps.length} steps, ${approvals}; ${after}${verify?.alertResolved === true && verify.probe !== null ? ' and by the alert resolving' : ''}.`
}

function Problems({ problems }: { problems: readonly string[] }) {
  if (problems.length === 0) return null
  return (
    <Banner
      tone="attention"
      title={
        problems.length === 1
          ? 'One thing keeps it from starting:'
          : `${problems.length} things keep it from starting:`
      }
    >
      <ul className="list-disc pl-4">
        {problems.map((problem) => (
          <li key={problem}>
            <PlainText text={problem} max={300} />
          </li>
        ))}
      </ul>
    </Banner>
  )
}
