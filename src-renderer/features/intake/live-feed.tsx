import { useQuery } from '@tanstack/react-query'
import { Pause, Play, Radio, Search } from 'lucide-react'
import { useDeferredValue, useMemo, useState } from 'react'
import { Button } from '#ui/button'
import { EmptyState } from '#ui/empty-state'
import { ErrorState } from '#ui/error-state'
import { IconInput } from '#ui/input'
import { paths, useGo } from '#ui/links'
import { Select } from '#ui/select'
import { ListSkeleton } from '#ui/skeleton'
import { useHold } from './feed-hold'
import { FeedTable } from './feed-table'
import { FEED, intakeQueries, type Status } from './intake-queries'
import { filterFeed } from './intake-words'
import { NEW } from './places'

const STATUSES: readonly { value: Status | 'all'; label: string }[] = [
  { value: 'all', label: 'Every outcome' },
  { value: 'processed', label: 'Read' },
  { value: 'duplicate', label: 'Same again' },
  { value: 'ignored', label: 'Nothing to do' },
  { value: 'waiting', label: 'Waits for a yes' },
  { value: 'dead', label: 'Not read' },
  { value: 'stored', label: 'Just in' },
]

/** The newest deliveries as they come, of all sources or one. Pausing holds the screen, not the intake. */
export function LiveFeed({ source = null }: { source?: string | null }) {
  const [status, setStatus] = useState<Status | null>(null)
  const [text, setText] = useState('')
  const { data, error, refetch } = useQuery(intakeQueries.feed(source, status))
  const hold = useHold(data, source, status)
  const wanted = useDeferredValue(text)
  const rows = useMemo(() => filterFeed(hold.items ?? [], wanted), [hold.items, wanted])
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-4 py-2.5">
        <IconInput
          className="min-w-40 flex-1"
          icon={<Search size={16} strokeWidth={1.75} />}
          aria-label="Filter the feed"
          placeholder="Filter by words"
          value={text}
          onChange={(change) => setText(change.target.value)}
        />
        <Select
          aria-label="Outcome"
          className="w-36"
          value={status ?? 'all'}
          options={STATUSES}
          onChoose={(next) => {
            hold.goOn() // what is held has another outcome
            setStatus(next === 'all' ? null : next)
          }}
        />
        <PauseButton hold={hold} />
      </div>
      <div className="min-h-0 flex-1">
        {error !== null ? (
          <ErrorState
            error={error}
            kept="Deliveries come in and are kept whether this list can be read or not."
            onRetry={() => void refetch()}
          />
        ) : hold.items === undefined ? (
          <ListSkeleton rows={12} label="Reading the feed" />
        ) : rows.length === 0 ? (
          <Nothing filtered={status !== null || text !== ''} ofSource={source !== null} />
        ) : (
          <FeedTable
            label="Newest deliveries"
            look={source === null ? 'all' : 'one'}
            rows={rows}
            onNearEnd={hold.readOlder}
          />
        )}
      </div>
      <p className="flex h-9 shrink-0 items-center border-t border-line px-4 text-small text-muted">
        {feedNote(rows.length, data?.total, hold.isPaused)}
      </p>
    </div>
  )
}

function PauseButton({ hold: { isPaused, missed, toggle } }: { hold: ReturnType<typeof useHold> }) {
  const Icon = isPaused ? Play : Pause
  return (
    <Button
      keys="p"
      aria-pressed={isPaused}
      icon={<Icon size={15} strokeWidth={1.75} />}
      onClick={toggle}
    >
      {isPaused ? (missed === 0 ? 'Go on' : `Go on, ${missed} new`) : 'Pause'}
    </Button>
  )
}

function feedNote(shown: number, total: number | undefined, isPaused: boolean): string {
  if (total === undefined) return ''
  const of = `${shown.toLocaleString('en')} of ${total.toLocaleString('en')}`
  if (total <= FEED) return `${of}; all are kept on disk before they are answered`
  return isPaused ? `${of}; scroll down for older ones` : `the last ${of}; pause to see older ones`
}

function Nothing({ filtered, ofSource }: { filtered: boolean; ofSource: boolean }) {
  const go = useGo()
  if (filtered) return <p className="px-4 py-8 text-center text-muted">No delivery fits this.</p>
  if (ofSource)
    return (
      <EmptyState icon={<Radio size={20} strokeWidth={1.75} />} title="Nothing has come in yet">
        Put its address into the sender (see Set-up), or send a test: a real example goes through
        the real listener.
      </EmptyState>
    )
  return (
    <EmptyState
      icon={<Radio size={20} strokeWidth={1.75} />}
      title="Nothing has come in yet"
      actions={
        <Button variant="primary" onClick={() => go(paths.delivery(NEW))}>
          Add a source
        </Button>
      }
    >
      Alertmanager, Grafana, PagerDuty, GitHub and two dozen more post to an address of yours, and
      any JSON sender can. Alerts become tickets as they come.
    </EmptyState>
  )
}
