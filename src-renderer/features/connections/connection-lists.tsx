import { useQuery } from '@tanstack/react-query'
import { KeyRound, Plug, Search } from 'lucide-react'
import { useDeferredValue, useMemo, useState } from 'react'
import { Button } from '#ui/button'
import { EmptyState } from '#ui/empty-state'
import { ErrorState } from '#ui/error-state'
import { IconInput } from '#ui/input'
import { paths, useGo } from '#ui/links'
import { ListSkeleton } from '#ui/skeleton'
import { Tabs } from '#ui/tabs'
import { VirtualList } from '#ui/virtual-list'
import { connectionQueries } from './connection-queries'
import { ConnectionRow, CredentialRow } from './connection-rows'
import { filterConnections } from './connection-words'
import { NEW, type Part, SECRETS } from './places'
import { VaultStrip } from './vault-strip'

interface ListsProps {
  part: Part
  chosen: string | null
  onAddSecret: () => void
}

/** The two lists under their tabs; under both, whether the vault can be used. */
export function ConnectionLists({ part, chosen, onAddSecret }: ListsProps) {
  const go = useGo()
  const connections = useQuery(connectionQueries.list()).data
  const credentials = useQuery(connectionQueries.credentials()).data
  return (
    <>
      <div className="flex h-11 shrink-0 items-center border-b border-line px-4">
        <Tabs
          label="Targets or secrets"
          tabs={[
            { value: 'connections', label: 'Connections', count: connections?.length },
            { value: 'credentials', label: 'Credentials', count: credentials?.length },
          ]}
          value={part}
          onChoose={(next) =>
            go(next === 'credentials' ? paths.connection(SECRETS) : paths.connections())
          }
        />
      </div>
      <div className="flex min-h-0 flex-1 flex-col">
        {part === 'connections' ? (
          <Targets chosen={chosen} />
        ) : (
          <Secrets chosen={chosen} onAdd={onAddSecret} />
        )}
      </div>
      <VaultStrip />
    </>
  )
}

function Targets({ chosen }: { chosen: string | null }) {
  const go = useGo()
  const [text, setText] = useState('')
  const wanted = useDeferredValue(text)
  const { data, error, refetch } = useQuery(connectionQueries.list())
  const items = useMemo(() => filterConnections(data ?? [], wanted), [data, wanted])
  const choose = (id: string) => go(paths.connection(id), { replace: chosen !== null })
  if (error !== null) return <ErrorState compact error={error} onRetry={() => void refetch()} />
  if (data?.length === 0)
    return (
      <EmptyState
        icon={<Plug size={20} strokeWidth={1.75} />}
        title="No target yet"
        actions={
          <Button variant="primary" onClick={() => go(paths.connection(NEW))}>
            Add the first connection
          </Button>
        }
      >
        Runbooks run their steps over SSH or on this machine. Nothing is installed on a host.
      </EmptyState>
    )
  return (
    <>
      <div className="shrink-0 border-b border-line p-3">
        <IconInput
          icon={<Search size={16} strokeWidth={1.75} />}
          aria-label="Find a connection"
          placeholder="Find by name, host or tag"
          value={text}
          onChange={(change) => setText(change.target.value)}
        />
      </div>
      {data === undefined ? (
        <ListSkeleton rows={6} label="Reading the connections" />
      ) : items.length === 0 ? (
        <p className="px-4 py-6 text-center text-muted">No connection has all of these words.</p>
      ) : (
        <VirtualList
          label="Connections"
          items={items}
          getKey={(item) => item.id}
          rowHeight={64}
          selectedKey={chosen}
          onSelect={(item) => choose(item.id)}
          renderRow={(item) => <ConnectionRow connection={item} />}
        />
      )}
    </>
  )
}

function Secrets({ chosen, onAdd }: { chosen: string | null; onAdd: () => void }) {
  const go = useGo()
  const { data, error, refetch } = useQuery(connectionQueries.credentials())
  const connections = useQuery(connectionQueries.list()).data
  if (error !== null) return <ErrorState compact error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <ListSkeleton rows={4} label="Reading the credentials" />
  if (data.length === 0)
    return (
      <EmptyState
        icon={<KeyRound size={20} strokeWidth={1.75} />}
        title="No secret is kept"
        actions={
          <Button variant="primary" onClick={onAdd}>
            Add the first credential
          </Button>
        }
      >
        Connections can also use the keys of your SSH agent, which never leave it.
      </EmptyState>
    )
  return (
    <VirtualList
      label="Credentials"
      items={data}
      getKey={(item) => item.id}
      rowHeight={64}
      selectedKey={chosen}
      onSelect={(item) => go(paths.connection(item.id), { replace: chosen !== null })}
      renderRow={(item) => (
        <CredentialRow
          credential={item}
          uses={connections?.filter(({ credentialId }) => credentialId === item.id).length}
        />
      )}
    />
  )
}
