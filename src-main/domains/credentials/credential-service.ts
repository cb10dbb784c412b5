import { Refusal } from '#contract'
import type { Credential } from '#contract/credentials'
import type { CredentialId } from '#contract/primitives'
import type { Audit } from '#domains/audit'
import type { Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { afterCommit, type Database, type Db, transact } from '#platform/database'
import type { Events } from '#platform/events'
import { newId } from '#platform/ids'
import type { Masking } from '#platform/masking'
import { type CheckedSecret, checkSecret } from './credential'
import type { CredentialRepository, StoredCredential } from './credential-repository'
import { type MasterKey, seal, unseal } from './sealing'
import type { Secret } from './secret'
import type { Vault } from './vault'

export interface LeasedCredential {
  readonly name: string
  readonly kind: Credential['kind']
  readonly secret: Secret
  readonly passphrase: Secret | undefined
}

export interface Credentials extends Serves<'credentials'> {
  /** Opens one secret for one use, and masks it everywhere from now on. Throws Refusal `vault_locked` or `not_found`. */
  lease(id: CredentialId, purpose: string): Promise<LeasedCredential>
  nameOf(id: CredentialId): Promise<string | undefined>
  /** The connections domain tells which credentials are in use, so that removing one can be refused. */
  onRemove(check: (id: CredentialId) => Promise<string | undefined>): void
}

interface Needs {
  database: Database
  repository: CredentialRepository
  clock: Clock
  events: Events
  audit: Audit
  masking: Masking
  vault: Vault
  console: string
}

export function createCredentialService(needs: Needs): Credentials {
  const { database, repository, clock, audit, masking, vault, console } = needs
  const checks: ((id: CredentialId) => Promise<string | undefined>)[] = []

  async function openKey(): Promise<MasterKey> {
    await vault.open()
    const key = vault.key()
    if (key) return key
    throw new Refusal('vault_locked', vault.status().detail)
  }
  async function getStored(id: CredentialId, tx?: Db): Promise<StoredCredential> {
    const stored = await repository.find(id, tx)
    if (stored) return stored
    throw new Refusal('not_found', `There is no credential ${id}. It may have been removed.`)
  }
  function sealAll(key: MasterKey, id: CredentialId, checked: CheckedSecret) {
    const { secret, passphrase, fingerprint } = checked
    mask(checked)
    return {
      fingerprint,
      console,
      keyId: key.id,
      sealedSecret: seal(key, { id, purpose: 'secret' }, secret),
      sealedPassphrase: passphrase ? seal(key, { id, purpose: 'passphrase' }, passphrase) : null,
    }
  }
  function mask({ secret, passphrase }: Pick<CheckedSecret, 'secret' | 'passphrase'>): void {
    masking.add(secret.reveal())
    if (passphrase) masking.add(passphrase.reveal())
  }
  async function tell(tx: Db, actor: string, action: string, subject: string, detail: object) {
    await audit.record(tx, { actor, action, subject, detail })
    afterCommit(tx, () => needs.events.publish('credentials.changed', {}))
  }

  return {
    vault: () => vault.status(),
    async unlock() {
      await vault.open()
      needs.events.publish('credentials.changed', {})
      return vault.status()
    },
    async list() {
      const all = await repository.all()
      return all.map(toLabel)
    },
    async create({ name, kind, secret, passphrase }, { operator }) {
      const checked = checkSecret({ kind, secret, passphrase })
      const key = await openKey()
      const id = newId<CredentialId>('crd')
      const made = {
        id,
        name,
        kind,
        ...sealAll(key, id, checked),
        createdAt: clock.now(),
        lastUsedAt: null,
      }
      await transact(database.db, async (tx) => {
        if (await repository.isNameTaken(name, tx))
          throw new Refusal(
            'conflict',
            `There is a credential called ${name} already. Nothing was stored.`,
          )
        await repository.save(made, tx)
        const { fingerprint } = made
        await tell(tx, operator.name, 'credential.created', id, { name, kind, fingerprint })
      })
      return toLabel(made)
    },
    async rotate({ id, secret, passphrase }, { operator }) {
      const { kind } = await getStored(id)
      const checked = checkSecret({ kind, secret, passphrase })
      const key = await openKey()
      const sealed = sealAll(key, id, checked)
      return transact(database.db, async (tx) => {
        const before = await getStored(id, tx)
        const next = { ...before, ...sealed }
        await repository.save(next, tx)
        const { name } = before
        const { fingerprint } = sealed
        await tell(tx, operator.name, 'credential.rotated', id, { name, kind, fingerprint })
        return toLabel(next)
      })
    },
    async remove({ id }, { operator }) {
      const { name, kind } = await getStored(id)
      for (const check of checks) {
        const why = await check(id)
        if (why) throw new Refusal('conflict', `${name} was not removed. ${why}`)
      }
      await transact(database.db, async (tx) => {
        await repository.remove(id, tx)
        await tell(tx, operator.name, 'credential.removed', id, { name, kind })
      })
      return {}
    },
    async lease(id, purpose) {
      const stored = await getStored(id)
      const key = await openKey()
      const opened = openAll(key, stored, vault)
      mask(opened)
      await transact(database.db, async (tx) => {
        await repository.touch(id, clock.now(), tx)
        const { name } = stored
        await audit.record(tx, {
          actor: 'quarterdeck',
          action: 'credential.leased',
          subject: id,
          detail: { name, purpose },
        })
        afterCommit(tx, () => needs.events.publish('credentials.changed', {}))
      })
      return { name: stored.name, kind: stored.kind, ...opened }
    },
    nameOf: (id) => repository.nameOf(id),
    onRemove: (check) => void checks.push(check),
  }
}

function openAll(key: MasterKey, stored: StoredCredential, vault: Vault) {
  const { id, name, keyId, sealedSecret, sealedPassphrase } = stored
  if (keyId !== key.id) {
    const where =
      vault.status().tier === 'memory'
        ? 'was entered in an earlier session, and this vault keeps secrets for one session only'
        : `was sealed on another console (${stored.console})`
    throw new Refusal('vault_locked', `${name} ${where}. Enter it again with Rotate.`)
  }
  const secret = unseal(key, { id, purpose: 'secret' }, sealedSecret)
  const passphrase =
    sealedPassphrase === null
      ? undefined
      : unseal(key, { id, purpose: 'passphrase' }, sealedPassphrase)
  if (!secret || (sealedPassphrase !== null && !passphrase))
    throw new Refusal(
      'vault_locked',
      `The stored secret of ${name} was changed or damaged and does not open. Enter it again with Rotate.`,
    )
  return { secret, passphrase }
}

function toLabel(stored: StoredCredential): Credential {
  const { id, name, kind, fingerprint, createdAt, lastUsedAt } = stored
  return { id, name, kind, fingerprint, createdAt, lastUsedAt }
}
