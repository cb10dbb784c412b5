import type { Kysely } from 'kysely'
import type { Connection, ConnectionDraft } from '#contract/connections'
import type { ConnectionId, CredentialId, Timestamp } from '#contract/primitives'
import type { SshSettings } from '#contract/ssh'
import type { Specifics } from '#contract/targets'
import type { StoredConnection } from '#domains/connectors'
import type { Db } from '#platform/database'

interface ConnectionRow {
  id: ConnectionId
  name: string
  name_key: string
  kind: ConnectionDraft['kind']
  host: string | null
  port: number
  username: string | null
  auth: ConnectionDraft['auth']
  credential_id: CredentialId | null
  tags: string
  host_key: string | null
  host_key_type: string | null
  host_key_seen_at: Timestamp | null
  last_test_at: Timestamp | null
  last_test_ok: number | null
  last_test_summary: string | null
  created_at: Timestamp
  ssh: string | null
  jump_host_keys: string | null
  specifics: string | null
  client_certificate_id: CredentialId | null
}
type Tables = { connections: ConnectionRow }

/** The one place that knows the `connections` table. */
export function createConnectionRepository(db: Db) {
  const on: On = (tx = db) => tx.withTables<Tables>()
  return { ...questions(on), ...orders(on) }
}
export type ConnectionRepository = ReturnType<typeof createConnectionRepository>

type On = (tx?: Db) => Kysely<Tables>

function questions(on: On) {
  return {
    async all(): Promise<StoredConnection[]> {
      const rows = await on().selectFrom('connections').selectAll().orderBy('name_key').execute()
      return rows.map(toConnection)
    },
    async find(id: ConnectionId, tx?: Db): Promise<StoredConnection | undefined> {
      const row = await on(tx)
        .selectFrom('connections')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row && toConnection(row)
    },
    async namesUsing(credential: CredentialId): Promise<string[]> {
      const rows = await on()
        .selectFrom('connections')
        .select('name')
        // Ids are unlike anything else that may stand in the settings.
        .where((e) =>
          e.or([
            e('credential_id', '=', credential),
            e('client_certificate_id', '=', credential),
            e('ssh', 'like', `%"${credential}"%`),
          ]),
        )
        .orderBy('name_key')
        .execute()
      return rows.map(({ name }) => name)
    },
    async isNameTaken(name: string, except: ConnectionId | null, tx: Db): Promise<boolean> {
      const row = await on(tx)
        .selectFrom('connections')
        .select('id')
        .where('name_key', '=', name.toLowerCase())
        .executeTakeFirst()
      return row !== undefined && row.id !== except
    },
    async countLocal(tx: Db): Promise<number> {
      const { n } = await on(tx)
        .selectFrom('connections')
        .select((e) => e.fn.countAll<number>().as('n'))
        .where('kind', '=', 'local')
        .executeTakeFirstOrThrow()
      return n
    },
  }
}

function orders(on: On) {
  return {
    async save(connection: StoredConnection, tx: Db): Promise<void> {
      const row = toRow(connection)
      await on(tx)
        .insertInto('connections')
        .values(row)
        .onConflict((oc) => oc.column('id').doUpdateSet(row))
        .execute()
    },
    /** For the first start: another console on the same store may be making it at the same moment. */
    async addUnlessThere(connection: StoredConnection, tx: Db): Promise<boolean> {
      const { numInsertedOrUpdatedRows: made } = await on(tx)
        .insertInto('connections')
        .values(toRow(connection))
        .onConflict((oc) => oc.column('name_key').doNothing())
        .executeTakeFirst()
      return made === 1n
    },
    async saveTest(id: ConnectionId, test: NonNullable<Connection['lastTest']>): Promise<void> {
      await on()
        .updateTable('connections')
        .set({
          last_test_at: test.at,
          last_test_ok: test.ok ? 1 : 0,
          last_test_summary: test.summary,
        })
        .where('id', '=', id)
        .execute()
    },
    async remove(id: ConnectionId, tx: Db): Promise<void> {
      await on(tx).deleteFrom('connections').where('id', '=', id).execute()
    },
  }
}

function toConnection(row: ConnectionRow): StoredConnection {
  const { id, name, kind, host, port, username, auth } = row
  return {
    id,
    name,
    kind,
    host,
    port,
    username,
    auth,
    credentialId: row.credential_id,
    tags: JSON.parse(row.tags) as string[],
    hostKey: row.host_key,
    hostKeyType: row.host_key_type,
    hostKeySeenAt: row.host_key_seen_at,
    lastTest:
      row.last_test_at === null
        ? null
        : {
            at: row.last_test_at,
            ok: row.last_test_ok === 1,
            summary: row.last_test_summary ?? '',
          },
    createdAt: row.created_at,
    ...(row.ssh !== null && { ssh: JSON.parse(row.ssh) as SshSettings }),
    jumpHostKeys: JSON.parse(row.jump_host_keys ?? '{}') as StoredConnection['jumpHostKeys'],
    ...(row.specifics !== null && { specifics: JSON.parse(row.specifics) as Specifics }),
  }
}

function certificateOf(specifics: Specifics | undefined): CredentialId | null {
  return specifics && 'tls' in specifics ? specifics.tls.clientCertificateId : null
}

function toRow(connection: StoredConnection): ConnectionRow {
  const { id, name, kind, host, port, username, auth, lastTest, specifics } = connection
  return {
    id,
    name,
    name_key: name.toLowerCase(),
    kind,
    host,
    port,
    username,
    auth,
    credential_id: connection.credentialId,
    tags: JSON.stringify(connection.tags),
    host_key: connection.hostKey,
    host_key_type: connection.hostKeyType,
    host_key_seen_at: connection.hostKeySeenAt,
    last_test_at: lastTest?.at ?? null,
    last_test_ok: lastTest ? (lastTest.ok ? 1 : 0) : null,
    last_test_summary: lastTest?.summary ?? null,
    created_at: connection.createdAt,
    ssh: connection.ssh ? JSON.stringify(connection.ssh) : null,
    jump_host_keys: JSON.stringify(connection.jumpHostKeys),
    specifics: specifics ? JSON.stringify(specifics) : null,
    client_certificate_id: certificateOf(specifics),
  }
}
