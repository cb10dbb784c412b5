import type { SourceProof } from '#contract/intake'
import type { CredentialId, Timestamp } from '#contract/primitives'
import { Refusal } from '#contract'
import type { Credentials } from '#domains/credentials'
import { type Given, KINDS } from '#domains/sources'
import type { Clock } from '#platform/clock'
import type { Log } from '#platform/log'
import type { Delivery } from './delivery-repository'
import type { FetchText } from './outside'
import type { KeptSource } from './source-repository'

interface Needs {
  credentials: Pick<Credentials, 'lease'>
  clock: Clock
  log: Log
  fetchText: FetchText
}

/** What came; a signed time is held against the one at which it came. */
export interface Arrived extends Pick<Given, 'headers' | 'body' | 'wasKept'> {
  readonly receivedAt: Timestamp
}

/** What was found: `reason` says why when it failed or could not be checked yet. */
export interface Checked {
  readonly proof: Delivery['proof']
  readonly reason: string
}

/** After a certificate could not be read nobody is asked again for so long: a flood must not become one of ours. */
const REST_MS = 60_000
/** A certificate that cannot be had for so long is not there: its deliveries are dead letters then. */
const PATIENCE_MS = 86_400_000

const UNREACHED: Checked = {
  proof: 'pending',
  reason: 'Its certificate cannot be read now: it is checked once it can.',
}
const TOKEN: Checked = { proof: 'token', reason: '' }
const SIGNED: Checked = { proof: 'signed', reason: '' }

/**
 * Whether deliveries come from whom they say. Secrets are leased from the vault once and kept while it is open: a lease
 * for each of ten thousand deliveries a second would be ten thousand audit entries that say the same.
 */
export function createProofs({ credentials, clock, log, fetchText }: Needs) {
  const opened = new Map<CredentialId, string>()
  const failing = new Set<string>()
  const locked = new Set<string>()
  const restUntil = new Map<string, Timestamp>()

  async function secretOf(id: CredentialId, source: string): Promise<string> {
    const known = opened.get(id)
    if (known !== undefined) return known
    const { secret } = await credentials.lease(id, `signatures of the source ${source}`)
    opened.set(id, secret.reveal())
    return secret.reveal()
  }

  /** Undefined while the vault does not give them out. */
  async function secretsOf(source: KeptSource): Promise<string[] | undefined> {
    const { name, secretId, previousSecretId, previousUntil } = source
    const rotating = previousSecretId !== null && clock.now() < (previousUntil ?? 0)
    const ids = [secretId, rotating ? previousSecretId : null].filter((id) => id !== null)
    try {
      const secrets = await Promise.all(ids.map((id) => secretOf(id, name)))
      locked.delete(name)
      return secrets
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      locked.add(name)
      return undefined
    }
  }

  async function check(
    source: KeptSource,
    { headers, body, receivedAt, wasKept = false }: Arrived,
  ): Promise<Checked> {
    const { proof } = KINDS[source.kind]
    if (!proof || (proof.secret !== null && source.secretId === null)) return TOKEN
    if (clock.now() < (restUntil.get(source.name) ?? 0)) return UNREACHED
    const secrets = proof.secret === null ? [] : await secretsOf(source)
    if (!secrets)
      return { proof: 'pending', reason: 'The vault is locked: it is checked once it opens.' }
    const { settings } = source
    const given = {
      ...{ headers, body, wasKept, secrets, settings, now: receivedAt },
      fetchText: (url: string) => fetchText(url, `certificate of ${source.kind}`),
    }
    try {
      const proven = await proof.check(given)
      if (proven.ok) failing.delete(source.name)
      else failing.add(source.name)
      return proven.ok ? SIGNED : { proof: 'failed', reason: proven.reason }
    } catch (error) {
      log.info({ err: error, source: source.name }, 'a certificate could not be read')
      restUntil.set(source.name, clock.now() + REST_MS)
      if (clock.now() - receivedAt < PATIENCE_MS) return UNREACHED
      return { proof: 'failed', reason: 'Its certificate could not be read for a whole day.' }
    }
  }

  return {
    check,
    /** Secrets are asked for anew: one was rotated, or the vault was locked or opened. */
    forget: () => opened.clear(),
    /** Does this kind need no more than its address, or is what it needs there? */
    isComplete: (source: KeptSource) =>
      KINDS[source.kind].proof?.secret == null || source.secretId !== null,
    stateOf(source: KeptSource): SourceProof {
      const { proof } = KINDS[source.kind]
      const { previousUntil, secretId, name } = source
      if (!proof)
        return { kind: 'none', secretName: '', madeBy: 'us', state: 'none', previousUntil: null }
      const { secret } = proof
      const state =
        secret !== null && secretId === null
          ? 'unset'
          : locked.has(name)
            ? 'locked'
            : failing.has(name)
              ? 'failing'
              : 'ready'
      return {
        kind: secret === null ? 'certificate' : 'secret',
        secretName: secret?.name ?? '',
        madeBy: secret?.madeBy ?? 'sender',
        state,
        previousUntil: (previousUntil ?? 0) > clock.now() ? previousUntil : null,
      }
    },
  }
}
export type Proofs = ReturnType<typeof createProofs>
