import type { VaultStatus } from '#contract/credentials'
import type { Audit } from '#domains/audit'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import type { Events } from '#platform/events'
import type { Log } from '#platform/log'
import type { Masking } from '#platform/masking'
import { createCredentialRepository } from './credential-repository'
import { createCredentialService, type Credentials } from './credential-service'
import { createKeychain, type Keychain, KeychainError } from './keychain'
import { createSigningKeys, type SigningKeys } from './signing-keys'
import { openVault } from './vault'

// Secrets, sealed in the store with a key from the vault. Write-only over the bridge; leased at the moment of use.
export type { Credentials, SigningKeys }

interface Needs {
  database: Database
  clock: Clock
  events: Events
  audit: Audit
  masking: Masking
  log: Log
  /** Where the master key lives. `memory` forgets every secret at the end and is only ever chosen by a person. */
  tier: VaultStatus['tier']
  /** Which console this is: the operator's account and the machine. Each has its own master key. */
  console: string
  /** Default: this machine's own. */
  keychain?: Keychain
}

/** Opens the vault as far as the keychain lets it; `vault` says what is missing. Makes a master key at the first start. */
export async function createCredentials(
  needs: Needs,
): Promise<Credentials & { signingKeys: SigningKeys }> {
  const repository = createCredentialRepository(needs.database.db)
  const keychain = needs.keychain ?? createKeychain()
  const vault = await openVault({ ...needs, repository, keychain })
  const signingKeys = createSigningKeys({ vault, keychain })
  return { ...createCredentialService({ ...needs, repository, vault }), signingKeys }
}

/**
 * For `quarterdeck doctor`: what is wrong with the system's keychain, in its own words; undefined when it keeps what it
 * is given. It has to be written to: reading answers "nothing there" even where nothing could be kept.
 */
export async function probeKeychain(): Promise<string | undefined> {
  const keychain = createKeychain()
  const probe = `doctor-${process.pid}`
  try {
    await keychain.write(probe, probe)
    const back = await keychain.read(probe)
    await keychain.remove(probe)
    return back === probe ? undefined : 'It gave back something else than was written to it.'
  } catch (error) {
    if (!(error instanceof KeychainError)) throw error
    return error.message
  }
}
