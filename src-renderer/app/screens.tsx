import {
  BookOpen,
  Gauge,
  Inbox,
  Play,
  Plug,
  Radio,
  ScrollText,
  Settings,
  ShieldCheck,
} from 'lucide-react'
import { paths } from '#ui/links'

/** One entry of the rail: where it leads, its key after `g`, and its sign. */
export interface Place {
  key:
    | 'watch'
    | 'inbox'
    | 'approvals'
    | 'runs'
    | 'runbooks'
    | 'connections'
    | 'intake'
    | 'audit'
    | 'settings'
  title: string
  href: string
  /** Second key of the sequence `g …`. */
  letter: string
  Icon: typeof Gauge
}

/** The rail from top to bottom, in its groups: work, then knowledge. */
export const PLACES: readonly (readonly Place[])[] = [
  [
    { key: 'watch', title: 'Watch', href: paths.watch(), letter: 'w', Icon: Gauge },
    { key: 'inbox', title: 'Inbox', href: paths.inbox(), letter: 'i', Icon: Inbox },
    {
      key: 'approvals',
      title: 'Approvals',
      href: paths.approvals(),
      letter: 'a',
      Icon: ShieldCheck,
    },
    { key: 'runs', title: 'Runs', href: paths.runs(), letter: 'r', Icon: Play },
    { key: 'runbooks', title: 'Runbooks', href: paths.runbooks(), letter: 'b', Icon: BookOpen },
    {
      key: 'connections',
      title: 'Connections',
      href: paths.connections(),
      letter: 'c',
      Icon: Plug,
    },
  ],
  [
    { key: 'intake', title: 'Intake', href: paths.intake(), letter: 'n', Icon: Radio },
    { key: 'audit', title: 'Audit', href: paths.audit(), letter: 'u', Icon: ScrollText },
    { key: 'settings', title: 'Settings', href: paths.settings(), letter: 's', Icon: Settings },
  ],
]

/** Which entry of the rail an address belongs to. */
export function placeOf(pathname: string): Place | undefined {
  return PLACES.flat().find(({ href }) =>
    href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`),
  )
}
