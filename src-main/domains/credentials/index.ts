import type { VaultStatus } from '#contract/credentials'
import type { Audit } from '#domains/audit'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import type { Events } from '#platform/events'
import type { Log } from '#platform/log'
import type { Masking } from '#platform/masking'
import { createCredentialRepository } from './credential-repository'
import {
  createCredentialService,
  type Credentials,
  type LeasedCredential,
} from './credential-service'
import { createKeychain, KeychainError } from './keychain'
import { Secret } from './secret'
import { openVault } from './vault'

// Secrets, sealed in the store with a key from the vault. Write-only over the bridge; leased at the moment of use.
export { Secret }
export type { Credentials, LeasedCredential }

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
}

/** Opens the vault as far as the keychain lets it; `vault` says what is missing. Makes a master key at the first start. */
export async function createCredentials(needs: Needs): Promise<Credentials> {
  const repository = createCredentialRepository(needs.database.db)
  const vault = await openVault({ ...needs, repository, keychain: createKeychain() })
  return createCredentialService({ ...needs, repository, vault })
}

/** For `quarterdeck doctor`: what is wrong with the system's keychain, in its own words; undefined when it answers. */
export async function probeKeychain(): Promise<string | undefined> {
  try {
    await createKeychain().read('doctor')
    return undefined
  } catch (error) {
    if (!(error instanceof KeychainError)) throw error
    return error.trouble === 'missing' ? undefined : error.message
  }
}
