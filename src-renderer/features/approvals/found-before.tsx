import { Check, CircleHelp, TriangleAlert, X } from 'lucide-react'
import type { Run } from '#contract/runs'
import { Card } from '#ui/card'
import { cx } from '#ui/class-names'
import { PlainText } from '#ui/plain-text'
import { durationText, RelativeTime } from '#ui/relative-time'

type Step = Run['steps'][number]

const LOOK: Partial<Record<Step['status'], { Icon: typeof Check; color: string }>> = {
  succeeded: { Icon: Check, color: 'text-ok' },
  warned: { Icon: TriangleAlert, color: 'text-high' },
  failed: { Icon: X, color: 'text-critical' },
  unknown: { Icon: CircleHelp, color: 'text-medium' },
}

/** What this run did and found before it came to ask: the facts an answer rests on. */
export function FoundBefore({ steps }: { steps: readonly Step[] }) {
  const done = steps.filter((step) => LOOK[step.status] !== undefined)
  if (done.length === 0) return null
  return (
    <Card title="Found before it in this run" note="the newest last">
      <ol className="flex flex-col gap-2">
        {done.slice(-6).map((step) => (
          <FoundRow key={step.index} step={step} />
        ))}
      </ol>
    </Card>
  )
}

function FoundRow({ step }: { step: Step }) {
  const { Icon, color } = LOOK[step.status] ?? { Icon: Check, color: 'text-muted' }
  const took =
    step.startedAt !== null && step.endedAt !== null ? step.endedAt - step.startedAt : null
  return (
    <li className="flex items-baseline gap-2.5">
      <Icon size={15} strokeWidth={2} className={cx('shrink-0 self-center', color)} aria-hidden />
      <span className="min-w-0 flex-1 truncate">
        <span className="font-medium">
          <PlainText text={step.title} max={120} />
        </span>
        <span className="sr-only">, {step.status}</span>{' '}
        <span className="text-muted">
          <PlainText text={step.summary} max={200} />
        </span>
      </span>
      <span className="shrink-0 text-small text-muted tnum">
        {[step.exitCode !== null && `exit ${step.exitCode}`, took !== null && durationText(took)]
          .filter(Boolean)
          .map((fact) => `${fact}, `)}
        {step.endedAt !== null && <RelativeTime at={step.endedAt} long />}
      </span>
    </li>
  )
}
