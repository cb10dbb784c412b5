import type { ActionTarget, ProgramAction } from '#contract/actions'
import type { Connection } from '#contract/connections'
import type { SshBinding } from '#contract/ssh'
import type { LeaseUse } from '#domains/credentials'

export interface HostKey {
  readonly fingerprint: string // `SHA256:…` as ssh-keygen prints it
  readonly type: string // such as `ssh-ed25519`
}

/** A connection as it is stored: the credential by id alone, and which kinds of host keys were accepted. */
export type StoredConnection = Omit<
  Connection,
  'credentialName' | 'sudoCredentialName' | 'route'
> & {
  hostKeyType: string | null
  /** By `host:port`. */
  jumpHostKeys: Readonly<Record<string, HostKey>>
}

/** What a connector is told about where to go, and for what a secret is borrowed when it signs in there. */
export type Target = StoredConnection &
  Pick<Connection, 'credentialName' | 'sudoCredentialName'> & {
    readonly use?: LeaseUse | undefined
  }

/** The part of a connection that a frozen action is bound to: of SSH the address that its way ends at now. */
export function toTarget(connection: Connection): ActionTarget {
  const { id, name, kind, hostKey, credentialId, credentialName, route } = connection
  const { host, port, username } = route ?? connection
  const { specifics } = connection
  const ssh = toSshBinding(connection)
  return {
    connectionId: id,
    connectionName: name,
    kind,
    host,
    port: host === null ? null : port,
    username,
    hostKey,
    credentialId,
    credentialName,
    ...(ssh && { ssh }),
    ...(specifics && { specifics }),
  }
}

function toSshBinding({ route, ssh }: Connection): SshBinding | undefined {
  const jumpHosts = route?.jumpHosts ?? []
  const forwardAgent = ssh?.forwardAgent ?? false
  return jumpHosts.length > 0 || forwardAgent ? { jumpHosts, forwardAgent } : undefined
}

/** The password that sudo gets on this host; undefined where the connection names none. */
export function toSudo({ ssh, sudoCredentialName = '' }: Connection): ProgramAction['sudo'] {
  const credentialId = ssh?.sudoCredentialId
  return credentialId ? { credentialId, credentialName: sudoCredentialName } : undefined
}

/** What the lease is written down for. */
export const useOf = ({ use, name, id }: Target): LeaseUse =>
  use ?? { purpose: 'test', subject: name, connectionId: id }
