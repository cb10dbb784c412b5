import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { Search, ShieldCheck } from 'lucide-react'
import { useDeferredValue, useMemo, useState } from 'react'
import { Button } from '#ui/button'
import { IconInput } from '#ui/input'
import { paths, useGo } from '#ui/links'
import { usePageHead } from '#ui/page'
import { Tabs } from '#ui/tabs'
import { auditQueries } from './audit-queries'
import { ChainResult } from './chain-result'
import { EgressList } from './egress-list'
import { EntryList } from './entry-list'

const VIEWS = [
  { value: 'done', label: 'What was done' },
  { value: 'egress', label: 'What left this machine' },
] as const
type View = (typeof VIEWS)[number]['value']

const FIND: Readonly<Record<View, string>> = {
  done: 'Find by person, action or id',
  egress: 'Find by purpose, source or host',
}

/** What was done and what left this machine, in order; and whether any of it was changed afterwards. */
export function AuditScreen() {
  const asked: { text?: unknown; view?: unknown } = useSearch({ strict: false })
  const view: View = asked.view === 'egress' ? 'egress' : 'done'
  const go = useGo()
  const show = (next: View) =>
    go(next === 'egress' ? paths.egress() : paths.audit(), { replace: true })
  const [text, setText] = useState(typeof asked.text === 'string' ? asked.text : '')
  const chain = useQuery(view === 'done' ? auditQueries.verify() : auditQueries.verifyEgress())
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
  const wanted = useDeferredValue(text.trim())
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex shrink-0 flex-col gap-3 border-b border-line px-4 py-3">
        <div className="flex flex-wrap items-center gap-3">
          <Tabs label="Which log" look="segments" tabs={VIEWS} value={view} onChoose={show} />
          <IconInput
            icon={<Search size={16} strokeWidth={1.75} />}
            aria-label={FIND[view]}
            placeholder={FIND[view]}
            className="max-w-md flex-1"
            value={text}
            onChange={(change) => setText(change.target.value)}
          />
        </div>
        <ChainResult result={chain.data} error={chain.error} />
      </div>
      {view === 'done' ? <EntryList text={wanted} /> : <EgressList text={wanted} />}
    </div>
  )
}
