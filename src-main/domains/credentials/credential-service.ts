import { Refusal } from '#contract'
import type { VaultStatus } from '#contract/credentials'
import type { CredentialId } from '#contract/primitives'
import type { Serves } from '#platform/caller'
import { transact } from '#platform/database'
import { getStored, maskParts, type ServiceNeeds, toLabel } from './credential-needs'
import { createOrders } from './credential-orders'
import { unsealParts } from './credential-sealing'
import type { IdleLock } from './idle-lock'
import type { LeaseUse } from './lease'
import { createLeases, type LeasedCredential } from './lease-service'
import { createTransfer } from './transfer-service'

export interface Credentials extends Serves<'credentials'> {
  /**
   * Opens one secret for one use, writes down for what, and masks it everywhere from now on. Throws Refusal
   * `vault_locked`, `not_found`, or `forbidden` when it is limited to other runbooks.
   */
  lease(id: CredentialId, use: LeaseUse): Promise<LeasedCredential>
  /** The same question without the secret, for what is signed in already. Throws the same refusals. */
  admit(id: CredentialId, use: LeaseUse): Promise<unknown>
  /** False while nothing is given out. */
  isOpen(): boolean
  /** The screen was locked: the vault too. */
  lockWithScreen(): void
  nameOf(id: CredentialId): Promise<string | undefined>
  /** The connections domain tells which credentials are in use, so that removing one can be refused. */
  onRemove(check: (id: CredentialId) => Promise<string | undefined>): void
}

interface Needs extends ServiceNeeds {
  idle: IdleLock
}

export function createCredentialService(needs: Needs): Credentials {
  const { repository, vault } = needs
  const checks: ((id: CredentialId) => Promise<string | undefined>)[] = []
  const { remove, ...orders } = createOrders(needs)
  return {
    ...createVaultOrders(needs),
    ...orders,
    ...createLeases(needs),
    ...createTransfer(needs),
    async list() {
      const all = await repository.all()
      return all.map((stored) => toLabel(needs, stored))
    },
    async remove({ id }, caller) {
      const { name } = await getStored(needs, id)
      for (const check of checks) {
        const why = await check(id)
        if (why) throw new Refusal('conflict', `${name} was not removed. ${why}`)
      }
      await remove(id, caller)
      return {}
    },
    isOpen: () => vault.key() !== undefined,
    nameOf: (id) => repository.nameOf(id),
    onRemove: (check) => void checks.push(check),
  }
}

function createVaultOrders(needs: Needs) {
  const { vault, events, audit, database, console, idle } = needs
  /** What was typed to open it is masked like what is in it. */
  async function opened(...typed: string[]) {
    for (const passphrase of typed) needs.masking.add(passphrase)
    await maskAll(needs)
    events.publish('credentials.changed', {})
    return describeVault(needs)
  }
  const tellOf = (action: string, actor: string, detail: object = {}) =>
    transact(database.db, (tx) => audit.record(tx, { actor, action, subject: console, detail }))
  return {
    vault: () => describeVault(needs),
    async unlock({ passphrase = '' }, { operator }) {
      const wasOpen = vault.key() !== undefined
      try {
        await vault.unlock(passphrase)
      } catch (error) {
        events.publish('credentials.changed', {}) // a wrong one may make everybody wait
        throw error
      }
      idle.seen()
      if (!wasOpen && vault.key()) await tellOf('vault.unlocked', operator.name)
      return opened(passphrase)
    },
    async lock(_, { operator }) {
      if (vault.lock('operator')) await tellOf('vault.locked', operator.name, { by: 'operator' })
      events.publish('credentials.changed', {})
      return describeVault(needs)
    },
    lockWithScreen: () => idle.lock('screen'),
    present: () => {
      idle.seen()
      return {}
    },
    async rekey(order, { operator }) {
      await vault.rekey({ ...order, operator: operator.name })
      return opened(order.passphrase, order.newPassphrase)
    },
    async startOver({ newPassphrase }, { operator }) {
      await vault.startOver(newPassphrase, operator.name)
      return opened(newPassphrase)
    },
  } satisfies Partial<Credentials>
}

/** A host may print a secret that nobody borrowed for it: all are masked as soon as the vault is open. */
export async function maskAll({
  vault,
  repository,
  masking,
  database,
}: ServiceNeeds): Promise<void> {
  const key = vault.key()
  if (!key) return
  for (const stored of await repository.sealedWith(key.id, database.db)) {
    const parts = unsealParts(key, stored)
    if (parts) maskParts(masking, parts)
  }
}

/** Names what has to be entered again; in tier `memory` it says that it will be gone. */
async function describeVault({ vault, repository, console }: ServiceNeeds): Promise<VaultStatus> {
  const status = await vault.status()
  const key = vault.key()
  if (!key) return status
  const all = await repository.all()
  const lost = all.filter((stored) => stored.console === console && stored.keyId !== key.id)
  const names = lost.map(({ name }) => name).join(', ')
  const unreadable =
    status.tier === 'memory'
      ? `Of earlier sessions and unreadable: ${names}.`
      : `Sealed with a key that is gone, and unreadable: ${names}.`
  const detail = [
    status.detail,
    status.tier === 'memory' ? MEMORY : '',
    lost.length === 0 ? '' : `${unreadable} Enter them again with Replace.`,
  ]
  return { ...status, detail: detail.filter(Boolean).join(' ') }
}

const MEMORY = 'Secrets are kept for this session only and are forgotten when Quarterdeck stops.'
