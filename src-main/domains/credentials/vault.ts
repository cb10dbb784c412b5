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

type Shut = Exclude<VaultStatus['state'], 'unlocked'>

export async function openVault(needs: Needs): Promise<Vault> {
  const { repository, keychain, tier, console, log } = needs
  let key: MasterKey | undefined
  let state: VaultStatus['state'] = 'unavailable'
  let detail = ''

  function shut(as: Shut, why: string): void {
    if (state !== as || detail !== why) log.warn({ tier, state: as, why }, 'the vault is shut')
    key = undefined
    state = as
    detail = why
  }
  function unlock(opened: MasterKey): void {
    key = opened
    state = 'unlocked'
    detail = ''
  }

  /** A vault that seals nothing has nothing to lose: it may be made anew, whatever it was before. */
  async function make(before: StoredVault | undefined): Promise<void> {
    const made = makeMasterKey()
    if (tier === 'os-keychain') await keep(keychain, made)
    await transact(needs.database.db, async (tx) => {
      const vault = { tier, keyId: made.id, keyCheck: checkValueOf(made) }
      await repository.saveVault({ console, ...vault, createdAt: needs.clock.now() }, tx)
      const detail = { tier, keyId: made.id, before: before?.tier ?? null }
      await needs.audit.record(tx, {
        actor: 'quarterdeck',
        action: 'vault.created',
        subject: console,
        detail,
      })
    })
    unlock(made)
  }
  async function load(vault: StoredVault, sealed: number): Promise<void> {
    try {
      const found = parseKeyText(vault.keyId, await keychain.read(vault.keyId))
      if (found && isKeyOf(vault.keyCheck, found)) return unlock(found)
      if (sealed === 0) return make(vault)
      shut('mismatch', lostKey(`The keychain's entry is not the key`, sealed))
    } catch (error) {
      if (!(error instanceof KeychainError) || error.trouble !== 'missing') throw error
      if (sealed === 0) return make(vault)
      shut('mismatch', lostKey('The keychain does not hold the key', sealed))
    }
  }
  async function attempt(): Promise<void> {
    const vault = await repository.findVault(console)
    const sealed = vault ? await repository.countSealedWith(vault.keyId) : 0
    if (!vault || (tier === 'memory' && vault.tier === 'memory')) return make(vault)
    if (vault.tier !== tier && sealed === 0) return make(vault)
    if (vault.tier !== tier) return shut('mismatch', otherTier(vault.tier, sealed))
    return load(vault, sealed)
  }

  const vault: Vault = {
    status: () => ({ tier, state, detail }),
    key: () => key,
    async open() {
      if (key) return
      try {
        await attempt()
      } catch (error) {
        if (!(error instanceof KeychainError)) throw error
        const { trouble } = error
        shut(trouble === 'unavailable' ? 'unavailable' : 'locked', explain(error))
      }
    },
  }
  await vault.open()
  return vault
}

/** Written, then read back: a keychain that forgets is found out before anything is sealed with the key. */
async function keep(keychain: Keychain, key: MasterKey): Promise<void> {
  const text = toKeyText(key)
  await keychain.write(key.id, text)
  const back = await keychain.read(key.id).catch((error: unknown) => {
    if (error instanceof KeychainError && error.trouble === 'missing') return undefined
    throw error
  })
  if (back !== text)
    throw new KeychainError('unavailable', 'The keychain did not give back what was written to it.')
}

const MEMORY_REMEDY =
  'To work without a keychain for this session only, start Quarterdeck with `--vault memory`; secrets are then forgotten when it stops.'

function explain({ trouble, message }: KeychainError): string {
  switch (trouble) {
    case 'locked':
      return `The system's keychain is locked (${message}). Unlock it, or answer its question, then press Unlock. ${MEMORY_REMEDY}`
    case 'denied':
      return `The system's keychain refused Quarterdeck (${message}). Allow it there, then press Unlock.`
    case 'missing':
    case 'unavailable':
      return `The system's keychain cannot be reached (${message}). On Linux a Secret Service such as gnome-keyring or KWallet must run in this session; then press Unlock. ${MEMORY_REMEDY}`
  }
}

function lostKey(what: string, sealed: number): string {
  return (
    `${what} that ${count(sealed)} sealed with. Nothing was changed. Sign in to the desktop account that made the key or ` +
    'restore its keychain, then press Unlock; or remove those credentials, press Unlock, and enter them again.'
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
