import { Refusal } from '#contract'
import type { Credential, VaultStatus } from '#contract/credentials'
import type { CredentialId } from '#contract/primitives'
import type { Audit } from '#domains/audit'
import type { Caller, Serves } from '#platform/caller'
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
  const { repository, vault, events } = needs
  const checks: ((id: CredentialId) => Promise<string | undefined>)[] = []
  return {
    vault: () => describeVault(needs),
    async unlock() {
      await vault.open()
      events.publish('credentials.changed', {})
      return describeVault(needs)
    },
    async list() {
      const all = await repository.all()
      return all.map(toLabel)
    },
    create: (draft, caller) => create(needs, draft, caller),
    rotate: (change, caller) => rotate(needs, change, caller),
    async remove({ id }, caller) {
      const { name } = await getStored(needs, id)
      for (const check of checks) {
        const why = await check(id)
        if (why) throw new Refusal('conflict', `${name} was not removed. ${why}`)
      }
      await remove(needs, id, caller)
      return {}
    },
    lease: (id, purpose) => lease(needs, id, purpose),
    nameOf: (id) => repository.nameOf(id),
    onRemove: (check) => void checks.push(check),
  }
}

/** In tier `memory` it says so: whoever enters a secret has to know that it will be gone. */
async function describeVault({ vault, repository, console }: Needs): Promise<VaultStatus> {
  const status = vault.status()
  const key = vault.key()
  if (status.tier !== 'memory' || !key) return status
  const all = await repository.all()
  const lost = all.filter((stored) => stored.console === console && stored.keyId !== key.id)
  const names = lost.map(({ name }) => name).join(', ')
  const detail =
    'Secrets are kept for this session only and are forgotten when Quarterdeck stops.' +
    (lost.length === 0
      ? ''
      : ` Of earlier sessions and unreadable: ${names}. Enter them again with Rotate.`)
  return { ...status, detail }
}

type Order<K extends 'create' | 'rotate'> = Parameters<Serves<'credentials'>[K]>[0]

async function create(
  needs: Needs,
  { name, kind, secret, passphrase }: Order<'create'>,
  { operator }: Caller,
): Promise<Credential> {
  const { repository, clock } = needs
  const checked = checkSecret({ kind, secret, passphrase })
  const key = await openKey(needs)
  const id = newId<CredentialId>('crd')
  const sealed = sealAll(needs, key, id, checked)
  const made = { id, name, kind, ...sealed, createdAt: clock.now(), lastUsedAt: null }
  await transact(needs.database.db, async (tx) => {
    if (await repository.isNameTaken(name, tx))
      throw new Refusal(
        'conflict',
        `There is a credential called ${name} already. Nothing was stored.`,
      )
    await repository.save(made, tx)
    const { fingerprint } = made
    await tell(needs, tx, operator.name, 'credential.created', id, { name, kind, fingerprint })
  })
  return toLabel(made)
}

async function rotate(
  needs: Needs,
  { id, secret, passphrase }: Order<'rotate'>,
  { operator }: Caller,
): Promise<Credential> {
  const { kind } = await getStored(needs, id)
  const checked = checkSecret({ kind, secret, passphrase })
  const key = await openKey(needs)
  const sealed = sealAll(needs, key, id, checked)
  return transact(needs.database.db, async (tx) => {
    const next = { ...(await getStored(needs, id, tx)), ...sealed }
    await needs.repository.save(next, tx)
    const { name, fingerprint } = next
    await tell(needs, tx, operator.name, 'credential.rotated', id, { name, kind, fingerprint })
    return toLabel(next)
  })
}

async function remove(needs: Needs, id: CredentialId, { operator }: Caller): Promise<void> {
  await transact(needs.database.db, async (tx) => {
    const { name, kind } = await getStored(needs, id, tx)
    await needs.repository.remove(id, tx)
    await tell(needs, tx, operator.name, 'credential.removed', id, { name, kind })
  })
}

async function lease(needs: Needs, id: CredentialId, purpose: string): Promise<LeasedCredential> {
  const stored = await getStored(needs, id)
  const key = await openKey(needs)
  const opened = openAll(key, stored, needs.vault.status().tier)
  mask(needs.masking, opened)
  const { name, kind } = stored
  await transact(needs.database.db, async (tx) => {
    await needs.repository.touch(id, needs.clock.now(), tx)
    await tell(needs, tx, 'quarterdeck', 'credential.leased', id, { name, purpose })
  })
  return { name, kind, ...opened }
}

async function openKey({ vault }: Needs): Promise<MasterKey> {
  await vault.open()
  const key = vault.key()
  if (key) return key
  throw new Refusal('vault_locked', vault.status().detail)
}

async function getStored(
  { repository }: Needs,
  id: CredentialId,
  tx?: Db,
): Promise<StoredCredential> {
  const stored = await repository.find(id, tx)
  if (stored) return stored
  throw new Refusal('not_found', `There is no credential ${id}. It may have been removed.`)
}

function sealAll(
  { masking, console }: Needs,
  key: MasterKey,
  id: CredentialId,
  checked: CheckedSecret,
) {
  const { secret, passphrase, fingerprint } = checked
  mask(masking, checked)
  return {
    fingerprint,
    console,
    keyId: key.id,
    sealedSecret: seal(key, { id, purpose: 'secret' }, secret),
    sealedPassphrase: passphrase ? seal(key, { id, purpose: 'passphrase' }, passphrase) : null,
  }
}

function mask(
  masking: Masking,
  { secret, passphrase }: Pick<CheckedSecret, 'secret' | 'passphrase'>,
) {
  masking.add(secret.reveal())
  if (passphrase) masking.add(passphrase.reveal())
}

/** Writes down what was done to a credential in the transaction that does it. */
async function tell(
  { audit, events }: Needs,
  tx: Db,
  actor: string,
  action: string,
  subject: string,
  detail: object,
): Promise<void> {
  await audit.record(tx, { actor, action, subject, detail })
  afterCommit(tx, () => events.publish('credentials.changed', {}))
}

function openAll(key: MasterKey, stored: StoredCredential, tier: VaultStatus['tier']) {
  const { id, name, keyId, sealedSecret, sealedPassphrase } = stored
  if (keyId !== key.id) {
    const where =
      tier === 'memory'
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
