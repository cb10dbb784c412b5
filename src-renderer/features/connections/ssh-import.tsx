import { useQuery } from '@tanstack/react-query'
import { FileInput, Waypoints } from 'lucide-react'
import { useState } from 'react'
import type { ConfiguredAlias } from '#contract/ssh'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { Chip } from '#ui/chip'
import { EmptyState } from '#ui/empty-state'
import { ErrorState } from '#ui/error-state'
import { paths, useGo } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { ScrollArea } from '#ui/scroll-area'
import { useShortcut } from '#ui/shortcuts'
import { CardSkeleton } from '#ui/skeleton'
import { Checkbox } from '#ui/switch'
import { connectionQueries } from './connection-queries'
import { placeOf } from './connection-words'
import { canAdd, type Added, useAddAliases } from './use-add-aliases'

/** The hosts of `~/.ssh/config`: what each would become, to choose from. */
export function SshImport() {
  const go = useGo()
  const { data, error, refetch } = useQuery(connectionQueries.sshConfig())
  if (error !== null) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (data === undefined)
    return (
      <div className="mx-auto flex w-full max-w-[860px] flex-col gap-4 p-6">
        <CardSkeleton lines={6} />
      </div>
    )
  if (data.hosts.length === 0)
    return (
      <EmptyState
        icon={<FileInput size={20} strokeWidth={1.75} />}
        title="No host to bring in"
        actions={<Button onClick={() => go(paths.connections())}>All connections</Button>}
      >
        {data.file} has no line with the name of a host. Names with * or ? stand for many hosts, so
        they are not listed.
      </EmptyState>
    )
  return <Choice file={data.file} hosts={data.hosts} />
}

function Choice({ file, hosts }: { file: string; hosts: readonly ConfiguredAlias[] }) {
  const choice = useChoice(hosts.filter(canAdd).map(({ alias }) => alias))
  const adding = useAddAliases()
  const chosen = hosts.filter((host) => canAdd(host) && choice.has(host.alias))
  const add = () => chosen.length > 0 && !adding.busy && void adding.run(chosen)
  useShortcut('mod+enter', 'Add the chosen hosts', add, { group: 'Connections', inFields: true })
  return (
    <div className="flex h-full min-h-0 flex-col">
      <ScrollArea label="Hosts of the SSH configuration" className="flex-1">
        <div className="mx-auto flex w-full max-w-[860px] flex-col gap-4 px-10 py-7 max-[1100px]:px-6 max-md:px-4 max-md:py-4">
          <Head file={file} />
          <Card
            flush
            title="Hosts"
            note={
              choice.all.length > 0 && (
                <Checkbox
                  label={`all ${choice.all.length}`}
                  checked={chosen.length === choice.all.length}
                  onChange={choice.setAll}
                />
              )
            }
          >
            <ul className="flex flex-col">
              {hosts.map((host) => (
                <Row
                  key={host.alias}
                  host={host}
                  added={adding.results.get(host.alias)}
                  isChosen={choice.has(host.alias)}
                  onChoose={(on) => choice.set(host.alias, on)}
                />
              ))}
            </ul>
          </Card>
        </div>
      </ScrollArea>
      <Foot count={chosen.length} adding={adding} onAdd={add} />
    </div>
  )
}

/** All are chosen until one is left out. */
function useChoice(all: readonly string[]) {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  return {
    all,
    has: (alias: string) => !left.has(alias),
    set(alias: string, on: boolean) {
      const others = [...left].filter((one) => one !== alias)
      setLeft(new Set(on ? others : [...others, alias]))
    },
    setAll: (on: boolean) => setLeft(new Set(on ? [] : all)),
  }
}

function Head({ file }: { file: string }) {
  return (
    <header>
      <h2 className="text-title font-[640] tracking-[-0.015em]">
        Bring in hosts from ~/.ssh/config
      </h2>
      <p className="mt-1 text-muted">
        Each becomes a connection that goes by its name there. Address, user, keys and jump hosts
        stay in <code className="text-small">{file}</code> and are looked up at each use; nothing in
        it is run.
      </p>
    </header>
  )
}

interface FootProps {
  count: number
  adding: ReturnType<typeof useAddAliases>
  onAdd: () => void
}

function Foot({ count, adding, onAdd }: FootProps) {
  const go = useGo()
  return (
    <footer className="flex shrink-0 items-center justify-end gap-2 border-t border-line bg-surface px-10 py-3 max-[1100px]:px-6 max-md:px-4">
      <span role="status" className="mr-auto text-small text-muted">
        {adding.words}
      </span>
      <Button onClick={() => go(paths.connections())}>Close</Button>
      <Button
        variant="primary"
        keys="mod+enter"
        busy={adding.busy}
        disabled={count === 0}
        onClick={onAdd}
      >
        {count === 1 ? 'Add 1 connection' : `Add ${count} connections`}
      </Button>
    </footer>
  )
}

interface RowProps {
  host: ConfiguredAlias
  added: Added | undefined
  isChosen: boolean
  onChoose: (on: boolean) => void
}

function Row({ host, added, isChosen, onChoose }: RowProps) {
  const { alias, route } = host
  const name = (
    <span className="font-semibold">
      <PlainText text={alias} max={120} />
    </span>
  )
  return (
    <li className="grid grid-cols-[190px_minmax(0,1fr)_150px] items-start gap-x-4 gap-y-1 border-t border-line px-4 py-2.5 first:border-t-0 max-md:grid-cols-1">
      <span className="min-w-0 break-words">
        {canAdd(host) ? (
          <Checkbox label={name} checked={isChosen} onChange={onChoose} />
        ) : (
          <span className="pl-[26px]">{name}</span>
        )}
      </span>
      <span className="flex min-w-0 flex-col gap-0.5 py-0.5">
        {route.problem === null ? (
          <Becomes host={host} />
        ) : (
          <span className="text-small text-critical">
            <PlainText text={route.problem} max={400} />
          </span>
        )}
        {added?.problem !== undefined && (
          <span role="alert" className="text-small text-critical">
            <PlainText text={added.problem} max={400} />
          </span>
        )}
      </span>
      <span className="flex justify-end max-md:justify-start">
        <Standing host={host} />
      </span>
    </li>
  )
}

function Becomes({ host: { route, forwardAgent } }: { host: ConfiguredAlias }) {
  return (
    <>
      <code className="text-small break-all">
        {route.username}@{placeOf(route.host, route.port)}
      </code>
      {route.jumpHosts.length > 0 && (
        <span className="flex items-baseline gap-1.5 text-small text-muted">
          <Waypoints size={13} strokeWidth={1.75} aria-hidden className="shrink-0 self-center" />
          <span className="min-w-0 break-words">
            over{' '}
            {route.jumpHosts
              .map(({ username, host, port }) => `${username}@${placeOf(host, port)}`)
              .join(', then ')}
          </span>
        </span>
      )}
      {forwardAgent && (
        <span className="text-small text-muted">
          The file lends the agent to it. Here that stays off until the connection says so.
        </span>
      )}
    </>
  )
}

function Standing({ host: { connectionName, isKnown, route } }: { host: ConfiguredAlias }) {
  if (connectionName !== null)
    return (
      <Chip tone="good">
        added as <PlainText text={connectionName} max={40} />
      </Chip>
    )
  if (route.problem !== null) return <Chip tone="bad">cannot be followed</Chip>
  return isKnown ? (
    <Chip tone="neutral">host key known</Chip>
  ) : (
    <Chip tone="attention">host key to check</Chip>
  )
}
