import { CircleCheck, CircleDashed, CircleX } from 'lucide-react'
import type { Run } from '#contract/runs'
import { Countdown } from '#ui/relative-time'

const RESULT = {
  pending: 'after the last step',
  running: 'being looked at',
  verified: 'the fix holds',
  not_verified: 'the fix did not show',
  nothing_to_verify: 'this runbook names nothing to verify',
}

function Mark({ good, bad }: { good: boolean; bad: boolean }) {
  if (good) return <CircleCheck size={15} strokeWidth={2} className="text-ok" aria-label="holds" />
  if (bad)
    return (
      <CircleX size={15} strokeWidth={2} className="text-critical" aria-label="does not hold" />
    )
  return <CircleDashed size={15} strokeWidth={2} className="text-muted" aria-label="not yet" />
}

/** Whether the fix is proven: by the probe, and by the source itself. */
export function VerificationCard({ run }: { run: Run }) {
  const { probe, alert, deadline, result } = run.verification
  const over = result === 'not_verified'
  return (
    <section className="flex flex-col gap-2 rounded-[10px] border border-dashed border-strong p-3 text-small">
      <h2 className="font-semibold">Verification: {RESULT[result]}</h2>
      {probe !== null && (
        <p className="flex items-center gap-2">
          <Mark good={probe.held >= probe.needed} bad={over && probe.held < probe.needed} />
          <span className="text-muted">
            {probe.title}: held {probe.held} of {probe.needed} times in a row
          </span>
        </p>
      )}
      {alert !== null && (
        <p className="flex items-center gap-2">
          <Mark good={alert.resolved} bad={over && !alert.resolved} />
          <span className="text-muted">
            {alert.resolved ? 'the source says resolved' : 'the source still says firing'}
          </span>
        </p>
      )}
      {result === 'running' && deadline !== null && (
        <p className="text-muted">
          <Countdown until={deadline} prefix="gives up in " />
        </p>
      )}
    </section>
  )
}
