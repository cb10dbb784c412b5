import { useQuery } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import { Keyboard, PanelLeftClose, PanelLeftOpen } from 'lucide-react'
import { useState } from 'react'
import { CountBadge, type Tone } from '#ui/chip'
import { cx } from '#ui/class-names'
import { IconButton } from '#ui/icon-button'
import { AppLink } from '#ui/links'
import { useShortcut } from '#ui/shortcuts'
import { Tooltip } from '#ui/tooltip'
import { RailFoot } from './rail-foot'
import { type Place, PLACES, placeOf } from './screens'
import { shellQueries } from './shell-queries'

const KEY = 'quarterdeck.rail'

/** The way to every screen, with what is going on there. 212 px, or 52 px when closed or the window is narrow. */
export function Rail({ onKeys }: { onKeys: () => void }) {
  const [closed, setClosed] = useState(() => localStorage.getItem(KEY) === 'closed')
  const badges = useBadges()
  const current = placeOf(useLocation().pathname)
  function toggle() {
    localStorage.setItem(KEY, closed ? 'open' : 'closed')
    setClosed(!closed)
  }
  useShortcut('[', closed ? 'Open the rail' : 'Close the rail', toggle, { group: 'Everywhere' })
  return (
    <nav
      aria-label="Screens"
      data-closed={closed}
      className="group/rail flex w-[212px] shrink-0 flex-col border-r border-line bg-rail px-2.5 data-[closed=true]:w-[52px] max-[940px]:w-[52px] data-[closed=true]:px-1.5 max-[940px]:px-1.5"
    >
      <Brand closed={closed} />
      <div className="flex min-h-0 flex-1 flex-col gap-2.5 overflow-y-auto pt-0.5">
        {PLACES.map((group, index) => (
          <ul
            key={group[0]!.key}
            className={cx('flex flex-col gap-px', index > 0 && 'border-t border-line pt-2.5')}
          >
            {group.map((place) => (
              <RailEntry
                key={place.key}
                place={place}
                current={place === current}
                badge={badges[place.key]}
              />
            ))}
          </ul>
        ))}
      </div>
      <RailFoot />
      <div className="flex gap-1 pb-2 rail-closed:flex-col rail-closed:items-center">
        <IconButton
          label={closed ? 'Open the rail' : 'Close the rail'}
          keys="["
          icon={
            closed ? (
              <PanelLeftOpen size={16} strokeWidth={1.75} />
            ) : (
              <PanelLeftClose size={16} strokeWidth={1.75} />
            )
          }
          onClick={toggle}
          className="max-[940px]:hidden"
        />
        <IconButton
          label="Keys"
          keys="?"
          icon={<Keyboard size={16} strokeWidth={1.75} />}
          onClick={onKeys}
        />
      </div>
    </nav>
  )
}

function Brand({ closed }: { closed: boolean }) {
  return (
    <div className={cx('flex h-12 shrink-0 items-center gap-2.5 px-2', closed && 'justify-center')}>
      <span
        aria-hidden
        className="size-5 shrink-0 rounded-[6px] bg-linear-to-tr from-[#63b3ed] to-[#4cc38a]"
      />
      <span className="text-[14px] font-semibold tracking-tight rail-closed:sr-only">
        Quarterdeck
      </span>
    </div>
  )
}

interface Badge {
  count: number
  tone: Tone
  /** What is counted, read aloud. */
  of: string
}

function RailEntry({
  place,
  current,
  badge,
}: {
  place: Place
  current: boolean
  badge: Badge | undefined
}) {
  const { Icon } = place
  return (
    <li>
      <Tooltip text={place.title} keys={`g ${place.letter}`} side="right">
        <div>
          <AppLink
            href={place.href}
            aria-current={current ? 'page' : undefined}
            className={cx(
              'ring-inside relative flex h-8 items-center gap-2.5 rounded-control px-2 font-medium transition-colors rail-closed:justify-center',
              current ? 'bg-selected text-text' : 'text-muted hover:bg-hover hover:text-text',
            )}
          >
            <Icon size={16} strokeWidth={1.75} aria-hidden className="shrink-0" />
            <span className="min-w-0 flex-1 truncate rail-closed:sr-only">{place.title}</span>
            {badge !== undefined && (
              <span className="rail-closed:absolute rail-closed:-top-1 rail-closed:-right-1 rail-closed:origin-top-right rail-closed:scale-75 rail-closed:rounded-full rail-closed:bg-rail">
                <CountBadge count={badge.count} tone={badge.tone} />
                {badge.count > 0 && <span className="sr-only">{badge.of}</span>}
              </span>
            )}
          </AppLink>
        </div>
      </Tooltip>
    </li>
  )
}

function useBadges(): Partial<Record<Place['key'], Badge>> {
  const counts = useQuery(shellQueries.ticketCounts()).data
  const waiting = useQuery(shellQueries.waiting()).data?.count ?? 0
  const running = useQuery(shellQueries.activeRuns()).data ?? 0
  return {
    inbox: { count: counts?.open ?? 0, tone: 'neutral', of: 'open tickets' },
    approvals: { count: waiting, tone: 'bad', of: 'waiting for an answer' },
    runs: { count: running, tone: 'good', of: 'under way' },
  }
}
