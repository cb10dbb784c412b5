import { ListFilter, Search } from 'lucide-react'
import { useRef } from 'react'
import type { Contract } from '#contract'
import type { TicketView } from '#contract/tickets'
import type { z } from 'zod'
import { cx } from '#ui/class-names'
import { IconInput } from '#ui/input'
import { SEVERITIES, SeverityIcon, severityWord } from '#ui/severity'
import { useShortcut } from '#ui/shortcuts'
import { Tabs } from '#ui/tabs'
import { Tooltip } from '#ui/tooltip'
import { useInboxView } from './inbox-store'

type Counts = z.output<Contract['tickets']['counts']['output']>

const VIEWS: readonly { value: TicketView; label: string }[] = [
  { value: 'open', label: 'Open' },
  { value: 'mine', label: 'Mine' },
  { value: 'escalated', label: 'Escalated' },
  { value: 'snoozed', label: 'Snoozed' },
  { value: 'resolved', label: 'Resolved' },
  { value: 'all', label: 'All' },
]

/** Which tickets the list shows: a view, severities, and words to find. */
export function TicketFilters({ counts }: { counts: Counts | undefined }) {
  const { view, text, choose, search } = useInboxView()
  const box = useRef<HTMLDivElement>(null)
  useShortcut('/', 'Find a ticket', () => box.current?.querySelector('input')?.focus(), {
    group: 'Inbox',
  })
  return (
    <div className="flex shrink-0 flex-col gap-2 border-b border-line px-3 py-2.5">
      <Tabs
        label="Which tickets"
        tabs={VIEWS.map((one) => ({ ...one, count: counts?.[one.value] }))}
        value={view}
        onChoose={choose}
      />
      <div ref={box} className="flex items-center gap-2">
        <IconInput
          type="search"
          aria-label="Find tickets"
          aria-keyshortcuts="/"
          icon={<Search size={14} strokeWidth={1.75} />}
          placeholder="Find in tickets"
          maxLength={200}
          value={text}
          onChange={(change) => search(change.target.value)}
          onKeyDown={(press) => {
            if (press.key !== 'Escape') return
            search('')
            press.currentTarget.blur()
          }}
          className="flex-1"
        />
        <SeverityToggles counts={counts} />
      </div>
    </div>
  )
}

function SeverityToggles({ counts }: { counts: Counts | undefined }) {
  const { severities, toggle } = useInboxView()
  return (
    <fieldset className="flex items-center rounded-control border border-strong p-px">
      <legend className="sr-only">Severities</legend>
      <ListFilter size={14} strokeWidth={1.75} className="mx-1.5 text-muted" aria-hidden />
      {SEVERITIES.map((severity) => {
        const isOn = severities.includes(severity)
        return (
          <Tooltip
            key={severity}
            text={`${severityWord(severity)}: ${counts?.bySeverity[severity] ?? 0} open`}
          >
            <button
              type="button"
              aria-pressed={isOn}
              onClick={() => toggle(severity)}
              className={cx(
                'flex h-7 w-[26px] items-center justify-center rounded-chip transition-colors hover:bg-hover',
                isOn && 'bg-selected ring-1 ring-accent ring-inset',
              )}
            >
              <SeverityIcon severity={severity} size={15} quiet={severities.length > 0 && !isOn} />
            </button>
          </Tooltip>
        )
      })}
    </fieldset>
  )
}
