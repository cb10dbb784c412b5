import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { ScrollText, Search, ShieldCheck } from 'lucide-react'
import { useDeferredValue, useMemo, useState } from 'react'
import type { AuditEntry } from '#contract/audit'
import { Button } from '#ui/button'
import { type Column, DataTable } from '#ui/data-table'
import { EmptyState } from '#ui/empty-state'
import { ErrorState } from '#ui/error-state'
import { IconInput } from '#ui/input'
import { AppLink } from '#ui/links'
import { shortId } from '#ui/mono-id'
import { usePageHead } from '#ui/page'
import { PlainText } from '#ui/plain-text'
import { ClockTime, shortDay } from '#ui/relative-time'
import { ListSkeleton } from '#ui/skeleton'
import { auditQueries } from './audit-queries'
import { actionWords, detailLine, subjectPath } from './audit-words'
import { ChainResult } from './chain-result'
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

/** What was done, by whom, in order; and whether any of it was changed afterwards. */
export function AuditScreen() {
  const asked: { text?: unknown } = useSearch({ strict: false })
  const [text, setText] = useState(typeof asked.text === 'string' ? asked.text : '')
  const chain = useQuery(auditQueries.verify())
  const { refetch, isFetching } = chain
  const actions = useMemo(
    () => (
      <Button
        icon={<ShieldCheck size={16} strokeWidth={1.75} />}
        busy={isFetching}
        onClick={() => void refetch()}
      >
        Verify the chain
      </Button>
    ),
    [isFetching, refetch],
  )
  usePageHead('Audit', { note: 'each entry holds the hash of the one before', actions })
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex shrink-0 flex-col gap-3 border-b border-line px-4 py-3">
        <IconInput
          icon={<Search size={16} strokeWidth={1.75} />}
          aria-label="Find entries by person, action or id"
          placeholder="Find by person, action or id"
          className="max-w-md"
          value={text}
          onChange={(change) => setText(change.target.value)}
        />
        <ChainResult result={chain.data} error={chain.error} />
      </div>
      <Entries text={useDeferredValue(text.trim())} />
    </div>
  )
}

function Entries({ text }: { text: string }) {
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
