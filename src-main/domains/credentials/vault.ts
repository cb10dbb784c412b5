import type { VaultStatus, VaultTier } from '#contract/credentials'
import { Refusal } from '#contract'
import type { MasterKey } from './sealing'
import { Secret } from './secret'
import { startOver, sweepLeftovers, type VaultNeeds } from './vault-keys'
import { type RekeyOrder, rekey } from './vault-rekey'
import { type Opening, tierFor, tryOpening } from './vault-opening'
import { INSECURE, lockedWords } from './vault-words'

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

export async function openVault(needs: VaultNeeds): Promise<Vault> {
  const { repository, tries, log } = needs
  const inTurn = createTurns()
  let tier = tierFor(needs.tier, await repository.findVault(needs.console))
  let now: Opening = { state: 'unavailable', why: '' }
  let held: LockedBy | null = null
  let inMemory: MasterKey | undefined // of a vault that is locked and kept nowhere else

  const moves = () => movesTo(needs.tier, tier)
  async function tryToOpen(passphrase?: Secret): Promise<void> {
    const before = now
    now = await tryOpening(needs, tier, passphrase)
    if (now.key) await sweepLeftovers(needs)
    else if (now.asks === undefined && JSON.stringify(now) !== JSON.stringify(before))
      log.warn({ tier, state: now.state, why: now.why }, 'the vault is shut')
  }
  const vault: Vault = {
    tier: () => tier,
    key: () => now.key,
    why: () => (now.key ? '' : now.why),
    async status() {
      const stored = await describeStored(needs)
      const facts = { tier, lockedBy: held, movesTo: moves(), retryAt: tries.retryAt() }
      return { ...toState(now, tier), ...facts, ...stored }
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
        now = { key: await rekey(needs, { present: now.key, allowed: moves(), ...order }) }
        tier = order.to
      }),
    startOver: (newPassphrase, operator) =>
      inTurn(async () => {
        if (now.key || held || inMemory)
          throw new Refusal('conflict', 'The vault can be opened. Nothing was given up.')
        now = { key: await startOver(needs, tier, newPassphrase, operator) }
      }),
  }
  await vault.open()
  return vault
}

async function describeStored({ repository, console }: VaultNeeds) {
  const stored = await repository.findVault(console)
  const sealed = stored ? await repository.countSealedWith(stored.keyId) : 0
  return { sealed, sealedIn: stored?.tier ?? null, keyMadeAt: stored?.createdAt ?? null }
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

/** One after the other, in the order in which they were asked for. */
function createTurns() {
  let last: Promise<unknown> = Promise.resolve()
  return async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(work)
    last = done.catch(() => undefined) // whoever asked hears it
    return done
  }
}
