import type { SourceProof } from '#contract/intake'
import type { Timestamp } from '#contract/primitives'
import type { Credentials } from '#domains/credentials'
import { KINDS } from '#domains/sources'
import type { Clock } from '#platform/clock'
import type { Log } from '#platform/log'
import { createCertificates } from './certificates'
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

/** To explain a delivery nobody outside is asked. */
class NotAsked extends Error {}
const refuseToAsk = () => Promise.reject(new NotAsked())
const UNASKED: Checked = {
  proof: 'pending',
  reason: 'Its certificate was not read yet, and to explain a delivery nobody is asked for it.',
}

/** Rejects when a certificate cannot be read. */
async function prove(
  { kind, settings }: KeptSource,
  secrets: readonly string[],
  { receivedAt: now, ...came }: Arrived,
  fetchOne: (url: string) => Promise<string>,
): Promise<Checked> {
  const given = { ...came, secrets, settings, now, fetchText: fetchOne }
  const proven = await KINDS[kind].proof!.check(given)
  return proven.ok ? SIGNED : { proof: 'failed', reason: proven.reason }
}

/** Whether deliveries come from whom they say. */
export function createProofs({ credentials, clock, log, fetchText }: Needs) {
  const shelf = createSecretShelf({ credentials, clock })
  const certificates = createCertificates({ clock, fetchText })
  const failing = new Set<string>()

  /** What it is checked with; or what there is to say without. */
  async function meansOf(source: KeptSource): Promise<readonly string[] | Checked> {
    const { proof } = KINDS[source.kind]
    if (!proof || !isComplete(source)) return TOKEN
    return proof.secret === null ? [] : ((await shelf.secretsOf(source)) ?? LOCKED)
  }

  return {
    async check(source: KeptSource, arrived: Arrived): Promise<Checked> {
      const means = await meansOf(source)
      if ('proof' in means) return means
      const { name } = source
      try {
        const read = (url: string) => certificates.read(url, source)
        const checked = await prove(source, means, arrived, read)
        if (checked.proof === 'signed') failing.delete(name)
        else failing.add(name)
        return checked
      } catch (error) {
        log.info({ err: error, source: name }, 'a certificate could not be read')
        if (clock.now() - arrived.receivedAt < PATIENCE_MS) return UNREACHED
        return { proof: 'failed', reason: 'Its certificate could not be read for a whole day.' }
      }
    },
    /** What `check` would say now. Nothing is remembered of it, and nobody outside is asked. */
    async foresee(source: KeptSource, arrived: Arrived): Promise<Checked> {
      const means = await meansOf(source)
      if ('proof' in means) return means
      try {
        return await prove(source, means, arrived, refuseToAsk)
      } catch (error) {
        if (error instanceof NotAsked) return UNASKED
        throw error
      }
    },
    /** Is it worth while to look again at what could not be checked? */
    async canCheck(source: KeptSource): Promise<boolean> {
      const { proof } = KINDS[source.kind]
      if (!proof || !isComplete(source)) return true
      if (proof.secret === null) return !certificates.isResting(source.name)
      return (await shelf.secretsOf(source)) !== undefined
    },
    isComplete,
    /** Secrets are asked for anew: one was rotated, or the vault was locked or opened. */
    forget: shelf.forget,
    stateOf: (source: KeptSource): SourceProof => stateOf(source, wordFor(source), clock.now()),
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

function stateOf(source: KeptSource, state: SourceProof['state'], now: Timestamp): SourceProof {
  const { proof } = KINDS[source.kind]
  if (!proof) return NO_PROOF
  const { secret } = proof
  const until = source.previousUntil ?? 0
  return {
    kind: secret === null ? 'certificate' : 'secret',
    secretName: secret?.name ?? '',
    madeBy: secret?.madeBy ?? 'sender',
    state,
    previousUntil: until > now ? until : null,
  }
}
