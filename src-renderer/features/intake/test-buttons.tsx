import { CircleCheck, CircleX, Send } from 'lucide-react'
import { api } from '#api'
import type { Delivery, Source } from '#contract/intake'
import { Button } from '#ui/button'
import { useCommand } from '#ui/command'
import { AppLink, paths } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { useShortcut } from '#ui/shortcuts'

/** A real example through the real listener: first firing, then the matching resolved one. */
export function TestButtons({ source: { name, enabled } }: { source: Source }) {
  const test = useCommand(api.intake.sendTest, {
    failed: 'The test did not arrive',
    refresh: [['intake']],
  })
  const send = (status: 'firing' | 'resolved') => test.mutate({ name, status })
  const busy = (status: string) => test.isPending && test.variables.status === status
  useShortcut('t', 'Send a test alert', () => send('firing'), {
    group: 'Intake',
    off: !enabled || test.isPending,
  })
  return (
    <div className="ml-auto flex flex-wrap items-center justify-end gap-2">
      {test.data !== undefined && !test.isPending && <Outcome delivery={test.data} />}
      <Button
        size="small"
        keys="t"
        disabled={!enabled}
        busy={busy('firing')}
        icon={<Send size={14} strokeWidth={1.75} />}
        onClick={() => send('firing')}
      >
        Send a test
      </Button>
      <Button
        size="small"
        disabled={!enabled}
        busy={busy('resolved')}
        onClick={() => send('resolved')}
      >
        Resolve it
      </Button>
    </div>
  )
}

function Outcome({ delivery }: { delivery: Delivery }) {
  const [ticket] = delivery.ticketIds
  const isDead = delivery.status === 'dead'
  return (
    <output className="flex min-w-0 items-center gap-1.5 text-small">
      {isDead ? (
        <CircleX size={15} strokeWidth={1.75} className="shrink-0 text-critical" aria-hidden />
      ) : (
        <CircleCheck size={15} strokeWidth={1.75} className="shrink-0 text-ok" aria-hidden />
      )}
      {isDead ? (
        <span className="truncate">
          <AppLink href={paths.delivery(delivery.id)}>Not read</AppLink>:{' '}
          <PlainText text={delivery.reason} max={120} />
        </span>
      ) : (
        <AppLink href={paths.delivery(delivery.id)}>It arrived</AppLink>
      )}
      {ticket !== undefined && <AppLink href={paths.ticket(ticket)}>and is a ticket</AppLink>}
    </output>
  )
}
