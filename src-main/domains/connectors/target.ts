import type { ActionTarget } from '#contract/actions'
import type { Connection } from '#contract/connections'
import type { LeaseUse } from '#domains/credentials'

/** A connection as it is stored: the credential by id alone, and which kind of host key was accepted. */
export type StoredConnection = Omit<Connection, 'credentialName'> & { hostKeyType: string | null }

/** What a connector is told about where to go, and for what a secret is borrowed when it signs in there. */
export type Target = StoredConnection &
  Pick<Connection, 'credentialName'> & { readonly use?: LeaseUse | undefined }

/** The part of a connection that a frozen action is bound to. */
export function toTarget(connection: Connection): ActionTarget {
  const { id, name, kind, host, port, username, hostKey, credentialId, credentialName } = connection
  return {
    connectionId: id,
    connectionName: name,
    kind,
    host,
    port: kind === 'ssh' ? port : null,
    username,
    hostKey,
    credentialId,
    credentialName,
  }
}
