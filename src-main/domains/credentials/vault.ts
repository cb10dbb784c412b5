import type { VaultStatus } from '#contract/credentials'
import type { Audit } from '#domains/audit'
import type { Clock } from '#platform/clock'
import { type Database, transact } from '#platform/database'
import type { Log } from '#platform/log'
import type { CredentialRepository, StoredVault } from './credential-repository'
import { type Keychain, KeychainError } from './keychain'
import {
  checkValueOf,
  isKeyOf,
  makeMasterKey,
  type MasterKey,
  parseKeyText,
  toKeyText,
} from './sealing'

/** Holds the master key while it is open. Never makes a new key while secrets of an old one are in the store. */
export interface Vault {
  status(): VaultStatus
  key(): MasterKey | undefined
  /** Tries to open; asks the keychain again when it was shut. Says in `status` what came of it. */
  open(): Promise<void>
}

interface Needs {
  database: Database
  repository: CredentialRepository
  clock: Clock
  audit: Audit
  log: Log
  keychain: Keychain
  tier: VaultStatus['tier']
  console: string
}

/** What came of trying: the key, or the reason why there is none. */
type Opening =
  | { readonly key: MasterKey }
  | {
      readonly key?: never
      readonly state: Exclude<VaultStatus['state'], 'unlocked'>
      readonly why: string
    }

export async function openVault(needs: Needs): Promise<Vault> {
  const { tier, log } = needs
  let now: Opening = { state: 'unavailable', why: '' }
  let underWay: Promise<void> | undefined
  async function tryToOpen(): Promise<void> {
    const before = now
    now = await open(needs)
    if (!now.key && JSON.stringify(now) !== JSON.stringify(before))
      log.warn({ tier, state: now.state, why: now.why }, 'the vault is shut')
  }
  const vault: Vault = {
    key: () => now.key,
    status: () =>
      now.key
        ? { tier, state: 'unlocked', detail: '' }
        : { tier, state: now.state, detail: now.why },
    async open() {
      if (now.key) return
      underWay ??= tryToOpen().finally(() => (underWay = undefined))
      await underWay
    },
  }
  await vault.open()
  return vault
}

async function open(needs: Needs): Promise<Opening> {
  try {
    return await openOrThrow(needs)
  } catch (error) {
    if (!(error instanceof KeychainError)) throw error
    const state = error.trouble === 'unavailable' ? 'unavailable' : 'locked'
    return { state, why: explain(error) }
  }
}

async function openOrThrow(needs: Needs): Promise<Opening> {
  const { repository, tier } = needs
  const stored = await repository.findVault(needs.console)
  if (!stored) return make(needs, undefined)
  if (tier === 'memory' && stored.tier === 'memory') return make(needs, stored)
  const sealed = await repository.countSealedWith(stored.keyId)
  const found = stored.tier === tier ? await load(needs, stored) : undefined
  if (found) return { key: found }
  // A vault that seals nothing has nothing to lose: it is made anew, whatever it was before.
  if (sealed === 0) return make(needs, stored)
  const why = stored.tier === tier ? lostKey(sealed) : otherTier(stored.tier, sealed)
  return { state: 'mismatch', why }
}

/** The key that the store was sealed with; undefined when the keychain has another one or none. */
async function load({ keychain }: Needs, stored: StoredVault): Promise<MasterKey | undefined> {
  const text = await readIfThere(keychain, stored.keyId)
  const key = text === undefined ? undefined : parseKeyText(stored.keyId, text)
  return key && isKeyOf(stored.keyCheck, key) ? key : undefined
}

async function make(needs: Needs, before: StoredVault | undefined): Promise<Opening> {
  const { tier, console } = needs
  const key = makeMasterKey()
  if (tier === 'os-keychain') await keep(needs.keychain, key)
  await transact(needs.database.db, async (tx) => {
    const keyCheck = checkValueOf(key)
    const createdAt = needs.clock.now()
    await needs.repository.saveVault({ console, tier, keyId: key.id, keyCheck, createdAt }, tx)
    await needs.audit.record(tx, {
      actor: 'quarterdeck',
      action: 'vault.created',
      subject: console,
      detail: { tier, keyId: key.id, before: before?.tier ?? null },
    })
  })
  return { key }
}

/** Written, then read back: a keychain that forgets is found out before anything is sealed with the key. */
async function keep(keychain: Keychain, key: MasterKey): Promise<void> {
  const text = toKeyText(key)
  await keychain.write(key.id, text)
  if ((await readIfThere(keychain, key.id)) === text) return
  throw new KeychainError('unavailable', 'The keychain did not give back what was written to it.')
}

async function readIfThere(keychain: Keychain, account: string): Promise<string | undefined> {
  try {
    return await keychain.read(account)
  } catch (error) {
    if (error instanceof KeychainError && error.trouble === 'missing') return undefined
    throw error
  }
}

const MEMORY_REMEDY =
  'To work without a keychain for this session only, start Quarterdeck with `--vault memory`; secrets are then forgotten when it stops.'

function explain({ trouble, message }: KeychainError): string {
  if (trouble === 'locked')
    return `The system's keychain is locked (${message}). Unlock it, or answer its question, then press Unlock. ${MEMORY_REMEDY}`
  if (trouble === 'denied')
    return `The system's keychain refused Quarterdeck (${message}). Allow it there, then press Unlock.`
  return `The system's keychain cannot be reached (${message}). On Linux a Secret Service such as gnome-keyring or KWallet must run in this session; then press Unlock. ${MEMORY_REMEDY}`
}

function lostKey(sealed: number): string {
  return (
    `The system's keychain does not hold the key that ${count(sealed)} sealed with. Nothing was changed. Sign in to the ` +
    'desktop account that made the key or restore its keychain, then press Unlock; or remove those credentials, press ' +
    'Unlock, and enter them again.'
  )
}

function otherTier(stored: VaultStatus['tier'], sealed: number): string {
  return stored === 'memory'
    ? `This store was last used with \`--vault memory\`, and ${count(sealed)} sealed for that session only. Start with \`--vault memory\` again; or remove those credentials and press Unlock to use the keychain.`
    : `${count(sealed)} sealed with a key in the system's keychain, but Quarterdeck was started with \`--vault memory\`. Nothing was changed. Start it without that option; or remove those credentials and press Unlock.`
}

function count(sealed: number): string {
  return sealed === 1 ? '1 secret is' : `${sealed} secrets are`
}
