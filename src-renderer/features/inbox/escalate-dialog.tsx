import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { OperatorId } from '#contract/primitives'
import type { Ticket } from '#contract/tickets'
import { Button } from '#ui/button'
import { Dialog } from '#ui/dialog'
import { Field } from '#ui/field'
import { TextArea, TextInput } from '#ui/input'
import { Select } from '#ui/select'
import type { useTicketCommands } from './ticket-commands'
import { ticketQueries } from './ticket-queries'

interface EscalateProps {
  ticket: Ticket
  commands: ReturnType<typeof useTicketCommands>
  onClose: () => void
}

/** Who takes over, and what they have to know. The page that goes with it is made from what happened. */
export function EscalateDialog({ ticket, commands: { escalate }, onClose }: EscalateProps) {
  const [reason, setReason] = useState('')
  const [toId, setToId] = useState<OperatorId | ''>('')
  const [group, setGroup] = useState('')
  const again = ticket.status === 'escalated'
  const ready = reason.trim() !== '' && (!again || toId !== '' || group.trim() !== '')
  function send(submit?: FormEvent) {
    submit?.preventDefault()
    if (!ready || escalate.isPending) return
    const order = { id: ticket.id, reason, toId: toId === '' ? null : toId, group }
    escalate.mutate(order, { onSuccess: onClose })
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={again ? 'Pass this ticket on' : 'Escalate this ticket'}
      description="Somebody else has to take over. It stays in the list of open tickets until it is taken or resolved; what was tried goes with it."
      width="small"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            busy={escalate.isPending}
            disabled={!ready}
            keys="mod+enter"
            onClick={() => send()}
          >
            Escalate
          </Button>
        </>
      }
    >
      <form onSubmit={send} className="flex flex-col gap-4">
        <Field label="What the next person has to know">
          {(control) => (
            <TextArea
              {...control}
              data-autofocus
              maxLength={10_000}
              value={reason}
              onChange={(change) => setReason(change.target.value)}
              onKeyDown={(press) => {
                if (press.key === 'Enter' && (press.metaKey || press.ctrlKey)) send()
              }}
            />
          )}
        </Field>
        <Whom toId={toId} onTo={setToId} group={group} onGroup={setGroup} />
      </form>
    </Dialog>
  )
}

interface WhomProps {
  toId: OperatorId | ''
  onTo: (id: OperatorId | '') => void
  group: string
  onGroup: (group: string) => void
}

function Whom({ toId, onTo, group, onGroup }: WhomProps) {
  const people = useQuery(ticketQueries.people()).data ?? []
  const options = [
    { value: '' as const, label: 'Nobody in particular' },
    ...people.map(({ id, name }) => ({ value: id, label: name })),
  ]
  return (
    <>
      <Field label="Who takes over" help="The ticket is theirs from then on.">
        {(control) => <Select {...control} options={options} value={toId} onChoose={onTo} />}
      </Field>
      <Field label="Group" optional help="A team, such as the database team.">
        {(control) => (
          <TextInput
            {...control}
            maxLength={100}
            value={group}
            onChange={(change) => onGroup(change.target.value)}
          />
        )}
      </Field>
    </>
  )
}
