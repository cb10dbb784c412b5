import { useInfiniteQuery } from '@tanstack/react-query'
import { Waypoints } from 'lucide-react'
import type { EgressEntry } from '#contract/egress'
import { Chip } from '#ui/chip'
import type { Column } from '#ui/data-table'
import { EmptyState } from '#ui/empty-state'
import { PlainText } from '#ui/plain-text'
import { durationText } from '#ui/relative-time'
import { auditQueries } from './audit-queries'
import { EgressDialog } from './egress-dialog'
import { bytesWords, outcomeWords } from './egress-words'
import { LedgerList } from './ledger-list'

const COLUMNS: readonly Column<EgressEntry>[] = [
  {
    key: 'purpose',
    header: 'Why',
    width: 'minmax(120px, 1fr)',
    render: ({ purpose }) => (
      <span className="font-medium">
        <PlainText text={purpose} max={80} />
      </span>
    ),
  },
  {
    key: 'actor',
    header: 'Who',
    width: '140px',
    least: 760,
    render: ({ actor }) => <PlainText text={actor} max={60} />,
  },
  {
    key: 'where',
    header: 'Where',
    width: 'minmax(140px, 2fr)',
    render: ({ method, host, path }) => (
      <span className="truncate font-mono text-small">
        {method} <PlainText text={`${host}${path}`} max={200} />
      </span>
    ),
  },
  {
    key: 'bytes',
    header: 'Out / in',
    width: '140px',
    align: 'right',
    least: 900,
    render: ({ bytesOut, bytesIn }) => (
      <span className="text-small text-muted tnum">
        {bytesWords(bytesOut)} / {bytesWords(bytesIn)}
      </span>
    ),
  },
  {
    key: 'took',
    header: 'Took',
    width: '80px',
    align: 'right',
    least: 1040,
    render: ({ durationMs }) => (
      <span className="text-small text-muted tnum">{durationText(durationMs)}</span>
    ),
  },
  {
    key: 'outcome',
    header: 'Outcome',
    width: '104px',
    render: (entry) => {
      const { text, tone } = outcomeWords(entry)
      return <Chip tone={tone}>{text}</Chip>
    },
  },
]

/** Every request that left this machine or was kept from leaving it, newest first. */
export function EgressList({ text }: { text: string }) {
  return (
    <LedgerList
      pages={useInfiniteQuery(auditQueries.egressPages(text))}
      label="Requests that left this machine, newest first"
      reading="Reading what left this machine"
      columns={COLUMNS}
      empty={<NothingLeft text={text} />}
      Detail={EgressDialog}
    />
  )
}

function NothingLeft({ text }: { text: string }) {
  return (
    <EmptyState
      icon={<Waypoints size={20} strokeWidth={1.75} />}
      title={text === '' ? 'Nothing has left this machine' : 'No request has these words'}
    >
      {text === ''
        ? 'Every request over HTTP is written here, also one that was kept from leaving. What steps do on their hosts is in their runs.'
        : 'Purposes such as “pull github”, sources and hosts are searched.'}
    </EmptyState>
  )
}
