import { join } from 'node:path'
import type { VaultTier } from '#contract/credentials'
import type { Audit } from '#domains/audit'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import type { Events } from '#platform/events'
import type { Log } from '#platform/log'
import type { Masking } from '#platform/masking'
import type { Scheduler } from '#platform/scheduler'
import { createCredentialRepository } from './credential-repository'
import { createCredentialService, type Credentials, maskAll } from './credential-service'
import { createIdleLock } from './idle-lock'
import { createKeyFiles } from './key-file'
import { createKeyPlaces } from './key-places'
import { createKeychain, type Keychain, KeychainError } from './keychain'
import type { LeaseUse, RunUse } from './lease'
import { createLeaseRepository } from './lease-repository'
import { createTries } from './passphrase'
import { createSigningKeys, type SigningKeys } from './signing-keys'
import { openVault } from './vault'

// Secrets, sealed in the store with a key from the vault. Write-only over the bridge; leased at the moment of use.
export type { Credentials, LeaseUse, RunUse, SigningKeys }

interface Needs {
  database: Database
  clock: Clock
  events: Events
  audit: Audit
  masking: Masking
  log: Log
  /**
   * Where the master key lives; undefined follows the store, and the system's keychain at the first start. `memory`
   * forgets every secret at the end, `insecure-file` hides nothing; both are only ever chosen by a person.
   */
  tier: VaultTier | undefined
  /** Which console this is: the operator's account and the machine. Each has its own master key. */
  console: string
  /** Default: this machine's own. */
  keychain?: Keychain
  /** Where tier `insecure-file` keeps its key; without it that tier is unavailable. */
  dataFolder?: string
  scheduler?: Pick<Scheduler, 'every'>
  /** Minutes without an operator after which the vault is locked; 0 = never. Default never. */
  idleMinutes?: () => number
}

/** Opens the vault as far as it opens by itself; `vault` says what is missing. Makes a master key at the first start. */
export async function createCredentials(
  needs: Needs,
): Promise<Credentials & { signingKeys: SigningKeys }> {
  const { database, clock, dataFolder, scheduler, idleMinutes = () => 0 } = needs
  const repository = createCredentialRepository(database.db)
  const leases = createLeaseRepository(database.db)
  const keyFiles = createKeyFiles(dataFolder && join(dataFolder, 'vault'))
  const keychain = needs.keychain ?? createKeychain()
  const places = createKeyPlaces(keychain, keyFiles)
  const vault = await openVault({ ...needs, repository, places, tries: createTries(clock) })
  const ready = { ...needs, repository, leases, vault }
  const idle = createIdleLock({ ...ready, scheduler, idleMinutes })
  await maskAll(ready)
  const signingKeys = createSigningKeys({ vault, keychain })
  return { ...createCredentialService({ ...ready, idle }), signingKeys }
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
