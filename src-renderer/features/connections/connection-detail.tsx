import { Pencil, Tags, Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { api } from '#api'
import type { Connection } from '#contract/connections'
import { Banner } from '#ui/banner'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { Chip } from '#ui/chip'
import { useCommand } from '#ui/command'
import { Confirm } from '#ui/confirm'
import { KeyValues } from '#ui/key-values'
import { paths, useGo } from '#ui/links'
import { MonoId } from '#ui/mono-id'
import { PlainText } from '#ui/plain-text'
import { RelativeTime } from '#ui/relative-time'
import { ScrollArea } from '#ui/scroll-area'
import { useShortcut } from '#ui/shortcuts'
import { ConnectionForm } from './connection-form'
import { CONNECTION_ICON } from './connection-rows'
import { addressOf, signInWords, stateOf } from './connection-words'
import { KIND_WORDS } from './draft-kinds'
import { factsOf } from './kind-facts'
import { TestCard } from './test-card'
import { useConnectionTest } from './use-connection-test'

interface DetailProps {
  connection: Connection
  /** It was just made: its test starts by itself. */
  testNow: boolean
  onTested: () => void
}

/** One target: its test first, then what is known about it. */
export function ConnectionDetail({ connection, testNow, onTested }: DetailProps) {
  const [editing, setEditing] = useState(false)
  const test = useConnectionTest(connection.id, onTested)
  useShortcut('t', 'Test the connection', test.start, {
    group: 'Connections',
    off: editing || test.running,
  })
  useShortcut('e', 'Edit the connection', () => setEditing(true), {
    group: 'Connections',
    off: editing,
  })
  useEffect(() => {
    if (testNow) test.start()
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once, when it was just made
  }, [testNow])
  if (editing)
    return (
      <ConnectionForm
        connection={connection}
        onCancel={() => setEditing(false)}
        onSaved={() => {
          setEditing(false)
          test.start()
        }}
      />
    )
  return (
    <ScrollArea label="Connection" className="h-full">
      <div className="mx-auto flex w-full max-w-[860px] flex-col gap-4 px-10 py-7 max-[1100px]:px-6 max-md:px-4 max-md:py-4">
        <Head connection={connection} onEdit={() => setEditing(true)} />
        <Unclear connection={connection} />
        <TestCard connection={connection} test={test} />
        <Facts connection={connection} />
        <KnownAs connection={connection} />
      </div>
    </ScrollArea>
  )
}

/** An alias that cannot be followed: nothing runs over it until its lines are others. */
function Unclear({ connection: { route } }: { connection: Connection }) {
  if (!route || route.problem === null) return null
  return (
    <Banner tone="bad" title="The way there is not clear, so nothing runs over it.">
      <PlainText text={route.problem} max={600} />
    </Banner>
  )
}

function Head({ connection, onEdit }: { connection: Connection; onEdit: () => void }) {
  const { word, tone } = stateOf(connection)
  const isLocal = connection.kind === 'local'
  const Icon = CONNECTION_ICON[connection.kind]
  return (
    <header className="flex flex-wrap items-start gap-x-4 gap-y-2">
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <div className="flex min-h-[22px] items-center gap-3">
          <Chip icon={<Icon size={13} strokeWidth={1.75} aria-hidden />}>
            {KIND_WORDS[connection.kind]}
          </Chip>
          <Chip tone={tone}>{word}</Chip>
        </div>
        <h2 className="text-title font-[640] tracking-[-0.015em] break-words">
          <PlainText text={connection.name} max={80} />
        </h2>
        <p className="text-muted">
          {isLocal ? (
            'Steps run as the user that Quarterdeck runs as.'
          ) : (
            <>
              <code className="text-text">{addressOf(connection)}</code>, with{' '}
              {signInWords(connection)}
            </>
          )}
        </p>
      </div>
      <div className="flex gap-2">
        <Button keys="e" icon={<Pencil size={15} strokeWidth={1.75} />} onClick={onEdit}>
          Edit
        </Button>
        <RemoveButton connection={connection} />
      </div>
    </header>
  )
}

function RemoveButton({ connection }: { connection: Connection }) {
  const [open, setOpen] = useState(false)
  const go = useGo()
  const remove = useCommand(api.connections.remove, {
    done: `${connection.name} was removed`,
    failed: 'The connection was not removed',
    refresh: [['connections']],
    onDone: () => go(paths.connections(), { replace: true }),
  })
  return (
    <>
      <Button
        variant="ghost"
        icon={<Trash2 size={15} strokeWidth={1.75} />}
        onClick={() => setOpen(true)}
      >
        Remove
      </Button>
      <Confirm
        open={open}
        onClose={() => setOpen(false)}
        title={`Remove ${connection.name}`}
        action="Remove the connection"
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate({ id: connection.id })}
      >
        Runbooks that name it find no target until another connection takes its name or tags. Past
        runs and the audit log keep what ran here; its credential stays in the vault.
      </Confirm>
    </>
  )
}

function Facts({ connection }: { connection: Connection }) {
  return (
    <Card title="What is known about it" note={<MonoId id={connection.id} />}>
      <KeyValues
        items={[
          ...factsOf(connection),
          { name: 'Added', value: <RelativeTime at={connection.createdAt} long /> },
        ]}
      />
    </Card>
  )
}

function KnownAs({ connection }: { connection: Connection }) {
  const names = connection.kind === 'local' ? ['local'] : []
  return (
    <Card
      title="How runbooks and alerts find it"
      icon={<Tags size={16} strokeWidth={1.75} />}
      note="exactly one must fit"
    >
      <div className="flex flex-wrap gap-1.5">
        {[connection.name, ...names, ...connection.tags].map((name) => (
          <Chip key={name} className="font-mono">
            <PlainText text={name} max={120} />
          </Chip>
        ))}
        {connection.host !== null && (
          <Chip className="font-mono">
            <PlainText text={connection.host} max={120} />
          </Chip>
        )}
      </div>
      <p className="mt-2.5 text-small text-muted">
        Looked for in this order: name, tag, host with port, host. When several fit equally, no step
        runs: a guess could hit the wrong machine.
      </p>
    </Card>
  )
}
