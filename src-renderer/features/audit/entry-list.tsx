import { useInfiniteQuery } from '@tanstack/react-query'
import { ScrollText } from 'lucide-react'
import { useState } from 'react'
import type { AuditEntry } from '#contract/audit'
import { type Column, DataTable } from '#ui/data-table'
import { EmptyState } from '#ui/empty-state'
import { ErrorState } from '#ui/error-state'
import { AppLink } from '#ui/links'
import { shortId } from '#ui/mono-id'
import { PlainText } from '#ui/plain-text'
import { ClockTime, shortDay } from '#ui/relative-time'
import { ListSkeleton } from '#ui/skeleton'
import { auditQueries } from './audit-queries'
import { actionWords, detailLine, subjectPath } from './audit-words'
import { EntryDialog } from './entry-dialog'

const COLUMNS: readonly Column<AuditEntry>[] = [
  {
    key: 'seq',
    header: 'No.',
    width: '56px',
    align: 'right',
    render: (entry) => <span className="text-small text-muted tnum">{entry.seq}</span>,
  },
  {
    key: 'at',
    header: 'When',
    width: '120px',
    render: ({ at }) => (
      <span className="text-small text-muted tnum">
        {shortDay(at)} <ClockTime at={at} />
      </span>
    ),
  },
  {
    key: 'actor',
    header: 'Who',
    width: '112px',
    render: (entry) => <PlainText text={entry.actor} max={60} />,
  },
  {
    key: 'action',
    header: 'What',
    width: 'minmax(130px, 1fr)',
    render: (entry) => <span className="font-medium">{actionWords(entry.action)}</span>,
  },
  {
    key: 'subject',
    header: 'About',
    width: '152px',
    least: 760,
    render: ({ subject }) => <Subject subject={subject} />,
  },
  {
    key: 'detail',
    header: 'Facts',
    width: 'minmax(120px, 2fr)',
    least: 620,
    render: (entry) => (
      <span className="truncate text-muted">
        <PlainText text={detailLine(entry.detail)} max={300} />
      </span>
    ),
  },
]

/** What the entry is about, as a link where there is a screen for it. */
function Subject({ subject }: { subject: string }) {
  const path = subjectPath(subject)
  if (path === null)
    return (
      <span className="font-mono text-small text-muted">
        <PlainText text={subject} max={60} />
      </span>
    )
  return (
    <AppLink
      href={path}
      title={subject}
      className="rounded-[3px] font-mono text-small text-accent hover:underline"
    >
      {shortId(subject)}
    </AppLink>
  )
}

/** What was done, newest first. */
export function EntryList({ text }: { text: string }) {
  const [open, setOpen] = useState<AuditEntry | null>(null)
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    auditQueries.pages(text),
  )
  if (error !== null)
    return (
      <ErrorState
        error={error}
        kept="The log itself is on disk and unchanged."
        onRetry={() => void refetch()}
      />
    )
  if (data === undefined) return <ListSkeleton rows={12} label="Reading the audit log" />
  const rows = data.pages.flatMap((page) => page.items)
  if (rows.length === 0) return <NoEntries text={text} />
  return (
    <div className="min-h-0 flex-1">
      <DataTable
        label="Audit entries, newest first"
        columns={COLUMNS}
        rows={rows}
        total={data.pages[0]?.total}
        getKey={(entry) => String(entry.seq)}
        onOpen={setOpen}
        onNearEnd={() => void (hasNextPage && !isFetchingNextPage && fetchNextPage())}
      />
      {open !== null && <EntryDialog entry={open} onClose={() => setOpen(null)} />}
    </div>
  )
}

function NoEntries({ text }: { text: string }) {
  return (
    <EmptyState
      icon={<ScrollText size={20} strokeWidth={1.75} />}
      title={text === '' ? 'Nothing was done yet' : 'No entry has these words'}
    >
      {text === ''
        ? 'Every order, approval and step is written here as it happens.'
        : 'People, actions such as “approval.approved”, and ids are searched.'}
    </EmptyState>
  )
}
