import type { SourceProof } from '#contract/intake'
import type { Timestamp } from '#contract/primitives'
import type { Credentials } from '#domains/credentials'
import { KINDS } from '#domains/sources'
import type { Clock } from '#platform/clock'
import type { Log } from '#platform/log'
import type { Delivery } from './delivery-repository'
import type { FetchText } from './outside'
import { createSecretShelf } from './secret-shelf'
import type { KeptSource } from './source-repository'

interface Needs {
  credentials: Pick<Credentials, 'lease'>
  clock: Clock
  log: Log
  fetchText: FetchText
}

/** What came; a signed time is held against the one at which it came. */
export interface Arrived {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly receivedAt: Timestamp
  /** It waited on disk, so a secret in the clear was replaced by its hash. Default: false. */
  readonly wasKept?: boolean
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

const TOKEN: Checked = { proof: 'token', reason: '' }
const SIGNED: Checked = { proof: 'signed', reason: '' }
const LOCKED: Checked = {
  proof: 'pending',
  reason: 'The vault is locked: it is checked once it opens.',
}
const UNREACHED: Checked = {
  proof: 'pending',
  reason: 'Its certificate cannot be read now: it is checked once it can.',
}

/** Does this kind need no more than its address, or is what it needs there? */
const isComplete = ({ kind, secretId }: KeptSource) =>
  KINDS[kind].proof?.secret == null || secretId !== null

/** Whether deliveries come from whom they say. */
export function createProofs({ credentials, clock, log, fetchText }: Needs) {
  const shelf = createSecretShelf({ credentials, clock })
  const failing = new Set<string>()
  const restUntil = new Map<string, Timestamp>()

  async function prove(
    source: KeptSource,
    secrets: readonly string[],
    { receivedAt: now, ...came }: Arrived,
  ): Promise<Checked> {
    const { kind, name, settings } = source
    const fetchOne = (url: string) => fetchText(url, `certificate of ${kind}`)
    try {
      const given = { ...came, secrets, settings, now, fetchText: fetchOne }
      const proven = await KINDS[kind].proof!.check(given)
      if (proven.ok) failing.delete(name)
      else failing.add(name)
      return proven.ok ? SIGNED : { proof: 'failed', reason: proven.reason }
    } catch (error) {
      log.info({ err: error, source: name }, 'a certificate could not be read')
      restUntil.set(name, clock.now() + REST_MS)
      if (clock.now() - now < PATIENCE_MS) return UNREACHED
      return { proof: 'failed', reason: 'Its certificate could not be read for a whole day.' }
    }
  }

  return {
    async check(source: KeptSource, arrived: Arrived): Promise<Checked> {
      const { proof } = KINDS[source.kind]
      if (!proof || !isComplete(source)) return TOKEN
      if (clock.now() < (restUntil.get(source.name) ?? 0)) return UNREACHED
      const secrets = proof.secret === null ? [] : await shelf.secretsOf(source)
      return secrets ? prove(source, secrets, arrived) : LOCKED
    },
    isComplete,
    /** Secrets are asked for anew: one was rotated, or the vault was locked or opened. */
    forget: shelf.forget,
    stateOf(source: KeptSource): SourceProof {
      const { proof } = KINDS[source.kind]
      if (!proof) return NO_PROOF
      const { secret } = proof
      const until = source.previousUntil ?? 0
      return {
        kind: secret === null ? 'certificate' : 'secret',
        secretName: secret?.name ?? '',
        madeBy: secret?.madeBy ?? 'sender',
        state: wordFor(source),
        previousUntil: until > clock.now() ? until : null,
      }
    },
  }

  function wordFor(source: KeptSource): SourceProof['state'] {
    if (!isComplete(source)) return 'unset'
    if (shelf.isLocked(source.name)) return 'locked'
    return failing.has(source.name) ? 'failing' : 'ready'
  }
}
export type Proofs = ReturnType<typeof createProofs>

const NO_PROOF: SourceProof = {
  kind: 'none',
  secretName: '',
  madeBy: 'us',
  state: 'none',
  previousUntil: null,
}
