import { type FormEvent, type ReactNode, useState } from 'react'
import { Button } from './button'
import { Dialog } from './dialog'
import { Field } from './field'
import { TextArea } from './input'

interface ConfirmProps {
  open: boolean
  onClose: () => void
  title: ReactNode
  /** What will happen, what is kept, and whether it can be taken back. */
  children?: ReactNode
  action: string
  danger?: boolean
  busy?: boolean
  /** False while something in `children` is still to be ticked. Default true. */
  ready?: boolean
  onConfirm: () => void
}

/** Asks once before something that cannot be undone by a toast. The focus starts on the way out. */
export function Confirm({
  open,
  onClose,
  title,
  children,
  action,
  danger = false,
  busy = false,
  ready = true,
  onConfirm,
}: ConfirmProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      width="small"
      footer={
        <>
          <Button onClick={onClose} data-autofocus>
            Keep as it is
          </Button>
          <Button
            variant={danger ? 'danger' : 'primary'}
            busy={busy}
            disabled={!ready}
            onClick={onConfirm}
          >
            {action}
          </Button>
        </>
      }
    >
      <div className="text-muted">{children}</div>
    </Dialog>
  )
}

interface AskReasonProps {
  open: boolean
  onClose: () => void
  title: ReactNode
  description?: ReactNode
  label: string
  action: string
  /** A reason that may be left out. */
  optional?: boolean
  danger?: boolean
  busy?: boolean
  onAnswer: (text: string) => void
}

/** Asks for a few words, such as why a ticket is escalated. Ctrl or ⌘ with Enter sends. */
export function AskReason(props: AskReasonProps) {
  return props.open ? <ReasonDialog {...props} /> : null
}

function ReasonDialog({
  onClose,
  title,
  description,
  label,
  action,
  optional = false,
  danger = false,
  busy = false,
  onAnswer,
}: AskReasonProps) {
  const [text, setText] = useState('')
  const ready = optional || text.trim() !== ''
  function send(submit?: FormEvent) {
    submit?.preventDefault()
    if (ready && !busy) onAnswer(text.trim())
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      description={description}
      width="small"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant={danger ? 'danger' : 'primary'}
            busy={busy}
            disabled={!ready}
            keys="mod+enter"
            onClick={() => send()}
          >
            {action}
          </Button>
        </>
      }
    >
      <form onSubmit={send}>
        <Field label={label} optional={optional}>
          {(control) => (
            <TextArea
              {...control}
              data-autofocus
              maxLength={10_000}
              value={text}
              onChange={(change) => setText(change.target.value)}
              onKeyDown={(press) => {
                if (press.key === 'Enter' && (press.metaKey || press.ctrlKey)) send()
              }}
            />
          )}
        </Field>
      </form>
    </Dialog>
  )
}
