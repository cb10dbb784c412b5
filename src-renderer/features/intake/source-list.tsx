import { useQuery } from '@tanstack/react-query'
import { Activity, GitPullRequest, ListFilter, MailWarning } from 'lucide-react'
import type { ReactNode } from 'react'
import type { z } from 'zod'
import type { ListenerStatus, Source } from '#contract/intake'
import { CountBadge, Dot } from '#ui/chip'
import { ErrorState } from '#ui/error-state'
import { paths, useGo } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { useNow } from '#ui/relative-time'
import { ListSkeleton } from '#ui/skeleton'
import { MiniBars } from '#ui/sparkline'
import { VirtualList } from '#ui/virtual-list'
import { healthOf } from './intake-words'
import { intakeQueries } from './intake-queries'
import { CHANGES, DEAD, LIVE, RULES } from './places'
import { ruleQueries } from './rule-queries'

type Place = typeof LIVE | typeof DEAD | typeof RULES | typeof CHANGES
type Item = { key: Place } | { key: string; source: Source }

/** The feed, the dead letters and every source, each one line; above them, whether anything can come in at all. */
export function SourceList({ chosen }: { chosen: string | null }) {
  const go = useGo()
  const { data, error, refetch } = useQuery(intakeQueries.sources())
  const held = useQuery(ruleQueries.held()).data?.total ?? 0
  const dead = (data ?? []).reduce((sum, { deadTotal }) => sum + deadTotal, 0)
  const items: Item[] = [
    { key: LIVE },
    { key: DEAD },
    { key: RULES },
    { key: CHANGES },
    ...(data ?? []).map((source) => ({ key: source.name, source })),
  ]
  return (
    <>
      <Listener />
      {error !== null ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <ListSkeleton rows={5} label="Reading the sources" />
      ) : (
        <VirtualList
          label="What comes in"
          items={items}
          getKey={({ key }) => key}
          rowHeight={60}
          selectedKey={chosen}
          screenKeys={false}
          onSelect={({ key }) => go(paths.delivery(key), { replace: chosen !== null })}
          renderRow={(item) =>
            'source' in item ? (
              <SourceRow source={item.source} />
            ) : (
              <PlaceRow place={item.key} dead={dead} held={held} />
            )
          }
        />
      )}
    </>
  )
}

const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true }

function PlaceRow({ place, dead, held }: { place: Place; dead: number; held: number }) {
  switch (place) {
    case LIVE:
      return (
        <PlainRow
          icon={<Activity {...ICON} />}
          title="Live feed"
          note="every delivery, newest first"
        />
      )
    case DEAD:
      return (
        <PlainRow
          icon={<MailWarning {...ICON} />}
          title="Dead letters"
          note={dead === 0 ? 'everything was understood' : 'kept, can be read again'}
          count={dead}
        />
      )
    case RULES:
      return (
        <PlainRow
          icon={<ListFilter {...ICON} />}
          title="Rules"
          note={held === 0 ? 'between a signal and a ticket' : 'signals are held back'}
          count={held}
        />
      )
    case CHANGES:
    default:
      return (
        <PlainRow
          icon={<GitPullRequest {...ICON} />}
          title="Changes"
          note="deployments, builds, pull requests"
        />
      )
  }
}

const LISTENER = {
  listening: { word: 'Listening', tone: 'good' },
  off: { word: 'Not listening', tone: 'neutral' },
  failed: { word: 'Cannot listen', tone: 'bad' },
} as const

function Listener() {
  const { data } = useQuery(intakeQueries.listener())
  return (
    <div
      role="status"
      className="flex min-h-[60px] shrink-0 flex-col justify-center gap-0.5 border-b border-line px-4 py-2"
    >
      {data === undefined ? (
        <span className="text-muted">Asking the listener…</span>
      ) : (
        <ListenerWords listener={data} />
      )}
    </div>
  )
}

function ListenerWords({ listener }: { listener: z.infer<typeof ListenerStatus> }) {
  const { state, address, problem, perMinute, verified } = listener
  return (
    <>
      <span className="flex items-center gap-2.5">
        <Dot tone={LISTENER[state].tone} live={perMinute > 0} />
        <span className="font-semibold">{LISTENER[state].word}</span>
        <code className="ml-auto truncate text-small text-muted">{address}</code>
      </span>
      <span className="pl-[17px] text-small break-words text-muted">
        {problem === ''
          ? verified
            ? 'on this machine only; every signature is checked'
            : 'on this machine only; a secret is missing'
          : problem}
      </span>
    </>
  )
}

function PlainRow({
  icon,
  title,
  note,
  count = 0,
}: {
  icon: ReactNode
  title: string
  note: string
  count?: number
}) {
  return (
    <div className="grid h-full grid-cols-[16px_minmax(0,1fr)_auto] items-center gap-3 px-4">
      <span className="text-muted">{icon}</span>
      <span className="flex min-w-0 flex-col gap-0.5">
        <span className="truncate font-semibold">{title}</span>
        <span className="truncate text-small text-muted">{note}</span>
      </span>
      <CountBadge count={count} tone="attention" />
    </div>
  )
}

function SourceRow({ source }: { source: Source }) {
  const now = useNow(10_000)
  const { word, tone } = healthOf(source, now)
  const sum = source.perMinute.reduce((total, count) => total + count, 0)
  return (
    <div className="grid h-full grid-cols-[16px_minmax(0,1fr)_80px_minmax(36px,auto)] items-center gap-3 px-4">
      <span className="flex justify-center">
        <Dot tone={tone} live={source.enabled && (source.perMinute.at(-1) ?? 0) > 0} />
      </span>
      <span className="flex min-w-0 flex-col gap-0.5">
        <span className="truncate font-semibold">
          <PlainText text={source.title} max={80} />
        </span>
        <span className="truncate text-small text-muted">{word}</span>
      </span>
      <MiniBars values={source.perMinute} label={`${sum} in the last 20 minutes`} />
      <span className="text-right font-semibold tnum">{sum.toLocaleString('en')}</span>
    </div>
  )
}
