import { useQuery } from '@tanstack/react-query'
import { Command } from 'cmdk'
import { BookOpen, CornerDownLeft, Search } from 'lucide-react'
import { type ReactNode, useDeferredValue, useState } from 'react'
import type { Page } from '#contract/primitives'
import type { TicketSummary } from '#contract/tickets'
import { useModal } from '#ui/dialog'
import { Kbd } from '#ui/kbd'
import { paths, useGo } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { SeverityIcon } from '#ui/severity'
import { shortcuts } from '#ui/shortcuts'
import { PLACES } from './screens'
import { shellQueries } from './shell-queries'

/** Finds a screen, a ticket or a runbook, or does what the screen under it can do. */
export function Palette({ onClose, onKeys }: { onClose: () => void; onKeys: () => void }) {
  const { props } = useModal(onClose)
  const [text, setText] = useState('')
  const found = useQuery(shellQueries.findTickets(useDeferredValue(text))).data
  const tickets = text.trim().length > 1 ? found : undefined
  const [chosen, setChosen] = useFirstChoice(tickets?.items[0]?.id)
  const go = useGo()
  function then(act: () => void) {
    onClose()
    // After the dialog has given the focus back, so that what is done may move it.
    setTimeout(act)
  }
  const open = (href: string) => then(() => go(href))
  return (
    <dialog
      {...props}
      aria-label="Search or run a command"
      className="mx-auto mt-[12vh] mb-auto w-[640px] max-w-[calc(100vw-32px)] animate-rise overflow-hidden rounded-card border border-strong bg-raised p-0 text-text shadow-float"
    >
      <Command
        loop
        label="Search or run a command"
        value={chosen}
        onValueChange={setChosen}
        className="flex max-h-[64vh] flex-col"
      >
        <div className="flex items-center gap-3 border-b border-line px-4">
          <Search size={16} strokeWidth={1.75} aria-hidden className="text-muted" />
          <Command.Input
            data-autofocus
            value={text}
            onValueChange={setText}
            placeholder="A ticket, a runbook, a screen or a command"
            className="h-12 min-w-0 flex-1 bg-transparent text-[14px] outline-none"
          />
          <Kbd keys="escape" />
        </div>
        <Command.List className="min-h-0 flex-1 overflow-y-auto p-2">
          <Command.Empty className="px-3 py-8 text-center text-muted">
            Nothing is called that. Tickets are found by title, description, label, host and
            service.
          </Command.Empty>
          <FoundTickets text={text} found={tickets} onOpen={open} />
          <ScreenActions onRun={then} onKeys={onKeys} />
          <Places onOpen={open} />
          <Runbooks onOpen={open} />
        </Command.List>
      </Command>
    </dialog>
  )
}

const GROUP =
  '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-caption [&_[cmdk-group-heading]]:font-semibold [&_[cmdk-group-heading]]:text-muted'

function Entry({
  value,
  keywords,
  onSelect,
  children,
  hint,
}: {
  value: string
  keywords?: string[]
  onSelect: () => void
  children: ReactNode
  hint?: ReactNode
}) {
  return (
    <Command.Item
      value={value}
      keywords={keywords ?? []}
      onSelect={onSelect}
      className="group flex h-9 cursor-pointer items-center gap-3 rounded-control px-2.5 data-[selected=true]:bg-selected"
    >
      {children}
      <span className="ml-auto flex shrink-0 items-center gap-2 text-caption text-muted">
        {hint}
        <CornerDownLeft
          size={13}
          aria-hidden
          className="opacity-0 group-data-[selected=true]:opacity-100"
        />
      </span>
    </Command.Item>
  )
}

function Places({ onOpen }: { onOpen: (href: string) => void }) {
  return (
    <Command.Group heading="Go to" className={GROUP}>
      {PLACES.flat().map(({ key, title, href, letter, Icon }) => (
        <Entry
          key={key}
          value={`go ${title}`}
          onSelect={() => onOpen(href)}
          hint={<Kbd keys={`g ${letter}`} />}
        >
          <Icon size={16} strokeWidth={1.75} aria-hidden className="text-muted" />
          {title}
        </Entry>
      ))}
    </Command.Group>
  )
}

function ScreenActions({
  onRun,
  onKeys,
}: {
  onRun: (act: () => void) => void
  onKeys: () => void
}) {
  // As they were when the palette opened: the screen below does not change while it is open.
  const [actions] = useState(() =>
    shortcuts
      .get()
      .filter(
        (one) =>
          !['Go to', 'Lists'].includes(one.group) && one.keys !== 'mod+k' && one.keys !== '?',
      ),
  )
  return (
    <Command.Group heading="Do" className={GROUP}>
      {actions.map((one) => (
        <Entry
          key={one.keys}
          value={`do ${one.label} ${one.keys}`}
          onSelect={() => onRun(one.run)}
          hint={<Kbd keys={one.keys} />}
        >
          <span className="text-muted">{one.group}</span>
          {one.label}
        </Entry>
      ))}
      <Entry value="do Show all keys" onSelect={() => onRun(onKeys)} hint={<Kbd keys="?" />}>
        <span className="text-muted">Everywhere</span>
        Show all keys
      </Entry>
    </Command.Group>
  )
}

/** The best ticket is chosen as soon as it is found: Enter right after the words opens it. */
function useFirstChoice(first: string | undefined) {
  const [choice, setChoice] = useState<{ first: string | undefined; value: string }>({
    first: undefined,
    value: '',
  })
  const isNew = first !== undefined && first !== choice.first
  const chosen = isNew ? `ticket ${first}` : choice.value
  return [chosen, (value: string) => setChoice({ first, value })] as const
}

interface FoundTicketsProps {
  text: string
  found: Page<TicketSummary> | undefined
  onOpen: (href: string) => void
}

function FoundTickets({ text, found, onOpen }: FoundTicketsProps) {
  if (found === undefined || found.items.length === 0) return null
  return (
    <Command.Group heading={`Tickets (${found.total.toLocaleString('en')})`} className={GROUP}>
      {found.items.map((ticket) => (
        <Entry
          key={ticket.id}
          value={`ticket ${ticket.id}`}
          // What main found stays found, whatever the list's own filter thinks of it.
          keywords={[text]}
          onSelect={() => onOpen(paths.ticket(ticket.id))}
          hint={ticket.status.replace('_', ' ')}
        >
          <SeverityIcon severity={ticket.severity} quiet={ticket.status === 'closed'} />
          <span className="min-w-0 truncate">
            <PlainText text={ticket.title} max={200} />
          </span>
        </Entry>
      ))}
    </Command.Group>
  )
}

function Runbooks({ onOpen }: { onOpen: (href: string) => void }) {
  const { data } = useQuery(shellQueries.runbooks())
  if (data === undefined || data.items.length === 0) return null
  return (
    <Command.Group heading="Runbooks" className={GROUP}>
      {data.items.slice(0, 200).map((runbook) => (
        <Entry
          key={runbook.id}
          value={`runbook ${runbook.id} ${runbook.title}`}
          keywords={runbook.tags}
          onSelect={() => onOpen(paths.runbook(runbook.id))}
        >
          <BookOpen size={16} strokeWidth={1.75} aria-hidden className="shrink-0 text-muted" />
          <span className="min-w-0 truncate">{runbook.title}</span>
        </Entry>
      ))}
    </Command.Group>
  )
}
