import type { ReactNode } from 'react'
import type { Connection } from '#contract/connections'
import type { Tls } from '#contract/targets'
import type { KeyValue } from '#ui/key-values'
import { AppLink, paths } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { signInWords } from './connection-words'
import { HostKeyFact, sshFacts } from './ssh-facts'

type Fact = KeyValue

/** What is known about a target, by its kind. */
export function factsOf(connection: Connection): Fact[] {
  const { kind, specifics } = connection
  if (kind === 'local') return environmentFacts(connection)
  if (specifics?.kind === 'sqlite') return [{ name: 'File', value: <Code text={specifics.file} /> }]
  return kind === 'http' ? webFacts(connection) : hostFacts(connection)
}

function webFacts(connection: Connection): Fact[] {
  const { specifics } = connection
  if (specifics?.kind !== 'http') return []
  return [
    { name: 'Address', value: <Code text={specifics.baseUrl} /> },
    { name: 'Signs in with', value: <SignIn connection={connection} /> },
    ...(specifics.allowedHosts.length > 0
      ? [{ name: 'Other hosts', value: <Code text={specifics.allowedHosts.join(', ')} /> }]
      : []),
    { name: 'Encryption', value: tlsWords(specifics.tls) },
  ]
}

function hostFacts(connection: Connection): Fact[] {
  const { specifics } = connection
  const place = [
    { name: 'Host', value: <Code text={connection.host ?? ''} /> },
    { name: 'Port', value: <span className="tnum">{connection.port}</span> },
  ]
  const who = [
    { name: 'User', value: <Code text={connection.username ?? ''} /> },
    { name: 'Signs in with', value: <SignIn connection={connection} /> },
  ]
  if (specifics && 'database' in specifics)
    return [
      ...place,
      { name: 'Database', value: <Code text={specifics.database} /> },
      ...who,
      { name: 'Encryption', value: tlsWords(specifics.tls) },
    ]
  return sshHostFacts(connection, place)
}

/** A name of `~/.ssh/config` says by itself what is not said here. */
function sshHostFacts(connection: Connection, [host, port]: readonly Fact[]): Fact[] {
  const { username, ssh } = connection
  return [
    host!,
    ...(ssh?.isAlias ? [] : [port!]),
    ...(username === null ? [] : [{ name: 'User', value: <Code text={username} /> }]),
    { name: 'Signs in with', value: <SignIn connection={connection} /> },
    ...sshFacts(connection),
    { name: 'Host key', value: <HostKeyFact connection={connection} /> },
  ]
}

function environmentFacts({ specifics }: Connection): Fact[] {
  const names = specifics?.kind === 'local' ? specifics.environment : []
  if (names.length === 0) return []
  return [{ name: 'Programs also get', value: <Code text={names.join(', ')} /> }]
}

function tlsWords({ mode, ca, clientCertificateId }: Tls): ReactNode {
  if (mode === 'off')
    return <span className="text-high">off: everything can be read on the way</span>
  const whom = ca === null ? 'authorities of this machine' : 'an authority of its own'
  const how =
    mode === 'verify' ? 'certificate and name are checked' : 'only the authority is checked'
  const ours = clientCertificateId === null ? '' : ', with a client certificate'
  return `${how}, against ${whom}${ours}`
}

function Code({ text }: { text: string }) {
  return (
    <code className="text-small break-all">
      <PlainText text={text} max={1000} />
    </code>
  )
}

function SignIn({ connection }: { connection: Connection }) {
  const words = signInWords(connection)
  const { credentialId } = connection
  return credentialId === null ? (
    words
  ) : (
    <AppLink href={paths.connection(credentialId)}>{words}</AppLink>
  )
}
