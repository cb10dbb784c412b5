import { createHash, generateKeyPairSync, sign as signBytes } from 'node:crypto'
import type { Operator, OperatorKey } from '#contract/people'
import type { Audit } from '#domains/audit'
import type { Clock } from '#platform/clock'
import { type Database, type Db, transact } from '#platform/database'
import { type KeyRepository, type StoredKey, toShown } from './key-repository'

/** Where private keys are made and kept: the vault. */
export interface SigningKeys {
  make(): Promise<MadeKey>
  open(key: MadeKey): Promise<Sign | undefined>
  forget(key: MadeKey): Promise<void>
}
type MadeKey = Pick<StoredKey, 'fingerprint' | 'publicKey' | 'keptIn' | 'sealed'>
type Sign = (text: string) => string

/** A key that is open for one answer. */
export interface Pen {
  readonly fingerprint: string
  readonly keptIn: OperatorKey['keptIn']
  /** Base64 of the Ed25519 signature over the text's UTF-8. */
  sign(text: string): string
}

interface Needs {
  database: Database
  clock: Clock
  audit: Audit
  repository: KeyRepository
  signing: SigningKeys
  console: string
}

/** The keys of operators on this console, and the public ones of everybody. */
export function createKeys({ database, clock, audit, repository, signing, console }: Needs) {
  let last: Promise<unknown> = Promise.resolve()
  return {
    publicKey: (fingerprint: string, tx?: Db) => repository.find(fingerprint, tx),
    allKeys: (tx?: Db) => repository.all(tx),
    async myKey(_: object, { operator }: { operator: Operator }): Promise<OperatorKey | null> {
      const key = await repository.inUse(operator.id, console)
      return key ? toShown(key) : null
    },
    async rotateKey(_: object, { operator }: { operator: Operator }): Promise<OperatorKey> {
      return toShown((await inTurn(() => replace(operator))).key)
    },
    /** Outside of a transaction: the keychain may take its time. Throws Refusal `vault_locked`. */
    async pen(operator: Operator): Promise<Pen> {
      const { key, sign } = await inTurn(() => openOrMake(operator))
      return { fingerprint: key.fingerprint, keptIn: key.keptIn, sign }
    },
  }

  /** Two first answers at once make one key. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(work)
    last = done.catch(() => undefined) // whoever asked hears it
    return done
  }

  async function openOrMake(operator: Operator) {
    const key = await repository.inUse(operator.id, console)
    const sign = key && (await signing.open(key))
    return key && sign ? { key, sign } : replace(operator)
  }

  /** The old key ends where the new one begins, so that one moment has one key of an operator on a console. */
  async function replace(operator: Operator): Promise<{ key: StoredKey; sign: Sign }> {
    const made = await signing.make()
    const opened = await signing.open(made)
    if (!opened) throw new Error(`The vault did not give back the key ${made.fingerprint}`)
    const now = clock.now()
    const key = { ...made, operatorId: operator.id, console, validFrom: now, validUntil: null }
    const before = await transact(database.db, async (tx) => {
      const old = await repository.inUse(operator.id, console, tx)
      if (old) await repository.end(old.fingerprint, now, tx)
      await repository.add(key, tx)
      const { fingerprint, publicKey, keptIn } = key
      const detail = { operatorId: operator.id, fingerprint, publicKey, keptIn, console }
      await audit.record(tx, {
        actor: operator.name,
        action: 'operator.key_added',
        subject: operator.id,
        detail: { ...detail, replaces: old?.fingerprint ?? null },
      })
      return old
    })
    if (before) await signing.forget(before)
    return { key, sign: opened }
  }
}

/** For where there is no vault: keys of this session only, and every answer says so. */
export function sessionKeys(): SigningKeys {
  const held = new Map<string, Sign>()
  return {
    async make() {
      const { publicKey, privateKey } = generateKeyPairSync('ed25519')
      const spki = publicKey.export({ format: 'der', type: 'spki' })
      const digest = createHash('sha256').update(spki).digest('base64').replace(/=+$/, '')
      const fingerprint = `SHA256:${digest}`
      held.set(fingerprint, (text) =>
        signBytes(null, Buffer.from(text, 'utf8'), privateKey).toString('base64'),
      )
      return { fingerprint, publicKey: spki.toString('base64'), keptIn: 'memory', sealed: null }
    },
    open: async ({ fingerprint }) => held.get(fingerprint),
    forget: async ({ fingerprint }) => void held.delete(fingerprint),
  }
}
