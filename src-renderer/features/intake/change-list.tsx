import { useInfiniteQuery } from '@tanstack/react-query'
import {
  CircleCheck,
  CircleX,
  GitCommitHorizontal,
  GitPullRequest,
  Hammer,
  LoaderCircle,
  Rocket,
  Search,
  Undo2,
} from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import type { Change, ChangeKind } from '#contract/changes'
import { Chip, type Tone } from '#ui/chip'
import { type Column, DataTable } from '#ui/data-table'
import { EmptyState } from '#ui/empty-state'
import { ErrorState } from '#ui/error-state'
import { IconInput } from '#ui/input'
import { WebLink } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { RelativeTime } from '#ui/relative-time'
import { ListSkeleton } from '#ui/skeleton'
import { Tabs } from '#ui/tabs'
import { changeQueries } from './change-queries'
import { aboutWords, stateWords } from './change-words'

const KINDS: readonly { value: ChangeKind | 'all'; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'deployment', label: 'Deployments' },
  { value: 'build', label: 'Builds' },
  { value: 'pull_request', label: 'Pull requests' },
  { value: 'commit', label: 'Commits' },
]

/** What sources told about engineering work, newest first. */
export function ChangeList() {
  const [kind, setKind] = useState<ChangeKind | 'all'>('all')
  const [text, setText] = useState('')
  const about = useDeferredValue(text.trim())
  const query = useInfiniteQuery(changeQueries.list(kind === 'all' ? null : kind, about))
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-4 py-2.5">
        <Tabs label="Kind of change" tabs={KINDS} value={kind} onChoose={setKind} />
        <IconInput
          className="ml-auto w-64"
          icon={<Search size={16} strokeWidth={1.75} />}
          aria-label="Service or repository"
          placeholder="Service or repository"
          value={text}
          onChange={(change) => setText(change.target.value)}
        />
      </div>
      <div className="min-h-0 flex-1">
        <Found query={query} filtered={kind !== 'all' || about !== ''} />
      </div>
    </div>
  )
}

function useList() {
  return useInfiniteQuery(changeQueries.list(null, ''))
}

function Found({ query, filtered }: { query: ReturnType<typeof useList>; filtered: boolean }) {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query
  const rows = data?.pages.flatMap(({ items }) => items) ?? []
  if (error !== null) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <ListSkeleton rows={10} label="Reading the changes" />
  if (rows.length === 0)
    return filtered ? (
      <p className="px-4 py-8 text-center text-muted">No change fits this.</p>
    ) : (
      <EmptyState
        icon={<Rocket size={20} strokeWidth={1.75} />}
        title="No source has told of a change yet"
      >
        GitHub, GitLab, Argo CD and others tell what was merged, built and deployed. A ticket then
        shows what was changed shortly before it.
      </EmptyState>
    )
  return (
    <DataTable
      label="Changes, newest first"
      columns={COLUMNS}
      rows={rows}
      total={data.pages[0]?.total}
      getKey={({ id }) => id}
      onNearEnd={() => void (hasNextPage && !isFetchingNextPage && fetchNextPage())}
    />
  )
}

const COLUMNS: readonly Column<Change>[] = [
  {
    key: 'time',
    header: 'When',
    width: '84px',
    render: ({ occurredAt }) => <RelativeTime at={occurredAt} />,
  },
  { key: 'kind', header: 'What', width: '32px', render: (change) => <KindIcon change={change} /> },
  {
    key: 'state',
    header: '',
    width: '116px',
    render: (change) => {
      const { word, tone } = stateWords(change)
      return word === '' ? null : <StateChip word={word} tone={tone} />
    },
  },
  {
    key: 'title',
    header: 'Title',
    width: 'minmax(200px,3fr)',
    render: ({ title, url }) =>
      url === null ? <PlainText text={title} max={200} /> : <WebLink url={url} title={title} />,
  },
  {
    key: 'about',
    header: 'Of',
    width: 'minmax(140px,2fr)',
    render: (change) => (
      <span className="text-muted">
        <PlainText text={aboutWords(change)} max={160} />
      </span>
    ),
  },
  {
    key: 'actor',
    header: 'Who',
    width: '110px',
    least: 820,
    render: ({ actor }) => <PlainText text={actor ?? ''} max={60} />,
  },
]

const ICONS = {
  commit: { Icon: GitCommitHorizontal, word: 'Commit' },
  pull_request: { Icon: GitPullRequest, word: 'Pull request' },
  build: { Icon: Hammer, word: 'Build' },
  deployment: { Icon: Rocket, word: 'Deployment' },
} as const

function KindIcon({ change }: { change: Change }) {
  const isRollback = change.kind === 'deployment' && change.rollback
  const { Icon, word } = isRollback ? { Icon: Undo2, word: 'Rollback' } : ICONS[change.kind]
  return (
    <span className="text-muted" title={word}>
      <Icon size={15} strokeWidth={1.75} aria-hidden />
      <span className="sr-only">{word}</span>
    </span>
  )
}

const STATE_ICONS: Readonly<Partial<Record<Tone, typeof CircleCheck>>> = {
  good: CircleCheck,
  bad: CircleX,
  active: LoaderCircle,
}

function StateChip({ word, tone }: { word: string; tone: Tone }) {
  const Icon = STATE_ICONS[tone]
  return (
    <Chip tone={tone} icon={Icon && <Icon size={13} strokeWidth={1.75} aria-hidden />}>
      {word}
    </Chip>
  )
}
