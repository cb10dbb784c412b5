import { Hand } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import type { Run, RunStep } from '#contract/runs'
import { Button } from '#ui/button'
import { useCommand } from '#ui/command'
import { Field } from '#ui/field'
import { TextInput } from '#ui/input'
import { PlainText } from '#ui/plain-text'
import { Countdown, RelativeTime } from '#ui/relative-time'
import { Panel } from './panel'

/** Something that only a person can do: what, for whom, until when, and each thing to tick off. */
export function ManualPanel({ run, step }: { run: Run; step: RunStep }) {
  const [note, setNote] = useState('')
  const complete = useCommand(api.runs.complete, {
    failed: 'The step is as it was',
    refresh: [['runs']],
  })
  const say = (outcome: 'done' | 'failed' | 'skipped') =>
    complete.mutate({ id: run.id, stepIndex: step.index, outcome, note })
  const left = step.checklist.filter(({ tickedBy }) => tickedBy === null).length
  return (
    <Panel
      icon={<Hand size={18} strokeWidth={1.75} aria-hidden />}
      title={
        <>
          {step.assignee === null ? 'Your turn' : `For ${step.assignee}`}:{' '}
          <PlainText text={step.title} max={120} />
        </>
      }
      actions={
        <>
          <Button
            variant="primary"
            disabled={left > 0}
            busy={complete.isPending}
            onClick={() => say('done')}
          >
            {left > 0 ? `Done (${left} left)` : 'Done'}
          </Button>
          <Button onClick={() => say('skipped')}>Skip</Button>
          <Button variant="danger" onClick={() => say('failed')}>
            It cannot be done
          </Button>
        </>
      }
    >
      <DueDate step={step} />
      <p className="whitespace-pre-wrap">
        <PlainText text={step.description} max={4000} />
      </p>
      <Checklist run={run} step={step} />
      <div className="mt-2 max-w-md">
        <Field label="What you did or saw" optional>
          {(control) => (
            <TextInput
              {...control}
              value={note}
              maxLength={2000}
              onChange={(change) => setNote(change.target.value)}
            />
          )}
        </Field>
      </div>
    </Panel>
  )
}

function DueDate({ step: { dueAt, overdue } }: { step: RunStep }) {
  if (dueAt === null) return null
  return (
    <p className={overdue ? 'font-semibold text-critical' : ''}>
      {overdue ? (
        <>
          Overdue: it was due <RelativeTime at={dueAt} long />. Nothing goes on without you.
        </>
      ) : (
        <Countdown until={dueAt} prefix="Due in " />
      )}
    </p>
  )
}

/** Each item is a fact of its own: who ticked it off, and when. */
function Checklist({ run, step }: { run: Run; step: RunStep }) {
  const tick = useCommand(api.runs.tick, {
    failed: 'The item is as it was',
    refresh: [['runs']],
  })
  if (step.checklist.length === 0) return null
  return (
    <ul className="mt-2 flex flex-col gap-1" aria-label="Things to tick off">
      {step.checklist.map(({ text, tickedBy, tickedAt }, item) => (
        // oxlint-disable-next-line react/no-array-index-key -- items keep their place, and two may read the same
        <li key={item}>
          <label className="flex items-start gap-2 text-text">
            <input
              type="checkbox"
              className="mt-[3px] shrink-0 accent-accent"
              checked={tickedBy !== null}
              disabled={tick.isPending}
              onChange={(change) =>
                tick.mutate({
                  id: run.id,
                  stepIndex: step.index,
                  item,
                  done: change.target.checked,
                })
              }
            />
            <span>
              <PlainText text={text} max={400} />
              {tickedBy !== null && tickedAt !== null && (
                <span className="text-small text-muted">
                  {' '}
                  {tickedBy}, <RelativeTime at={tickedAt} long />
                </span>
              )}
            </span>
          </label>
        </li>
      ))}
    </ul>
  )
}
