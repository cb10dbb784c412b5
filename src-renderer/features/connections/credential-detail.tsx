import { useQuery } from '@tanstack/react-query'
import { Plug, RefreshCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import type { Connection } from '#contract/connections'
import type { Credential } from '#contract/credentials'
import { Banner } from '#ui/banner'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { Chip } from '#ui/chip'
import { useCommand } from '#ui/command'
import { Confirm } from '#ui/confirm'
import { KeyValues } from '#ui/key-values'
import { AppLink, paths, useGo } from '#ui/links'
import { MonoId } from '#ui/mono-id'
import { PlainText } from '#ui/plain-text'
import { RelativeTime, useNow } from '#ui/relative-time'
import { ScrollArea } from '#ui/scroll-area'
import { useShortcut } from '#ui/shortcuts'
import { connectionQueries } from './connection-queries'
import { CREDENTIAL_ICON } from './connection-rows'
import { addressOf, CREDENTIAL_WORDS } from './connection-words'
import { LimitCard } from './limit-card'
import { SECRETS } from './places'
import { PublicHalf } from './public-half'
import { RenameButton } from './rename-button'
import { SecretDialog, useSecret } from './secret-dialog'
import { UsageCard } from './usage-card'

/** One secret by its label: who uses it, how to replace it, how to be rid of it. */
export function CredentialDetail({ credential }: { credential: Credential }) {
  const connections = useQuery(connectionQueries.list()).data
  const users = connections?.filter(({ credentialId }) => credentialId === credential.id)
  const Icon = CREDENTIAL_ICON[credential.kind]
  return (
    <ScrollArea label="Credential" className="h-full">
      <div className="mx-auto flex w-full max-w-[860px] flex-col gap-4 px-10 py-7 max-[1100px]:px-6 max-md:px-4 max-md:py-4">
        <header className="flex flex-wrap items-start gap-x-4 gap-y-2">
          <div className="flex min-w-0 flex-1 flex-col gap-1">
            <Chip icon={<Icon size={13} strokeWidth={1.75} aria-hidden />} className="self-start">
              {CREDENTIAL_WORDS[credential.kind]}
            </Chip>
            <h2 className="text-title font-[640] tracking-[-0.015em] break-words">
              <PlainText text={credential.name} max={80} />
            </h2>
            <p className="text-muted">Sealed in the vault. The secret itself is never shown.</p>
          </div>
          <div className="flex gap-2">
            <RenameButton credential={credential} />
            <RotateButton credential={credential} />
            <RemoveButton credential={credential} users={users ?? []} />
          </div>
        </header>
        {!credential.readable && (
          <Banner tone="attention" title="This secret does not open here.">
            It was sealed with a key that is gone, or on another console. Enter it again with
            Replace.
          </Banner>
        )}
        <PublicHalf credential={credential} />
        <Card title="What is known about it" note={<MonoId id={credential.id} />}>
          <KeyValues
            items={[
              ...shownOf(credential),
              {
                name: 'Last used',
                value:
                  credential.lastUsedAt === null ? (
                    'never'
                  ) : (
                    <RelativeTime at={credential.lastUsedAt} long />
                  ),
              },
              { name: 'Added', value: <RelativeTime at={credential.createdAt} long /> },
            ]}
          />
        </Card>
        <Users users={users} />
        <LimitCard credential={credential} />
        <UsageCard id={credential.id} />
      </div>
    </ScrollArea>
  )
}

function shownOf({ fingerprint, certificate }: Credential) {
  const expiresAt = certificate?.expiresAt ?? null
  return [
    ...(fingerprint === null ? [] : [{ name: 'Fingerprint', value: <MonoId id={fingerprint} /> }]),
    ...(certificate === null
      ? []
      : [
          { name: 'Certificate', value: <PlainText text={certificate.subject} max={200} /> },
          {
            name: 'Certificate ends',
            value: expiresAt === null ? 'never' : <Ends at={expiresAt} />,
          },
        ]),
  ]
}

function Ends({ at }: { at: number }) {
  const isOver = useNow(30_000) > at
  return (
    <span className={isOver ? 'text-critical' : undefined}>
      {isOver && 'ended '}
      {new Date(at).toISOString().slice(0, 10)}
    </span>
  )
}

function Users({ users }: { users: readonly Connection[] | undefined }) {
  return (
    <Card title="Signs in to" icon={<Plug size={16} strokeWidth={1.75} />}>
      {users?.length === 0 && <p className="text-muted">No connection uses it.</p>}
      <ul className="flex flex-col gap-1.5">
        {(users ?? []).slice(0, 100).map((user) => (
          <li key={user.id} className="flex items-baseline gap-3">
            <AppLink href={paths.connection(user.id)}>
              <PlainText text={user.name} max={80} />
            </AppLink>
            <code className="truncate text-small text-muted">
              <PlainText text={addressOf(user)} max={120} />
            </code>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function RotateButton({ credential }: { credential: Credential }) {
  const [open, setOpen] = useState(false)
  useShortcut('shift+r', 'Replace the secret', () => setOpen(true), { group: 'Connections' })
  return (
    <>
      <Button
        icon={<RefreshCw size={15} strokeWidth={1.75} />}
        keys="shift+r"
        onClick={() => setOpen(true)}
      >
        Replace
      </Button>
      {open && <Rotate credential={credential} onClose={() => setOpen(false)} />}
    </>
  )
}

function Rotate({ credential, onClose }: { credential: Credential; onClose: () => void }) {
  const secret = useSecret(credential.kind)
  const rotate = useCommand(api.credentials.rotate, {
    done: `The secret of ${credential.name} was replaced`,
    failed: null, // the dialog says it
    refresh: [['credentials']],
    onDone: onClose,
  })
  return (
    <SecretDialog
      title={`Replace the secret of ${credential.name}`}
      description="Connections that use it keep using it, with the new secret. The old one is gone for good."
      action="Replace the secret"
      leave="Keep the old one"
      secret={secret}
      ready
      busy={rotate.isPending}
      error={rotate.error}
      onClose={onClose}
      onSend={(parts) => rotate.mutate({ id: credential.id, ...parts })}
    />
  )
}

function RemoveButton({
  credential,
  users,
}: {
  credential: Credential
  users: readonly Connection[]
}) {
  const [open, setOpen] = useState(false)
  const go = useGo()
  const remove = useCommand(api.credentials.remove, {
    done: `${credential.name} was removed`,
    failed: 'The credential was not removed',
    refresh: [['credentials']],
    onDone: () => go(paths.connection(SECRETS), { replace: true }),
  })
  return (
    <>
      <Button
        variant="ghost"
        icon={<Trash2 size={15} strokeWidth={1.75} />}
        disabled={users.length > 0}
        title={users.length > 0 ? 'Connections use it: give them another credential first.' : ''}
        onClick={() => setOpen(true)}
      >
        Remove
      </Button>
      <Confirm
        open={open}
        onClose={() => setOpen(false)}
        title={`Remove ${credential.name}`}
        action="Remove it for good"
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate({ id: credential.id })}
      >
        The secret is deleted from the vault and cannot be brought back. The audit log keeps when it
        was used.
      </Confirm>
    </>
  )
}
