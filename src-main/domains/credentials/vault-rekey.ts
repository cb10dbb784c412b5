import { Refusal } from '#contract'
import type { VaultTier } from '#contract/credentials'
import type { Db } from '#platform/database'
import type { StoredVault } from './credential-repository'
import { sealParts, unsealParts } from './credential-sealing'
import { refuseWeakPassphrase } from './passphrase'
import type { MasterKey } from './sealing'
import { Secret } from './secret'
import { installKey, inWords, sweepLeftovers, type VaultNeeds } from './vault-keys'

export interface RekeyOrder {
  readonly to: VaultTier
  /** The present one, where a passphrase seals the vault now. */
  readonly passphrase: string
  /** Empty keeps the present one. */
  readonly newPassphrase: string
  readonly operator: string
}

interface Rekey extends RekeyOrder {
  /** The key that is open now. */
  readonly present: MasterKey | undefined
  readonly allowed: readonly VaultTier[]
}

/** A new master key, in the same tier or another one: every secret is resealed, or none. */
export async function rekey(needs: VaultNeeds, order: Rekey): Promise<MasterKey> {
  const { repository, audit, console } = needs
  const { to, allowed, operator } = order
  if (!allowed.includes(to))
    throw new Refusal(
      'forbidden',
      `Quarterdeck goes over to this tier only when it is started with \`--vault ${to}\`. Nothing was changed.`,
    )
  const before = await repository.findVault(console)
  if (!before) throw new Refusal('conflict', 'There is no vault yet. Unlock it first.')
  const passphrase = newPassphraseOf(order, before)
  try {
    const from = await keyOf(needs, before, order)
    const key = await installKey(needs, {
      before,
      tier: to,
      passphrase,
      async within(tx, next) {
        const secrets = await reseal(needs, tx, from, next)
        const keys = { keyId: next.id, oldKeyId: from.id }
        const detail = { from: before.tier, to, secrets, ...keys, newPassphrase: isNew(order, to) }
        await audit.record(tx, {
          actor: operator,
          action: actionOf(before, to),
          subject: console,
          detail,
        })
      },
    })
    await sweepLeftovers(needs)
    return key
  } catch (error) {
    throw inWords(error)
  }
}

const actionOf = (before: StoredVault, to: VaultTier) =>
  before.tier === to ? 'vault.key_rotated' : 'vault.moved'
const isNew = ({ newPassphrase }: RekeyOrder, to: VaultTier) =>
  to === 'passphrase' && newPassphrase !== ''

function newPassphraseOf(order: RekeyOrder, before: StoredVault): Secret | undefined {
  const { to, passphrase, newPassphrase } = order
  if (to !== 'passphrase') return undefined
  if (newPassphrase === '' && before.tier === 'passphrase') return new Secret(passphrase)
  refuseWeakPassphrase(newPassphrase)
  return new Secret(newPassphrase)
}

/** The key that seals now. A passphrase is asked for again, also while the vault is open: a chair may be empty. */
async function keyOf(
  { places, tries }: VaultNeeds,
  before: StoredVault,
  { present, passphrase }: Rekey,
): Promise<MasterKey> {
  if (before.tier !== 'passphrase') {
    const key = present ?? (await places.load(before, undefined))
    if (key?.id === before.keyId) return key
    throw new Refusal(
      'vault_locked',
      'The key that the secrets are sealed with is not there, so they cannot be resealed. Nothing was changed.',
    )
  }
  tries.refuseTooSoon()
  const key = passphrase === '' ? undefined : await places.load(before, new Secret(passphrase))
  if (!key) throw tries.failed()
  tries.worked()
  return key
}

/** How many. Refused with `conflict` when one does not open: resealing would lose it for good. */
async function reseal(
  { repository }: VaultNeeds,
  tx: Db,
  from: MasterKey,
  to: MasterKey,
): Promise<number> {
  const all = await repository.sealedWith(from.id, tx)
  for (const stored of all) {
    const opened = unsealParts(from, stored)
    if (!opened)
      throw new Refusal(
        'conflict',
        `The stored secret of ${stored.name} was changed or damaged and does not open. Replace or remove it first. Nothing was changed.`,
      )
    await repository.save({ ...stored, keyId: to.id, ...sealParts(to, stored.id, opened) }, tx)
  }
  return all.length
}
