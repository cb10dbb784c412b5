import { Refusal } from '#contract'
import type { Credential, LeaseId, VaultTier } from '#contract/credentials'
import type { CredentialId } from '#contract/primitives'
import { transact } from '#platform/database'
import { newId } from '#platform/ids'
import { parseCursor, toCursor } from '#platform/pages'
import type { Serves } from '#platform/caller'
import type { StoredCredential } from './credential-repository'
import { type SecretParts, unsealParts } from './credential-sealing'
import { getStored, maskParts, openKey, type ServiceNeeds, tell } from './credential-needs'
import { type LeaseUse, objectionTo } from './lease'
import type { MasterKey } from './sealing'

export interface LeasedCredential extends SecretParts {
  readonly name: string
  readonly kind: Credential['kind']
  /** OpenSSH's one line, or PEM. */
  readonly certificate: string | undefined
}

/** Gives secrets out, and writes down each time to whom and for what. */
export function createLeases(needs: ServiceNeeds) {
  return {
    lease: (id: CredentialId, use: LeaseUse) => lease(needs, id, use),
    admit: (id: CredentialId, use: LeaseUse) => admit(needs, id, use),
    leases: ((input) => list(needs, input)) as LeasesCall,
  }
}

type LeasesCall = (
  input: Parameters<Serves<'credentials'>['leases']>[0],
) => ReturnType<Serves<'credentials'>['leases']>

async function lease(
  needs: ServiceNeeds,
  id: CredentialId,
  use: LeaseUse,
): Promise<LeasedCredential> {
  const stored = await admit(needs, id, use)
  const { name, kind, certificate } = stored
  const opened = await openStored(needs, stored)
  maskParts(needs.masking, opened)
  await write(needs, stored, use, null)
  return { name, kind, certificate: certificate ?? undefined, ...opened }
}

/** Also for what is signed in already: a line that one runbook opened is no way around the limit for another one. */
async function admit(
  needs: ServiceNeeds,
  id: CredentialId,
  use: LeaseUse,
): Promise<StoredCredential> {
  const stored = await getStored(needs, id)
  const objection = objectionTo(stored, use)
  if (objection) {
    await write(needs, stored, use, objection)
    throw new Refusal('forbidden', objection)
  }
  await openKey(needs)
  return stored
}

async function openStored(needs: ServiceNeeds, stored: StoredCredential): Promise<SecretParts> {
  const key = await openKey(needs)
  // It may have been resealed between the two; then it fits the new key when it is read again.
  const now = stored.keyId === key.id ? stored : await getStored(needs, stored.id)
  const opened = now.keyId === key.id ? unsealParts(key, now) : undefined
  if (opened) return opened
  throw new Refusal('vault_locked', whyNot(now, key, needs))
}

function whyNot(
  { name, keyId, console: sealedOn }: StoredCredential,
  key: MasterKey,
  { vault, console }: ServiceNeeds,
): string {
  if (keyId === key.id)
    return `The stored secret of ${name} was changed or damaged and does not open. Enter it again with Replace.`
  const where =
    sealedOn === console ? GONE[vault.tier()] : `was sealed on another console (${sealedOn})`
  return `${name} ${where}. Enter it again with Replace.`
}

const KEY_IS_GONE = 'was sealed with a key that is gone'
const GONE: Record<VaultTier, string> = {
  memory: 'was entered in an earlier session, and this vault keeps secrets for one session only',
  'os-keychain': KEY_IS_GONE,
  passphrase: KEY_IS_GONE,
  'insecure-file': KEY_IS_GONE,
}

async function write(
  needs: ServiceNeeds,
  { id: credentialId, name }: StoredCredential,
  { purpose, subject, connectionId, run, operator }: LeaseUse,
  refused: string | null,
): Promise<void> {
  const id = newId<LeaseId>('lse')
  const at = needs.clock.now()
  const who = run?.operator ?? operator ?? null
  const { runId = null, runbookId = null, step = null } = run ?? {}
  const place = { connectionId: connectionId ?? null, runId, runbookId, step }
  const facts = { purpose, subject, ...place, refused }
  await transact(needs.database.db, async (tx) => {
    await needs.leases.add({ id, credentialId, at, operator: who, ...facts }, tx)
    if (refused === null) await needs.repository.touch(credentialId, at, tx)
    const action = refused === null ? 'credential.leased' : 'credential.refused'
    const detail = { name, lease: id, ...facts }
    await tell(needs, tx, { actor: who ?? 'quarterdeck', action, subject: credentialId, detail })
  })
}

async function list(
  { leases }: ServiceNeeds,
  { id, cursor, limit }: Parameters<Serves<'credentials'>['leases']>[0],
) {
  const [before] = (parseCursor(cursor, 1) ?? []) as LeaseId[]
  const items = await leases.before(id, before, limit)
  const next = items.length === limit ? toCursor([items.at(-1)!.id]) : null
  return { items, next, total: await leases.count(id) }
}
