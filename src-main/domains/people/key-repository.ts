import type { OperatorKey } from '#contract/people'
import type { OperatorId, Timestamp } from '#contract/primitives'
import type { Db } from '#platform/database'

type Row = {
  fingerprint: string
  operator_id: OperatorId
  public_key: string
  console: string
  kept_in: OperatorKey['keptIn']
  sealed: string | null
  valid_from: Timestamp
  valid_until: Timestamp | null
}

/** A public key with whose it is, and the private half where no keychain holds it. */
export type StoredKey = OperatorKey & {
  readonly operatorId: OperatorId
  readonly sealed: string | null
}

/** The one place that knows the `operator_keys` table. Nothing here deletes one. */
export function createKeyRepository(db: Db) {
  const keys = (tx: Db = db) => tx.withTables<{ operator_keys: Row }>()
  const all = (tx?: Db) =>
    keys(tx).selectFrom('operator_keys').selectAll().orderBy('valid_from', 'desc')
  return {
    async all(tx?: Db): Promise<StoredKey[]> {
      return (await all(tx).execute()).map(toKey)
    },
    async find(fingerprint: string, tx?: Db): Promise<StoredKey | undefined> {
      const row = await all(tx).where('fingerprint', '=', fingerprint).executeTakeFirst()
      return row && toKey(row)
    },
    /** The one in use by this operator on this console. */
    async inUse(operator: OperatorId, console: string, tx?: Db): Promise<StoredKey | undefined> {
      const row = await all(tx)
        .where('operator_id', '=', operator)
        .where('console', '=', console)
        .where('valid_until', 'is', null)
        .executeTakeFirst()
      return row && toKey(row)
    },
    async add(key: StoredKey, tx: Db): Promise<void> {
      const { operatorId, publicKey, keptIn, validFrom, validUntil, ...rest } = key
      const row = { ...rest, operator_id: operatorId, public_key: publicKey, kept_in: keptIn }
      await keys(tx)
        .insertInto('operator_keys')
        .values({ ...row, valid_from: validFrom, valid_until: validUntil })
        .execute()
    },
    async end(fingerprint: string, at: Timestamp, tx: Db): Promise<void> {
      await keys(tx)
        .updateTable('operator_keys')
        .set({ valid_until: at, sealed: null })
        .where('fingerprint', '=', fingerprint)
        .where('valid_until', 'is', null)
        .execute()
    },
  }
}
export type KeyRepository = ReturnType<typeof createKeyRepository>

function toKey(row: Row): StoredKey {
  const { fingerprint, console, sealed } = row
  return {
    fingerprint,
    operatorId: row.operator_id,
    publicKey: row.public_key,
    console,
    keptIn: row.kept_in,
    sealed,
    validFrom: row.valid_from,
    validUntil: row.valid_until,
  }
}

/** What may be shown of it. */
export function toShown(stored: StoredKey): OperatorKey {
  const { fingerprint, publicKey, console, keptIn, validFrom, validUntil } = stored
  return { fingerprint, publicKey, console, keptIn, validFrom, validUntil }
}
