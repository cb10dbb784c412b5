import { useQuery } from '@tanstack/react-query'
import { CheckCheck, Clock, Ellipsis, UserPlus, UserRoundMinus } from 'lucide-react'
import { type Dispatch, type ReactNode, type SetStateAction, useState } from 'react'
import type { RunbookId } from '#contract/primitives'
import type { Ticket } from '#contract/tickets'
import { Button } from '#ui/button'
import { Menu, type MenuItem } from '#ui/menu'
import { useNow } from '#ui/relative-time'
import { SEVERITIES, SeverityIcon, severityWord } from '#ui/severity'
import { useShortcut } from '#ui/shortcuts'
import { EscalateDialog } from './escalate-dialog'
import { PrimaryAction } from './primary-action'
import { snoozeTimes } from './snooze-times'
import { useTicketCommands } from './ticket-commands'
import { ticketQueries } from './ticket-queries'
import { allowed } from './ticket-words'

const ICON = { size: 15, strokeWidth: 1.75 }
type Commands = ReturnType<typeof useTicketCommands>
type Open = 'snooze' | 'more' | 'escalate' | null

/** What can be done with the ticket: small things at the left, the one next step at the right. */
export function TicketActions({
  ticket,
  onPlan,
}: {
  ticket: Ticket
  onPlan: (id: RunbookId) => void
}) {
  const commands = useTicketCommands(ticket)
  const [open, setOpen] = useState<Open>(null)
  useTicketKeys(ticket, commands, setOpen)
  const may = allowed(ticket)
  const { id } = ticket
  return (
    <footer className="@container shrink-0 border-t border-line px-6 max-md:px-4">
      <div className="flex min-h-[52px] flex-wrap items-center gap-x-2 gap-y-1 py-2">
        {may.acknowledge && (
          <Button
            variant="ghost"
            keys="e"
            icon={<CheckCheck {...ICON} />}
            busy={commands.acknowledge.isPending}
            onClick={() => commands.acknowledge.mutate({ id })}
          >
            <Label>Acknowledge</Label>
          </Button>
        )}
        <TakeButton ticket={ticket} commands={commands} />
        <SnoozeMenu
          ticket={ticket}
          commands={commands}
          open={open === 'snooze'}
          onOpenChange={(is) => setOpen(is ? 'snooze' : null)}
        />
        <MoreMenu
          ticket={ticket}
          commands={commands}
          open={open === 'more'}
          onOpenChange={(is) => setOpen(is ? 'more' : null)}
          onEscalate={() => setOpen('escalate')}
        />
        <span className="ml-auto flex items-center gap-2">
          <PrimaryAction ticket={ticket} commands={commands} onPlan={onPlan} />
        </span>
      </div>
      {open === 'escalate' && (
        <EscalateDialog ticket={ticket} commands={commands} onClose={() => setOpen(null)} />
      )}
    </footer>
  )
}

/** In a narrow pane only the icon and the key are drawn; the name stays for those who hear it. */
function Label({ children }: { children: ReactNode }) {
  return <span className="@max-[640px]:sr-only">{children}</span>
}

function useTicketKeys(
  ticket: Ticket,
  commands: Commands,
  setOpen: Dispatch<SetStateAction<Open>>,
) {
  const { id } = ticket
  const may = allowed(ticket)
  const group = 'Ticket'
  useShortcut('e', 'Acknowledge', () => commands.acknowledge.mutate({ id }), {
    group,
    off: !may.acknowledge,
  })
  useShortcut('m', isMine(ticket, commands) ? 'Give back' : 'Take', () => take(ticket, commands), {
    group,
  })
  useShortcut('s', 'Snooze', () => setOpen('snooze'), { group, off: !may.snooze })
  useShortcut('x', 'Escalate', () => setOpen('escalate'), { group, off: !may.escalate })
  useShortcut('.', 'More actions', () => setOpen('more'), { group })
  useShortcut('r', 'Resolve', () => commands.resolve.mutate({ id }), { group, off: !may.resolve })
  useShortcut('o', 'Reopen', () => commands.reopen.mutate({ id }), { group, off: !may.reopen })
}

const isMine = (ticket: Ticket, { me }: Commands) => me !== undefined && ticket.ownerId === me.id

function take(ticket: Ticket, commands: Commands) {
  if (commands.me === undefined) return
  commands.assign.mutate({
    id: ticket.id,
    ownerId: isMine(ticket, commands) ? null : commands.me.id,
  })
}

function TakeButton({ ticket, commands }: { ticket: Ticket; commands: Commands }) {
  const mine = isMine(ticket, commands)
  return (
    <Button
      variant="ghost"
      keys="m"
      icon={mine ? <UserRoundMinus {...ICON} /> : <UserPlus {...ICON} />}
      busy={commands.assign.isPending}
      onClick={() => take(ticket, commands)}
    >
      <Label>{mine ? 'Give back' : 'Take'}</Label>
    </Button>
  )
}

interface MenuProps {
  ticket: Ticket
  commands: Commands
  open: boolean
  onOpenChange: (open: boolean) => void
}

function SnoozeMenu({ ticket, commands, open, onOpenChange }: MenuProps) {
  const now = useNow(60_000)
  const { id } = ticket
  const isSnoozed = ticket.snoozedUntil !== null && ticket.snoozedUntil > now
  const items: (MenuItem | 'line')[] = snoozeTimes(now).map(({ label, until }) => ({
    label,
    onSelect: () => commands.snooze.mutate({ id, until }),
  }))
  if (isSnoozed)
    items.push('line', {
      label: 'Wake it up',
      onSelect: () => commands.snooze.mutate({ id, until: null }),
    })
  return (
    <Menu
      align="start"
      label="Out of the list until"
      open={open}
      onOpenChange={onOpenChange}
      items={items}
      trigger={
        <Button
          variant="ghost"
          keys="s"
          icon={<Clock {...ICON} />}
          disabled={!allowed(ticket).snooze}
          busy={commands.snooze.isPending}
        >
          <Label>{isSnoozed ? 'Snoozed' : 'Snooze'}</Label>
        </Button>
      }
    />
  )
}

function MoreMenu({ open, onOpenChange, ...rest }: MenuProps & { onEscalate: () => void }) {
  return (
    <Menu
      align="start"
      open={open}
      onOpenChange={onOpenChange}
      items={useMoreItems(rest)}
      trigger={
        <Button
          variant="ghost"
          aria-label="More actions"
          aria-keyshortcuts="."
          icon={<Ellipsis {...ICON} />}
        />
      }
    />
  )
}

function useMoreItems({
  ticket,
  commands,
  onEscalate,
}: Pick<MenuProps, 'ticket' | 'commands'> & { onEscalate: () => void }): (MenuItem | 'line')[] {
  const people = useQuery(ticketQueries.people()).data ?? []
  const may = allowed(ticket)
  const { id } = ticket
  const { declareIncident, resolve, reopen, close, setSeverity, assign } = commands
  return [
    {
      label: ticket.status === 'escalated' ? 'Pass it on…' : 'Escalate…',
      keys: 'x',
      disabled: !may.escalate,
      onSelect: onEscalate,
    },
    {
      label: 'Declare an incident',
      disabled: !may.declare,
      onSelect: () => declareIncident.mutate({ id }),
    },
    { label: 'Resolve', keys: 'r', disabled: !may.resolve, onSelect: () => resolve.mutate({ id }) },
    { label: 'Reopen', keys: 'o', disabled: !may.reopen, onSelect: () => reopen.mutate({ id }) },
    { label: 'Close and file', disabled: !may.close, onSelect: () => close.mutate({ id }) },
    'line',
    ...SEVERITIES.map((severity) => ({
      label: severityWord(severity),
      icon: <SeverityIcon severity={severity} />,
      checked: severity === ticket.severity,
      onSelect: () => setSeverity.mutate({ id, severity }),
    })),
    'line',
    ...people.slice(0, 20).map((person) => ({
      label: `Assign to ${person.name}`,
      checked: person.id === ticket.ownerId,
      onSelect: () => assign.mutate({ id, ownerId: person.id }),
    })),
  ]
}
