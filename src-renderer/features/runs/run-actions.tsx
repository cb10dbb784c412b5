import { Pause, Play, RotateCcw, Square, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import type { Run } from '#contract/runs'
import { Button } from '#ui/button'
import { CodeBlock } from '#ui/code-block'
import { useCommand } from '#ui/command'
import { Confirm } from '#ui/confirm'
import { PlainText } from '#ui/plain-text'
import { useShortcut } from '#ui/shortcuts'
import { ExportMenu } from './export-menu'
import { stepsToUndo } from './run-words'

const ICON = { size: 16, strokeWidth: 1.75 }

/** What may be done with the run now; what may not is not shown. */
export function RunActions({ run }: { run: Run }) {
  const refresh = [['runs']]
  const pause = useCommand(api.runs.pause, {
    done: 'Pauses at the next step',
    failed: 'The run was not paused',
    refresh,
  })
  const resume = useCommand(api.runs.resume, { failed: 'The run does not go on', refresh })
  const retry = useCommand(api.runs.retry, { failed: 'The step was not tried again', refresh })
  const may = new Set(run.may)
  useShortcut(
    'p',
    'Pause or go on',
    () => (may.has('pause') ? pause : resume).mutate({ id: run.id }),
    {
      group: 'Run',
      off: !may.has('pause') && !may.has('resume'),
    },
  )
  return (
    <div className="flex flex-wrap items-center justify-end gap-2">
      {may.has('pause') && (
        <Button
          icon={<Pause {...ICON} />}
          keys="p"
          busy={pause.isPending}
          onClick={() => pause.mutate({ id: run.id })}
        >
          Pause
        </Button>
      )}
      {may.has('resume') && (
        <Button
          variant="primary"
          icon={<Play {...ICON} />}
          keys="p"
          busy={resume.isPending}
          onClick={() => resume.mutate({ id: run.id })}
        >
          Go on
        </Button>
      )}
      {may.has('retry') && (
        <Button
          icon={<RotateCcw {...ICON} />}
          busy={retry.isPending}
          onClick={() => retry.mutate({ id: run.id })}
        >
          Try the failed step again
        </Button>
      )}
      {run.endedAt !== null && <ExportMenu run={run} />}
      {may.has('undo') && <UndoButton run={run} />}
      {may.has('cancel') && <CancelButton run={run} />}
    </div>
  )
}

function UndoButton({ run }: { run: Run }) {
  const [open, setOpen] = useState(false)
  const undo = useCommand(api.runs.undo, {
    failed: 'Nothing was taken back',
    refresh: [['runs']],
    onDone: () => setOpen(false),
  })
  const steps = stepsToUndo(run.steps)
  return (
    <>
      <Button icon={<Undo2 {...ICON} />} onClick={() => setOpen(true)}>
        Take it back
      </Button>
      <Confirm
        open={open}
        onClose={() => setOpen(false)}
        title="Take back what this run did"
        action="Take it back"
        busy={undo.isPending}
        onConfirm={() => undo.mutate({ id: run.id })}
      >
        <p>Last first. Each undo that changes something asks for its own approval.</p>
        <ol className="mt-3 flex flex-col gap-3">
          {steps.map((step) => (
            <li key={step.index} className="flex flex-col gap-1">
              <span className="font-medium text-text">
                <PlainText text={step.title} max={120} />
              </span>
              {step.undo === 'irreversible' ? (
                <span className="text-small text-critical">
                  cannot be taken back and is left as it is
                </span>
              ) : (
                <CodeBlock code={step.undo ?? ''} label={`Undo of ${step.title}`} wrap />
              )}
            </li>
          ))}
        </ol>
      </Confirm>
    </>
  )
}

function CancelButton({ run }: { run: Run }) {
  const [open, setOpen] = useState(false)
  const cancel = useCommand(api.runs.cancel, {
    failed: 'The run was not cancelled',
    refresh: [['runs']],
    onDone: () => setOpen(false),
  })
  return (
    <>
      <Button variant="danger" icon={<Square {...ICON} />} onClick={() => setOpen(true)}>
        Cancel
      </Button>
      <Confirm
        open={open}
        onClose={() => setOpen(false)}
        title="Cancel this run"
        action="Cancel the run"
        danger
        busy={cancel.isPending}
        onConfirm={() => cancel.mutate({ id: run.id })}
      >
        A step that is running is stopped, with everything it started on the host. What was done
        stays done; you can take it back afterwards.
      </Confirm>
    </>
  )
}
