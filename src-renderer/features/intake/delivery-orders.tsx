import { Check, MailX, PencilLine, RotateCcw } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import type { Delivery } from '#contract/intake'
import { Button } from '#ui/button'
import { useCommand } from '#ui/command'
import { AskReason, Confirm } from '#ui/confirm'
import { useShortcut } from '#ui/shortcuts'
import { CorrectDialog } from './correct-dialog'

interface Shown extends Delivery {
  body: string
  binary: boolean
  truncated: boolean
  confirmation: { what: string; host: string } | null
}
type Asked = 'dismiss' | 'correct' | 'confirm' | null

const refresh = [['intake']]
const ICON = { size: 15, strokeWidth: 1.75 }

/** What can be done about a delivery: say yes to a subscription, correct or dismiss a dead letter, read it again. */
export function DeliveryOrders({ delivery }: { delivery: Shown }) {
  const [asked, setAsked] = useState<Asked>(null)
  const close = () => setAsked(null)
  return (
    <footer className="flex shrink-0 flex-wrap items-center justify-end gap-2 border-t border-line bg-surface px-10 py-3 max-[1100px]:px-6 max-md:px-4">
      <p className="mr-auto text-small text-muted">
        Reading it again is safe: an open ticket is found, not doubled.
      </p>
      {delivery.status === 'dead' && <DeadOrders delivery={delivery} onAsk={setAsked} />}
      {delivery.confirmation === null ? (
        <Replay delivery={delivery} />
      ) : (
        <Button variant="primary" icon={<Check {...ICON} />} onClick={() => setAsked('confirm')}>
          Confirm the subscription…
        </Button>
      )}
      <Dismiss delivery={delivery} open={asked === 'dismiss'} onClose={close} />
      <ConfirmSubscription delivery={delivery} open={asked === 'confirm'} onClose={close} />
      {asked === 'correct' && <CorrectDialog delivery={delivery} onClose={close} />}
    </footer>
  )
}

function DeadOrders({ delivery, onAsk }: { delivery: Shown; onAsk: (what: Asked) => void }) {
  const canCorrect = delivery.body !== '' && !delivery.binary && !delivery.truncated
  useShortcut('x', 'Dismiss the delivery', () => onAsk('dismiss'), { group: 'Intake' })
  useShortcut('e', 'Correct the delivery', () => onAsk('correct'), {
    group: 'Intake',
    off: !canCorrect,
  })
  return (
    <>
      <Button keys="x" icon={<MailX {...ICON} />} onClick={() => onAsk('dismiss')}>
        Dismiss
      </Button>
      {canCorrect && (
        <Button keys="e" icon={<PencilLine {...ICON} />} onClick={() => onAsk('correct')}>
          Correct it
        </Button>
      )}
    </>
  )
}

function Replay({ delivery: { id, status } }: { delivery: Shown }) {
  const replay = useCommand(api.intake.replay, {
    done: (now: Delivery) =>
      now.status === 'dead' ? `Still not read: ${now.reason}` : 'Read again',
    wentWell: ({ status: now }) => now !== 'dead',
    failed: 'It was not read again',
    refresh,
  })
  const again = () => replay.mutate({ id })
  useShortcut('r', 'Read the delivery again', again, { group: 'Intake', off: replay.isPending })
  return (
    <Button
      variant={status === 'dead' ? 'primary' : 'secondary'}
      keys="r"
      busy={replay.isPending}
      icon={<RotateCcw {...ICON} />}
      onClick={again}
    >
      Read it again
    </Button>
  )
}

interface AskProps {
  delivery: Shown
  open: boolean
  onClose: () => void
}

function Dismiss({ delivery: { id }, open, onClose }: AskProps) {
  const dismiss = useCommand(api.intake.dismiss, {
    done: 'Off the list. The delivery itself is kept',
    failed: 'It is still on the list',
    refresh,
    onDone: onClose,
  })
  return (
    <AskReason
      open={open}
      onClose={onClose}
      title="Dismiss this delivery"
      description="It leaves the dead letters; the delivery itself is kept."
      label="Why it may be ignored"
      action="Dismiss"
      busy={dismiss.isPending}
      onAnswer={(reason) => dismiss.mutate({ id, reason })}
    />
  )
}

function ConfirmSubscription({ delivery: { id, confirmation }, open, onClose }: AskProps) {
  const confirm = useCommand(api.intake.confirm, {
    done: 'Confirmed: what is published there comes in from now on',
    failed: 'It was not confirmed',
    refresh,
    onDone: onClose,
  })
  return (
    <Confirm
      open={open}
      onClose={onClose}
      title="Confirm the subscription"
      action="Confirm it"
      busy={confirm.isPending}
      onConfirm={() => confirm.mutate({ id })}
    >
      <p>{confirmation?.what}.</p>
      <p className="mt-2">
        Its signature was proven. Quarterdeck visits one address of{' '}
        <code>{confirmation?.host}</code> to say yes; the visit is written down in the egress
        ledger.
      </p>
    </Confirm>
  )
}
