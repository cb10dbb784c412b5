import {
  ArrowUpRight,
  CircleQuestionMark,
  Hand,
  Inbox,
  KeyRound,
  Moon,
  OctagonAlert,
  ShieldCheck,
  Siren,
} from 'lucide-react'
import type { Watch } from '#contract/insights'
import { CardHeader } from '#ui/card'
import { cx } from '#ui/class-names'
import { EmptyState } from '#ui/empty-state'
import { Kbd } from '#ui/kbd'
import { AppLink, paths, useGo } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { ScrollArea } from '#ui/scroll-area'
import { ProgressBar } from '#ui/progress'
import { Countdown } from '#ui/relative-time'
import { severityWord } from '#ui/severity'
import { useShortcut } from '#ui/shortcuts'
import { NextTickets } from './next-tickets'
import { needKey } from './watch-words'

type Need = Watch['needs'][number]
type InHand = Watch['inHand'][number]

/** What needs the operator, what is in hand, and what is next when that is done. */
export function NeedsCard({ watch }: { watch: Watch }) {
  return (
    <section className="flex min-h-0 min-w-0 flex-col overflow-hidden rounded-card border border-line bg-surface">
      <ScrollArea label="What needs you" className="flex-1">
        <CardHeader
          title="Needs you"
          note={watch.needs.length > 0 ? 'in order of urgency' : 'all answered'}
        />
        <Needs needs={watch.needs} />
        <div className="border-t border-line">
          <CardHeader title="In hand" note={handNote(watch.inHand)} />
          <ul className="flex flex-col pb-2">
            {watch.inHand.map((one) => (
              <HandRow key={one.runId ?? one.ticketId ?? one.title} item={one} />
            ))}
            {watch.inHand.length === 0 && (
              <li className="px-4 pb-2 text-muted">No run is under way.</li>
            )}
          </ul>
        </div>
        <NextTickets />
      </ScrollArea>
    </section>
  )
}

function handNote(inHand: readonly InHand[]): string {
  const runs = inHand.filter((one) => one.runId !== null).length
  if (inHand.length === 0) return ''
  return [
    runs > 0 && `${runs} ${runs === 1 ? 'run' : 'runs'}`,
    inHand.length > runs && `${inHand.length - runs} ready`,
  ]
    .filter(Boolean)
    .join(', ')
}

function Needs({ needs }: { needs: readonly Need[] }) {
  const go = useGo()
  const first = (key: string) => needs.find((need) => needKey(need.kind) === key)
  const open = (key: string) => {
    const need = first(key)
    if (need !== undefined) go(needHref(need))
  }
  useShortcut('a', 'Open the first approval', () => open('a'), {
    group: 'Watch',
    off: first('a') === undefined,
  })
  useShortcut('d', 'Decide the first open question', () => open('d'), {
    group: 'Watch',
    off: first('d') === undefined,
  })
  useShortcut('o', 'Open the first other need', () => open('o'), {
    group: 'Watch',
    off: first('o') === undefined,
  })
  if (needs.length === 0) {
    return (
      <EmptyState compact icon={<Moon size={17} strokeWidth={1.75} />} title="All quiet">
        Approvals, open questions and critical tickets show up here by themselves.
      </EmptyState>
    )
  }
  return (
    <ul className="flex flex-col pb-1">
      {needs.map((need) => (
        <NeedRow
          key={`${need.kind} ${need.id}`}
          need={need}
          isFirst={need === first(needKey(need.kind))}
        />
      ))}
    </ul>
  )
}

const SIGN = {
  approval: ShieldCheck,
  unknown_outcome: CircleQuestionMark,
  manual_step: Hand,
  escalated: Siren,
  critical_ticket: OctagonAlert,
  dead_letters: Inbox,
  vault: KeyRound,
}
const COLOR: Readonly<Record<Need['severity'], string>> = {
  critical: 'text-critical',
  high: 'text-high',
  medium: 'text-medium',
  low: 'text-low',
  info: 'text-info',
}

const HREF: Readonly<Record<Need['kind'], (id: string) => string>> = {
  approval: paths.approval,
  unknown_outcome: paths.run,
  manual_step: paths.run,
  escalated: paths.ticket,
  critical_ticket: paths.ticket,
  dead_letters: paths.intake,
  vault: paths.settings,
}
const needHref = ({ kind, id }: Need) => HREF[kind](id)

function NeedRow({ need, isFirst }: { need: Need; isFirst: boolean }) {
  const Sign = SIGN[need.kind]
  return (
    <li>
      <AppLink
        href={needHref(need)}
        className="ring-inside flex min-h-14 items-center gap-3 px-4 py-2 transition-colors hover:bg-hover"
      >
        <Sign
          size={17}
          strokeWidth={1.75}
          className={cx('shrink-0', COLOR[need.severity])}
          aria-hidden
        />
        <span className="sr-only">{severityWord(need.severity)}:</span>
        <span className="min-w-0 flex-1">
          <span className="block truncate font-semibold">
            <PlainText text={need.title} max={200} />
          </span>
          <span className="block truncate text-small text-muted">
            <PlainText text={need.detail} max={200} />
          </span>
        </span>
        {need.expiresAt !== null && (
          <span className="shrink-0 text-small text-muted">
            <Countdown until={need.expiresAt} prefix="expires in " />
          </span>
        )}
        {isFirst ? (
          <Kbd keys={needKey(need.kind)} className="text-muted" />
        ) : (
          <ArrowUpRight
            size={15}
            strokeWidth={1.75}
            className="mx-px shrink-0 text-faint"
            aria-hidden
          />
        )}
      </AppLink>
    </li>
  )
}

function HandRow({ item }: { item: InHand }) {
  const href =
    item.runId !== null
      ? paths.run(item.runId)
      : item.ticketId !== null
        ? paths.ticket(item.ticketId)
        : paths.runs()
  return (
    <li>
      <AppLink
        href={href}
        className="ring-inside flex flex-col gap-2 px-4 py-2 transition-colors hover:bg-hover"
      >
        <span className="flex items-baseline gap-4">
          <span className="min-w-0 flex-1 truncate font-semibold">
            <PlainText text={item.title} max={200} />
          </span>
          <span className="min-w-0 shrink truncate text-small text-muted">
            <PlainText text={item.detail} max={200} />
          </span>
        </span>
        {item.progress !== null && (
          <ProgressBar value={item.progress} label={`Progress of ${item.title}`} />
        )}
      </AppLink>
    </li>
  )
}
