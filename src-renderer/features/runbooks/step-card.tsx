import {
  BookOpen,
  Clock,
  Eye,
  Hand,
  Hourglass,
  Megaphone,
  RotateCcw,
  ShieldCheck,
  Undo2,
  Wrench,
} from 'lucide-react'
import Markdown from 'react-markdown'
import type { RunbookStep } from '#contract/runbooks'
import { Chip } from '#ui/chip'
import { CodeBlock } from '#ui/code-block'
import { PlainText } from '#ui/plain-text'
import { durationText } from '#ui/relative-time'
import { StepMark } from '#ui/stepper'

/** Prose of a runbook may be anybody's: text, emphasis, code and lists, but no picture, no link and no markup. */
const PROSE = ['p', 'em', 'strong', 'code', 'ul', 'ol', 'li']

/** How long a step may take unless it says otherwise: not worth a word. */
const USUAL_MS = 300_000

const SIZE = { size: 12, 'aria-hidden': true }
const KIND_ICON = {
  check: <Eye {...SIZE} />,
  change: <Wrench {...SIZE} />,
  manual: <Hand {...SIZE} />,
  approval: <ShieldCheck {...SIZE} />,
  notify: <Megaphone {...SIZE} />,
  wait: <Hourglass {...SIZE} />,
  run: <BookOpen {...SIZE} />,
} as const

/** One step: what it is for, what it runs, how it is taken back. */
export function StepCard({
  step,
  number,
  undo,
}: {
  step: RunbookStep
  /** Its place; null for a step that others call. */
  number: number | null
  undo: RunbookStep | undefined
}) {
  return (
    <section className="flex min-w-0 flex-col gap-2.5 rounded-card border border-line bg-surface p-4">
      <header className="flex flex-wrap items-center gap-2.5">
        {number !== null && <StepMark state="next" number={number} />}
        <h3 className="min-w-0 flex-1 font-semibold">
          <PlainText text={step.title} max={160} />
        </h3>
        {step.on !== null && <Chip>on {step.on}</Chip>}
        {step.when !== null && <Chip>when {step.when}</Chip>}
        {flowWords(step).map((words) => (
          <Chip key={words}>{words}</Chip>
        ))}
        {step.retry.times > 0 && (
          <Chip icon={<RotateCcw size={12} aria-hidden />}>{step.retry.times} retries</Chip>
        )}
        {step.timeoutMs !== USUAL_MS && (
          <Chip icon={<Clock size={12} aria-hidden />}>{durationText(step.timeoutMs)}</Chip>
        )}
        <Chip tone={step.kind === 'change' ? 'attention' : 'neutral'} icon={KIND_ICON[step.kind]}>
          {step.kind}
        </Chip>
      </header>
      {step.description !== '' && (
        <div className="flex flex-col gap-1 text-muted [&_code]:text-text">
          <Markdown allowedElements={PROSE} unwrapDisallowed skipHtml>
            {step.description}
          </Markdown>
        </div>
      )}
      {step.code !== '' && (
        <CodeBlock code={step.code} label={`${step.title}, ${step.language}`} wrap />
      )}
      <UndoNote step={step} undo={undo} />
    </section>
  )
}

/** What it waits for, gives, is called with: in a few words each. */
function flowWords({ fan, before, outputs, call, wait, assignee, dueMs }: RunbookStep): string[] {
  const words: (string | undefined)[] = [
    fan && (fan.atOnce === 1 ? 'one target after the other' : `${fan.atOnce} targets at a time`),
    before ? `after ${before}` : undefined,
    call && `runs ${call.runbookId}`,
    untilAlert(wait),
    assignee ? `for ${assignee}` : undefined,
    dueMs ? `within ${durationText(dueMs)}` : undefined,
  ]
  const gives = (outputs ?? []).map(({ name }) => `gives ${name}`)
  return [...words, ...gives].filter((one) => one !== undefined)
}

function untilAlert(wait: RunbookStep['wait']): string | undefined {
  if (wait?.alert == null) return undefined
  return `until ${wait.alert || 'the alert'} is resolved`
}

function UndoNote({ step, undo }: { step: RunbookStep; undo: RunbookStep | undefined }) {
  if (step.undo === 'irreversible')
    return <p className="text-small font-medium text-critical">Cannot be taken back.</p>
  if (undo === undefined) return null
  return (
    <div className="flex flex-col gap-2 rounded-[10px] border border-dashed border-strong p-3">
      <p className="flex items-center gap-1.5 text-small text-ok">
        <Undo2 size={14} strokeWidth={2} aria-hidden />
        Taken back by “<PlainText text={undo.title} max={120} />”
      </p>
      <CodeBlock code={undo.code} label={`Undo: ${undo.title}`} wrap />
    </div>
  )
}
