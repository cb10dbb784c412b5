import { useQuery } from '@tanstack/react-query'
import type { Connection } from '#contract/connections'
import type { KnownHostKey, SshRoute } from '#contract/ssh'
import { AppLink, paths } from '#ui/links'
import { MonoId } from '#ui/mono-id'
import type { KeyValue } from '#ui/key-values'
import { PlainText } from '#ui/plain-text'
import { RelativeTime } from '#ui/relative-time'
import { connectionQueries } from './connection-queries'
import { placeOf } from './connection-words'

/** What only SSH connections have, as lines of facts; nothing of what is not set. */
export function sshFacts(connection: Connection): KeyValue[] {
  return [...wayFacts(connection), ...loanFacts(connection)]
}

function wayFacts({ ssh, route }: Connection): KeyValue[] {
  if (!route) return []
  const jumps = route.jumpHosts
  return [
    ...(ssh?.isAlias ? [{ name: 'Stands for', value: <StandsFor route={route} /> }] : []),
    ...(jumps.length > 0 ? [{ name: 'Goes over', value: <Jumps jumps={jumps} /> }] : []),
  ]
}

function loanFacts(connection: Connection): KeyValue[] {
  const { forwardAgent = false, sudoCredentialId = null } = connection.ssh ?? {}
  return [
    ...(forwardAgent ? [LENT] : []),
    ...(sudoCredentialId === null
      ? []
      : [{ name: 'sudo', value: <Sudo id={sudoCredentialId} connection={connection} /> }]),
  ]
}

const LENT: KeyValue = {
  name: 'SSH agent',
  value: <span className="text-high">lent to this host while a step runs</span>,
}

function StandsFor({ route: { host, port, username } }: { route: SshRoute }) {
  return (
    <span>
      <code className="text-small">
        {username}@{placeOf(host, port)}
      </code>{' '}
      <span className="text-small text-muted">as ~/.ssh/config says now</span>
    </span>
  )
}

function Sudo({ id, connection }: { id: string; connection: Connection }) {
  return (
    <AppLink href={paths.connection(id)}>
      password <PlainText text={connection.sudoCredentialName ?? 'that is gone'} max={80} />
    </AppLink>
  )
}

function Jumps({ jumps }: { jumps: SshRoute['jumpHosts'] }) {
  return (
    <ol className="flex flex-col gap-1">
      {jumps.map(({ host, port, username, hostKey }) => (
        <li key={`${host}:${port}`} className="flex flex-wrap items-center gap-x-2">
          <code className="text-small">
            {username}@{placeOf(host, port)}
          </code>
          {hostKey === null ? (
            <span className="text-small text-muted">host key by known_hosts</span>
          ) : (
            <MonoId id={hostKey} />
          )}
        </li>
      ))}
    </ol>
  )
}

/** The key that was accepted here, or what known_hosts says about the host. */
export function HostKeyFact({ connection }: { connection: Connection }) {
  const { id, hostKey, hostKeySeenAt } = connection
  const known = useQuery({ ...connectionQueries.knownHosts(id), enabled: hostKey === null }).data
  if (hostKey !== null)
    return (
      <span className="flex flex-wrap items-center gap-x-2">
        <MonoId id={hostKey} />
        {hostKeySeenAt !== null && (
          <span className="text-small text-muted">
            accepted <RelativeTime at={hostKeySeenAt} long />
          </span>
        )}
      </span>
    )
  const own = (known ?? []).filter(({ jumpHost }) => jumpHost === null)
  if (own.length === 0)
    return <span className="text-high">not accepted yet: the test shows it</span>
  return (
    <ul className="flex flex-col gap-1">
      {own.map((key) => (
        <KnownLine key={`${key.file}:${key.line}`} known={key} />
      ))}
    </ul>
  )
}

const MARKS = {
  key: 'known from',
  authority: 'certified by an authority of',
  revoked: 'revoked by',
} as const

function KnownLine({ known: { mark, fingerprint, type, file, line } }: { known: KnownHostKey }) {
  return (
    <li className="flex flex-wrap items-center gap-x-2">
      <MonoId id={fingerprint} />
      <span className={mark === 'revoked' ? 'text-small text-critical' : 'text-small text-muted'}>
        <PlainText text={type} max={60} />, {MARKS[mark]} <PlainText text={file} max={200} />, line{' '}
        {line}
      </span>
    </li>
  )
}
