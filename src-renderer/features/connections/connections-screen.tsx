import { useQuery } from '@tanstack/react-query'
import { FileInput, KeyRound, Plus } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { Button } from '#ui/button'
import { ErrorState } from '#ui/error-state'
import { paths, useGo, useRouteId } from '#ui/links'
import { usePageHead } from '#ui/page'
import { useShortcut } from '#ui/shortcuts'
import { CardSkeleton } from '#ui/skeleton'
import { isWide, SplitPane } from '#ui/split-pane'
import { ConnectionDetail } from './connection-detail'
import { ConnectionForm } from './connection-form'
import { ConnectionLists } from './connection-lists'
import { connectionQueries } from './connection-queries'
import { CredentialDetail } from './credential-detail'
import { CredentialDialog } from './credential-dialog'
import { Removed, SecretsIntro, TargetsIntro } from './nothing-chosen'
import { IMPORT, NEW, type Part, partOf, SECRETS } from './places'
import { SshImport } from './ssh-import'

/** Where steps run, and what signs in there: the list at the left, one of them with its test at the right. */
export function ConnectionsScreen() {
  const chosen = useRouteId()
  const go = useGo()
  const part = partOf(chosen)
  const [adding, setAdding] = useState(false)
  useHead(part, () => setAdding(true))
  useOpenFirst(chosen)
  const back = () => go(part === 'credentials' ? paths.connection(SECRETS) : paths.connections())
  return (
    <>
      <SplitPane
        name="connections"
        width={340}
        listLabel={part === 'credentials' ? 'Credentials' : 'Connections'}
        detailOpen={chosen !== null && chosen !== SECRETS}
        onBack={back}
        list={<ConnectionLists part={part} chosen={chosen} onAddSecret={() => setAdding(true)} />}
        detail={<Detail chosen={chosen} onAddSecret={() => setAdding(true)} />}
      />
      <CredentialDialog
        open={adding}
        onClose={() => setAdding(false)}
        onMade={({ id }) => go(paths.connection(id))}
      />
    </>
  )
}

/** Where there is room for it, the first connection is open from the start; after that only the operator chooses. */
function useOpenFirst(chosen: string | null) {
  const go = useGo()
  const { data, isFetching } = useQuery(connectionQueries.list())
  const first = data?.[0]?.id
  const opens = chosen === null && first !== undefined && !isFetching && isWide()
  useEffect(() => {
    if (opens) go(paths.connection(first), { replace: true })
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- a new first row must not take the place of the chosen one
  }, [opens])
}

function useHead(part: Part, onAddSecret: () => void) {
  const go = useGo()
  const count = useQuery(connectionQueries.list()).data?.length
  const secrets = part === 'credentials'
  const add = () => (secrets ? onAddSecret() : go(paths.connection(NEW)))
  const label = secrets ? 'Add a credential' : 'Add a connection'
  useShortcut('n', label, add, { group: 'Connections' })
  const actions = useMemo(
    () => (
      <>
        {!secrets && (
          <Button
            variant="ghost"
            icon={<FileInput size={16} strokeWidth={1.75} />}
            onClick={() => go(paths.connection(IMPORT))}
          >
            From ~/.ssh/config
          </Button>
        )}
        <Button
          keys="n"
          icon={
            secrets ? (
              <KeyRound size={16} strokeWidth={1.75} />
            ) : (
              <Plus size={16} strokeWidth={1.75} />
            )
          }
          onClick={add}
        >
          {label}
        </Button>
      </>
    ),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `add` only opens one of two fixed places
    [secrets],
  )
  usePageHead('Connections', { note: count === undefined ? null : String(count), actions })
}

function Detail({ chosen, onAddSecret }: { chosen: string | null; onAddSecret: () => void }) {
  const go = useGo()
  const connections = useQuery(connectionQueries.list())
  // A connection that was just made is tested at once: nothing else is as useful then.
  const [fresh, setFresh] = useState<string | null>(null)
  if (chosen === null) return <TargetsIntro />
  if (chosen === SECRETS) return <SecretsIntro onAdd={onAddSecret} />
  if (chosen === IMPORT) return <SshImport />
  if (chosen === NEW)
    return (
      <ConnectionForm
        key={NEW}
        connection={null}
        onCancel={() => go(paths.connections())}
        onSaved={({ id }) => {
          setFresh(id)
          go(paths.connection(id), { replace: true })
        }}
      />
    )
  if (partOf(chosen) === 'credentials') return <OneCredential key={chosen} id={chosen} />
  if (connections.error !== null)
    return <ErrorState error={connections.error} onRetry={() => void connections.refetch()} />
  if (connections.data === undefined) return <Loading />
  const connection = connections.data.find(({ id }) => id === chosen)
  if (!connection) return <Removed />
  return (
    <ConnectionDetail
      key={chosen}
      connection={connection}
      testNow={fresh === chosen}
      onTested={() => setFresh(null)}
    />
  )
}

function OneCredential({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(connectionQueries.credentials())
  if (error !== null) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading />
  const credential = data.find((one) => one.id === id)
  return credential ? <CredentialDetail credential={credential} /> : <Removed />
}

function Loading() {
  return (
    <div className="mx-auto flex w-full max-w-4xl flex-col gap-4 p-6">
      <CardSkeleton lines={2} />
      <CardSkeleton lines={5} />
    </div>
  )
}
