import { Refusal } from '#contract'
import type { Credential } from '#contract/credentials'
import type { CredentialId } from '#contract/primitives'
import type { Caller, Serves } from '#platform/caller'
import { type Db, transact } from '#platform/database'
import { newId } from '#platform/ids'
import { type CheckedSecret, checkSecret, makeKeyPair } from './credential'
import { getStored, maskParts, openKey, type ServiceNeeds, tell, toLabel } from './credential-needs'
import type { StoredCredential } from './credential-repository'
import { sealParts } from './credential-sealing'
import type { MasterKey } from './sealing'
import { changedMeanwhile } from './vault-keys'

type Order<K extends 'create' | 'generate' | 'rotate' | 'rename' | 'limit'> = Parameters<
  Serves<'credentials'>[K]
>[0]

/** Every order that changes a stored credential, each with its audit entry and its news. */
export function createOrders(needs: ServiceNeeds) {
  return {
    create: async (order: Order<'create'>, caller: Caller) =>
      add(needs, order, checkSecret(order), caller),
    generate: async ({ name, type }: Order<'generate'>, caller: Caller) => {
      await openKey(needs) // before seconds of work for nothing
      return add(needs, { name, kind: 'private_key' }, await makeKeyPair(type), caller)
    },
    rotate: (order: Order<'rotate'>, caller: Caller) => rotate(needs, order, caller),
    rename: (order: Order<'rename'>, caller: Caller) => rename(needs, order, caller),
    limit: (order: Order<'limit'>, caller: Caller) => limit(needs, order, caller),
    remove: (id: CredentialId, caller: Caller) => remove(needs, id, caller),
  }
}

async function add(
  needs: ServiceNeeds,
  { name, kind }: Pick<Credential, 'name' | 'kind'>,
  checked: CheckedSecret,
  { operator }: Caller,
): Promise<Credential> {
  const key = await openKey(needs)
  const made = await transact(needs.database.db, async (tx) => {
    await refuseTakenName(needs, name, null, tx)
    return addSealed(needs, tx, key, { name, kind, runbooks: null, checked }, operator.name)
  })
  return toLabel(needs, made)
}

export interface NewCredential extends Pick<Credential, 'name' | 'kind' | 'runbooks'> {
  readonly checked: CheckedSecret
}

export async function addSealed(
  needs: ServiceNeeds,
  tx: Db,
  key: MasterKey,
  { name, kind, runbooks, checked }: NewCredential,
  actor: string,
): Promise<StoredCredential> {
  const id = newId<CredentialId>('crd')
  const sealed = await sealAll(needs, tx, key, id, checked)
  const made = { id, name, kind, runbooks, ...sealed, createdAt: needs.clock.now() }
  const stored = { ...made, lastUsedAt: null }
  await needs.repository.save(stored, tx)
  const detail = { name, kind, fingerprint: stored.fingerprint }
  await tell(needs, tx, { actor, action: 'credential.created', subject: id, detail })
  return stored
}

async function rotate(
  needs: ServiceNeeds,
  { id, ...given }: Order<'rotate'>,
  { operator }: Caller,
): Promise<Credential> {
  const { kind } = await getStored(needs, id)
  const checked = checkSecret({ kind, ...given })
  const key = await openKey(needs)
  return transact(needs.database.db, async (tx) => {
    const stored = await getStored(needs, id, tx)
    return toLabel(needs, await replaceSealed(needs, tx, key, { stored, checked }, operator.name))
  })
}

export async function replaceSealed(
  needs: ServiceNeeds,
  tx: Db,
  key: MasterKey,
  { stored, checked }: { stored: StoredCredential; checked: CheckedSecret },
  actor: string,
): Promise<StoredCredential> {
  const { id, name, kind } = stored
  const next = { ...stored, ...(await sealAll(needs, tx, key, id, checked)) }
  await needs.repository.save(next, tx)
  const detail = { name, kind, fingerprint: next.fingerprint }
  await tell(needs, tx, { actor, action: 'credential.rotated', subject: id, detail })
  return next
}

async function rename(
  needs: ServiceNeeds,
  { id, name }: Order<'rename'>,
  { operator }: Caller,
): Promise<Credential> {
  return transact(needs.database.db, async (tx) => {
    const stored = await getStored(needs, id, tx)
    await refuseTakenName(needs, name, id, tx)
    const next = { ...stored, name }
    await needs.repository.save(next, tx)
    const detail = { name, before: stored.name }
    const actor = operator.name
    await tell(needs, tx, { actor, action: 'credential.renamed', subject: id, detail })
    return toLabel(needs, next)
  })
}

async function limit(
  needs: ServiceNeeds,
  { id, runbooks }: Order<'limit'>,
  { operator }: Caller,
): Promise<Credential> {
  return transact(needs.database.db, async (tx) => {
    const stored = await getStored(needs, id, tx)
    const next = { ...stored, runbooks: runbooks && [...new Set(runbooks)] }
    await needs.repository.save(next, tx)
    const detail = { name: stored.name, runbooks: next.runbooks, before: stored.runbooks }
    const actor = operator.name
    await tell(needs, tx, { actor, action: 'credential.limited', subject: id, detail })
    return toLabel(needs, next)
  })
}

async function remove(needs: ServiceNeeds, id: CredentialId, { operator }: Caller): Promise<void> {
  await transact(needs.database.db, async (tx) => {
    const { name, kind } = await getStored(needs, id, tx)
    await needs.repository.remove(id, tx)
    const detail = { name, kind }
    const actor = operator.name
    await tell(needs, tx, { actor, action: 'credential.removed', subject: id, detail })
  })
}

async function refuseTakenName(
  { repository }: ServiceNeeds,
  name: string,
  except: CredentialId | null,
  tx: Db,
): Promise<void> {
  const found = await repository.findByName(name, tx)
  if (!found || found.id === except) return
  throw new Refusal('conflict', `There is a credential called ${name} already. Nothing was stored.`)
}

/** Refused with `conflict` when the vault's key was changed since `key` was taken: it would open with no key at all. */
async function sealAll(
  { masking, repository, console }: ServiceNeeds,
  tx: Db,
  key: MasterKey,
  id: CredentialId,
  checked: CheckedSecret,
) {
  if ((await repository.holdVault(console, tx)) !== key.id) throw changedMeanwhile()
  const { secret, passphrase, ...shown } = checked
  maskParts(masking, checked)
  return { ...shown, console, keyId: key.id, ...sealParts(key, id, { secret, passphrase }) }
}
