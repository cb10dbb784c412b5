import type { VaultStatus, VaultTier } from '#contract/credentials'
import { Refusal } from '#contract'
import type { StoredVault } from './credential-repository'
import { KeychainError } from './keychain'
import { refuseWeakPassphrase } from './passphrase'
import type { MasterKey } from './sealing'
import { Secret } from './secret'
import { installKey, startOver, sweepLeftovers, type VaultNeeds } from './vault-keys'
import { type RekeyOrder, rekey } from './vault-rekey'
import {
  ASK_NEW_PASSPHRASE,
  ASK_PASSPHRASE,
  explainTrouble,
  INSECURE,
  lockedWords,
  lostKey,
  otherTier,
} from './vault-words'

type LockedBy = NonNullable<VaultStatus['lockedBy']>

/** Holds the master key while it is open. Never makes a new key while secrets of an old one are in the store. */
export interface Vault {
  status(): Promise<VaultStatus>
  tier(): VaultTier
  key(): MasterKey | undefined
  /** Why there is no key, and what to do. */
  why(): string
  /** Tries to open without a person: asks the keychain again when it was shut, never what a person locked. */
  open(): Promise<void>
  /** For a person. Refused with `invalid_input` for a wrong passphrase, with `too_much` after too many. */
  unlock(passphrase: string): Promise<void>
  /** False when it was shut already. Until `unlock` nothing is given out. */
  lock(by: LockedBy): boolean
  rekey(order: RekeyOrder): Promise<void>
  startOver(newPassphrase: string, operator: string): Promise<void>
}

/** What came of trying: the key, or the reason why there is none. */
type Opening =
  | { readonly key: MasterKey }
  | {
      readonly key?: never
      readonly state: Exclude<VaultStatus['state'], 'unlocked'>
      readonly why: string
      readonly asks?: VaultStatus['asks']
    }

/** Follows the store in silence only where that hides nothing: `memory` and `insecure-file` are asked for each time. */
function tierFor(asked: VaultTier | undefined, stored: StoredVault | undefined): VaultTier {
  return asked ?? (stored?.tier === 'passphrase' ? 'passphrase' : 'os-keychain')
}

export async function openVault(needs: VaultNeeds): Promise<Vault> {
  const { repository, tries, log, console } = needs
  const inTurn = createTurns()
  let tier = tierFor(needs.tier, await repository.findVault(console))
  let now: Opening = { state: 'unavailable', why: '' }
  let held: LockedBy | null = null
  let inMemory: MasterKey | undefined // of a vault that is locked and kept nowhere else

  async function tryToOpen(passphrase?: Secret): Promise<void> {
    const before = now
    now = await open(needs, tier, passphrase)
    if (now.key) await sweepLeftovers(needs)
    else if (JSON.stringify(now) !== JSON.stringify(before))
      log.warn({ tier, state: now.state, why: now.why }, 'the vault is shut')
  }
  const vault: Vault = {
    tier: () => tier,
    key: () => now.key,
    why: () => (now.key ? '' : now.why),
    async status() {
      const stored = await repository.findVault(console)
      const sealed = stored ? await repository.countSealedWith(stored.keyId) : 0
      const facts = { tier, lockedBy: held, sealed, movesTo: movesTo(needs.tier, tier) }
      const from = { sealedIn: stored?.tier ?? null, keyMadeAt: stored?.createdAt ?? null }
      return { ...toState(now, tier), ...facts, ...from, retryAt: tries.retryAt() }
    },
    async open() {
      if (now.key || held) return
      await inTurn(async () => (now.key || held ? undefined : tryToOpen()))
    },
    unlock: (passphrase) =>
      inTurn(async () => {
        if (now.key) return
        if (inMemory) now = { key: inMemory }
        else await tryToOpen(passphrase === '' ? undefined : new Secret(passphrase))
        inMemory = undefined
        held = null
      }),
    lock(by) {
      if (!now.key) return false
      if (tier === 'memory') inMemory = now.key
      held = by
      const asks = tier === 'passphrase' ? 'passphrase' : 'nothing'
      now = { state: 'locked', why: lockedWords(by, tier), asks }
      return true
    },
    rekey: (order) =>
      inTurn(async () => {
        if (held) throw new Refusal('vault_locked', vault.why())
        now = { key: await rekey(needs, { present: now.key, allowed: vaultMoves(), ...order }) }
        tier = order.to
      }),
    startOver: (newPassphrase, operator) =>
      inTurn(async () => {
        if (now.key || held || inMemory)
          throw new Refusal('conflict', 'The vault can be opened. Nothing was given up.')
        now = { key: await startOver(needs, tier, newPassphrase, operator) }
      }),
  }
  const vaultMoves = () => movesTo(needs.tier, tier)
  await vault.open()
  return vault
}

/** Tiers that keep a secret worse are only gone to when Quarterdeck was started with them. */
function movesTo(asked: VaultTier | undefined, now: VaultTier): VaultTier[] {
  const tiers: VaultTier[] = ['os-keychain', 'passphrase', ...(asked ? [asked] : []), now]
  return [...new Set(tiers)]
}

function toState(now: Opening, tier: VaultTier): Pick<VaultStatus, 'state' | 'detail' | 'asks'> {
  if (!now.key) return { state: now.state, detail: now.why, asks: now.asks ?? 'nothing' }
  return { state: 'unlocked', detail: tier === 'insecure-file' ? INSECURE : '', asks: 'nothing' }
}

async function open(
  needs: VaultNeeds,
  tier: VaultTier,
  passphrase: Secret | undefined,
): Promise<Opening> {
  try {
    return await openOrThrow(needs, tier, passphrase)
  } catch (error) {
    if (!(error instanceof KeychainError)) throw error
    const state = error.trouble === 'unavailable' ? 'unavailable' : 'locked'
    return { state, why: explainTrouble(tier, error) }
  }
}

async function openOrThrow(
  needs: VaultNeeds,
  tier: VaultTier,
  passphrase: Secret | undefined,
): Promise<Opening> {
  const { repository } = needs
  const stored = await repository.findVault(needs.console)
  if (!stored) return begin(needs, tier, undefined, passphrase)
  const isOurs = stored.tier === tier && tier !== 'memory' // memory of an earlier session is gone
  if (tier === 'passphrase' && isOurs) return openWithPassphrase(needs, stored, passphrase)
  const sealed = await repository.countSealedWith(stored.keyId)
  const found = isOurs ? await needs.places.load(stored, undefined) : undefined
  if (found) return { key: found }
  // A vault that seals nothing has nothing to lose: it is made anew, whatever it was before.
  if (sealed === 0 || (tier === 'memory' && stored.tier === 'memory'))
    return begin(needs, tier, stored, passphrase)
  const asked = needs.tier === tier
  const why = isOurs ? lostKey(tier, sealed) : otherTier(stored.tier, { tier, asked }, sealed)
  return { state: 'mismatch', why }
}

async function openWithPassphrase(
  { places, tries }: VaultNeeds,
  stored: StoredVault,
  passphrase: Secret | undefined,
): Promise<Opening> {
  if (!passphrase) return { state: 'locked', why: ASK_PASSPHRASE, asks: 'passphrase' }
  tries.refuseTooSoon()
  const key = await places.load(stored, passphrase)
  if (!key) throw tries.failed()
  tries.worked()
  return { key }
}

async function begin(
  needs: VaultNeeds,
  tier: VaultTier,
  before: StoredVault | undefined,
  passphrase: Secret | undefined,
): Promise<Opening> {
  if (tier === 'passphrase') {
    if (!passphrase) return { state: 'locked', why: ASK_NEW_PASSPHRASE, asks: 'new_passphrase' }
    refuseWeakPassphrase(passphrase.reveal())
  }
  const detail = { tier, before: before?.tier ?? null }
  const key = await installKey(needs, {
    before,
    tier,
    passphrase,
    within: (tx, { id }) =>
      needs.audit.record(tx, {
        actor: 'quarterdeck',
        action: 'vault.created',
        subject: needs.console,
        detail: { ...detail, keyId: id },
      }),
  })
  return { key }
}

/** One after the other, in the order in which they were asked for. */
function createTurns() {
  let last: Promise<unknown> = Promise.resolve()
  return async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(work)
    last = done.catch(() => undefined) // whoever asked hears it
    return done
  }
}
