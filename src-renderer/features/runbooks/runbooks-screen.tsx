import { useQuery } from '@tanstack/react-query'
import { BookOpen, Plus, RefreshCw, Search } from 'lucide-react'
import { useCallback, useDeferredValue, useMemo, useState } from 'react'
import { api } from '#api'
import type { RunbookId } from '#contract/primitives'
import { Button } from '#ui/button'
import { useCommand } from '#ui/command'
import { EmptyState } from '#ui/empty-state'
import { ErrorState } from '#ui/error-state'
import { IconInput } from '#ui/input'
import { paths, useGo, useRouteId } from '#ui/links'
import { usePageHead } from '#ui/page'
import { useShortcut } from '#ui/shortcuts'
import { ScrollArea } from '#ui/scroll-area'
import { Select } from '#ui/select'
import { ListSkeleton } from '#ui/skeleton'
import { SplitPane } from '#ui/split-pane'
import { VirtualList } from '#ui/virtual-list'
import { ImportButton } from './import-dialog'
import { MatchCard } from './match-card'
import { NewRunbook } from './new-runbook'
import { RunbookDetail } from './runbook-detail'
import { filterRunbooks, type Listed, type Order, ORDERS, orderRunbooks } from './runbook-filter'
import { runbookQueries } from './runbook-queries'
import { RunbookRow } from './runbook-row'

/** All runbooks at the left; one, read as it will run, at the right. */
export function RunbooksScreen() {
  const chosen = useRouteId()
  const go = useGo()
  const items = useQuery(runbookQueries.list()).data?.items
  const [isNew, setNew] = useState(false)
  const begin = useCallback(() => setNew(true), [])
  useHead(items?.length, begin)
  useShortcut('n', 'New runbook', begin)
  return (
    <>
      <SplitPane
        name="runbooks"
        width={360}
        listLabel="Runbooks"
        detailOpen={chosen !== null}
        onBack={() => go(paths.runbooks())}
        list={
          <List
            chosen={chosen}
            onChoose={(id) => go(paths.runbook(id), { replace: chosen !== null })}
          />
        }
        detail={
          chosen === null ? (
            <NothingChosen />
          ) : (
            <RunbookDetail key={chosen} id={chosen as RunbookId} />
          )
        }
      />
      {isNew && (
        <NewRunbook taken={(items ?? []).map(({ id }) => id)} onClose={() => setNew(false)} />
      )}
    </>
  )
}

function useHead(count: number | undefined, onNew: () => void) {
  const { mutate, isPending } = useCommand(api.runbooks.reload, {
    done: ({ count: found }) => `${found} runbooks read`,
    failed: 'The folders could not be read',
    refresh: [['runbooks']],
  })
  const actions = useMemo(
    () => (
      <>
        <ImportButton />
        <Button
          icon={<RefreshCw size={16} strokeWidth={1.75} />}
          busy={isPending}
          onClick={() => mutate({})}
        >
          Read the folders again
        </Button>
        <Button icon={<Plus size={16} strokeWidth={1.75} />} onClick={onNew}>
          New runbook
        </Button>
      </>
    ),
    [isPending, mutate, onNew],
  )
  usePageHead('Runbooks', { note: count === undefined ? null : String(count), actions })
}

function List({ chosen, onChoose }: { chosen: string | null; onChoose: (id: string) => void }) {
  const [text, setText] = useState('')
  const [order, setOrder] = useState<Order>('title')
  const { data, error, refetch } = useQuery(runbookQueries.list())
  const items = useListed(useDeferredValue(text), order)
  if (error !== null)
    return (
      <ErrorState
        compact
        error={error}
        kept="The files are untouched."
        onRetry={() => void refetch()}
      />
    )
  return (
    <>
      <div className="flex shrink-0 flex-col gap-2 border-b border-line p-3">
        <IconInput
          icon={<Search size={16} strokeWidth={1.75} />}
          aria-label="Find a runbook"
          placeholder="Find by name, tag or words"
          value={text}
          onChange={(change) => setText(change.target.value)}
        />
        <Select
          aria-label="Order of the runbooks"
          options={ORDERS}
          value={order}
          onChoose={setOrder}
        />
      </div>
      {data === undefined ? (
        <ListSkeleton rows={10} label="Reading the runbooks" />
      ) : items.length === 0 ? (
        <p className="px-4 py-6 text-center text-muted">No runbook has all of these words.</p>
      ) : (
        <VirtualList
          label="Runbooks"
          items={items}
          getKey={(item) => item.id}
          rowHeight={80}
          selectedKey={chosen}
          onSelect={(item) => onChoose(item.id)}
          renderRow={(item) => <RunbookRow runbook={item} />}
        />
      )}
    </>
  )
}

/** What has the words, with how it did so far, in the chosen order. */
function useListed(text: string, order: Order): readonly Listed[] {
  const { data } = useQuery(runbookQueries.list())
  const all = useQuery(runbookQueries.qualityOfAll()).data
  return useMemo(() => {
    const qualities = new Map(all?.map((one) => [one.runbookId, one]))
    const listed = (data?.items ?? []).map((item) => ({ ...item, quality: qualities.get(item.id) }))
    return orderRunbooks(filterRunbooks(listed, text), order)
  }, [data, all, text, order])
}

function NothingChosen() {
  return (
    <ScrollArea label="Runbooks" className="h-full">
      <div className="mx-auto flex w-full max-w-3xl flex-col gap-4 p-6">
        <h2 className="sr-only">No runbook is chosen</h2>
        <EmptyState
          icon={<BookOpen size={20} strokeWidth={1.75} />}
          title="A runbook is a Markdown file"
        >
          Choose one to see its steps, how far each reaches, and how it is taken back. Or see which
          would be offered for an alert.
        </EmptyState>
        <MatchCard />
      </div>
    </ScrollArea>
  )
}
