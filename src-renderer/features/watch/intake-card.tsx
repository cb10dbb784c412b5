import { useQuery } from '@tanstack/react-query'
import { Radio } from 'lucide-react'
import type { Delivery, Source } from '#contract/intake'
import { CardHeader } from '#ui/card'
import { Dot } from '#ui/chip'
import { cx } from '#ui/class-names'
import { EmptyState } from '#ui/empty-state'
import { AppLink, paths } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { ScrollArea } from '#ui/scroll-area'
import { ClockTime, relativeTime, spokenTime, useNow } from '#ui/relative-time'
import { MiniBars } from '#ui/sparkline'
import { watchQueries } from './watch-queries'

/** What comes in: each source with its last twenty minutes, and the newest deliveries as they arrive. */
export function IntakeCard() {
  const listener = useQuery(watchQueries.listener()).data
  const sources = useQuery(watchQueries.sources()).data
  const note =
    listener === undefined
      ? ''
      : `${listener.perMinute.toLocaleString('en')} a minute${listener.verified && sources !== undefined && sources.length > 0 ? ', all verified' : ''}`
  return (
    <section className="flex min-h-0 min-w-0 flex-col overflow-hidden rounded-card border border-line bg-surface">
      <CardHeader title="Intake" icon={<Radio size={15} strokeWidth={1.75} />} note={note} />
      {sources !== undefined && sources.length === 0 && <NoSource />}
      <ul className="flex shrink-0 flex-col pb-1.5">
        {(sources ?? []).slice(0, 6).map((source) => (
          <SourceRow key={source.name} source={source} />
        ))}
      </ul>
      <LiveFeed />
    </section>
  )
}

function NoSource() {
  return (
    <EmptyState
      compact
      title="No source yet"
      actions={<AppLink href={paths.start()}>Connect the first one</AppLink>}
    >
      Alertmanager, CloudEvents or any JSON sender posts its alerts to an address of yours.
    </EmptyState>
  )
}

const QUIET_MS = 10 * 60_000

function SourceRow({ source }: { source: Source }) {
  const now = useNow(10_000)
  const sum = source.perMinute.reduce((total, count) => total + count, 0)
  const last = source.lastDeliveryAt
  const isFresh = last !== null && now - last < QUIET_MS
  return (
    <li>
      <AppLink
        href={paths.intake()}
        className="ring-inside grid h-8 grid-cols-[8px_minmax(0,1fr)_minmax(60px,34%)_84px_minmax(36px,auto)] items-center gap-3 px-4 hover:bg-hover"
      >
        <Dot tone={source.deadTotal > 0 ? 'attention' : isFresh ? 'good' : 'neutral'} />
        <span className="truncate font-medium">{source.title}</span>
        <MiniBars values={source.perMinute} label={`${sum} deliveries in the last 20 minutes`} />
        <span className="truncate text-small text-muted">{sourceWords(source, now)}</span>
        <span className="text-right font-semibold tnum">{sum.toLocaleString('en')}</span>
      </AppLink>
    </li>
  )
}

function sourceWords({ enabled, deadTotal, lastDeliveryAt }: Source, now: number): string {
  if (!enabled) return 'turned off'
  if (deadTotal > 0) return `${deadTotal} not read`
  if (lastDeliveryAt === null) return 'nothing yet'
  return now - lastDeliveryAt < QUIET_MS
    ? spokenTime(lastDeliveryAt, now)
    : `quiet for ${relativeTime(lastDeliveryAt, now)}`
}

function LiveFeed() {
  const { data } = useQuery(watchQueries.deliveries())
  return (
    <div className="flex min-h-0 flex-1 flex-col border-t border-line">
      <CardHeader
        title="Live"
        note={
          data === undefined || data.items.length === 0 ? '' : `last ${data.items.length}, all kept`
        }
      />
      <ScrollArea label="Newest deliveries" className="min-h-32 flex-1 pb-2 max-[1000px]:max-h-80">
        <ul className="flex flex-col font-mono text-[11.5px]">
          {(data?.items ?? []).map((delivery) => (
            <DeliveryRow key={delivery.id} delivery={delivery} />
          ))}
        </ul>
        {data?.items.length === 0 && (
          <p className="px-4 py-1 text-muted">Nothing has come in yet.</p>
        )}
      </ScrollArea>
    </div>
  )
}

function deliveryWord({ status, firing, resolved }: Delivery): { word: string; color: string } {
  if (status === 'dead') return { word: 'not read', color: 'text-high' }
  if (status === 'duplicate') return { word: 'same', color: 'text-muted' }
  if (status === 'ignored') return { word: 'ignored', color: 'text-muted' }
  if (firing > 0) return { word: 'firing', color: 'text-critical' }
  return resolved > 0
    ? { word: 'resolved', color: 'text-ok' }
    : { word: status, color: 'text-muted' }
}

function DeliveryRow({ delivery }: { delivery: Delivery }) {
  const { word, color } = deliveryWord(delivery)
  const [ticket] = delivery.ticketIds
  return (
    <li>
      <AppLink
        href={ticket === undefined ? paths.delivery(delivery.id) : paths.ticket(ticket)}
        className="ring-inside grid h-6 grid-cols-[62px_58px_minmax(0,1fr)_auto] items-center gap-2.5 px-4 hover:bg-hover"
      >
        <ClockTime at={delivery.receivedAt} className="text-muted tnum" />
        <span className={cx('truncate', color)}>{word}</span>
        <span className="truncate">
          <PlainText text={delivery.summary} max={160} />
        </span>
        <span className="max-w-32 truncate font-sans text-caption text-muted">
          {delivery.source}
        </span>
      </AppLink>
    </li>
  )
}
