import { useInfiniteQuery } from '@tanstack/react-query'
import { ScrollText } from 'lucide-react'
import type { AuditEntry } from '#contract/audit'
import type { Column } from '#ui/data-table'
import { EmptyState } from '#ui/empty-state'
import { AppLink } from '#ui/links'
import { shortId } from '#ui/mono-id'
import { PlainText } from '#ui/plain-text'
import { auditQueries } from './audit-queries'
import { actionWords, detailLine, subjectPath } from './audit-words'
import { EntryDialog } from './entry-dialog'
import { LedgerList } from './ledger-list'

const COLUMNS: readonly Column<AuditEntry>[] = [
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
  return (
    <LedgerList
      pages={useInfiniteQuery(auditQueries.pages(text))}
      label="Audit entries, newest first"
      reading="Reading the audit log"
      columns={COLUMNS}
      empty={<NoEntries text={text} />}
      Detail={EntryDialog}
    />
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
