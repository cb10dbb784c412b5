import { useState } from 'react'
import { api } from '#api'
import type { Delivery } from '#contract/intake'
import { Button } from '#ui/button'
import { useCommand } from '#ui/command'
import { Dialog } from '#ui/dialog'
import { Field } from '#ui/field'
import { TextArea } from '#ui/input'
import { paths, useGo } from '#ui/links'
import { prettyJson } from './intake-words'

/** A corrected body, read as a delivery of its own. What came stays as it came. */
export function CorrectDialog({
  delivery: { id, body },
  onClose,
}: {
  delivery: Delivery & { body: string }
  onClose: () => void
}) {
  const go = useGo()
  const [text, setText] = useState(() => prettyJson(body) ?? body)
  const correct = useCommand(api.intake.correct, {
    done: (made: Delivery) =>
      made.status === 'dead' ? `The corrected one was not read either: ${made.reason}` : 'Read',
    wentWell: ({ status }) => status !== 'dead',
    failed: 'Nothing was corrected',
    refresh: [['intake']],
    onDone: (made) => {
      onClose()
      go(paths.delivery(made.id))
    },
  })
  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      title="Correct this delivery"
      description="The corrected body is read as a delivery of its own; this one leaves the dead letters and stays as it came."
      footer={
        <>
          <Button onClick={onClose}>Keep as it is</Button>
          <Button
            variant="primary"
            busy={correct.isPending}
            disabled={text.trim() === ''}
            onClick={() => correct.mutate({ id, body: text })}
          >
            Read the corrected one
          </Button>
        </>
      }
    >
      <Field label="Body">
        {(control) => (
          <TextArea
            {...control}
            mono
            rows={18}
            spellCheck={false}
            value={text}
            onChange={(change) => setText(change.target.value)}
          />
        )}
      </Field>
    </Dialog>
  )
}
