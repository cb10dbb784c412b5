import type { PullForm, PullStage } from '#contract/pulls'
import type { Timestamp } from '#contract/primitives'

/** One record of an API, as it goes to intake. */
export interface Found {
  /** JSON, as the API gave it. */
  readonly body: unknown
  /** What kind of record it is, such as `incident`: its reader wants to know. */
  readonly what: string
  /** The same for the same record in the same state: a repeat does nothing. */
  readonly key: string
}

/** Some records, and where to go on once they are on disk. */
export interface Batch {
  readonly records: readonly Found[]
  /** JSON. What is kept when the batch is: after a crash the pull begins from here. */
  readonly cursor: unknown
  /** Everything the source says happened before this is in, with this batch. */
  readonly upTo?: Timestamp | undefined
}

/** A question to the API, below the pull's own address. */
export interface Question {
  /** With its leading slash, each part encoded; or a whole address that the API gave, of the same origin. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | readonly string[]>>
  /** Of the answer before; `notModified` is the answer if nothing has changed. */
  readonly etag?: string | undefined
  /** Statuses beside 2xx and 304 that are answers, too. */
  readonly also?: readonly number[]
}

export interface Heard {
  readonly status: number
  readonly notModified: boolean
  readonly body: unknown
  readonly etag: string | undefined
  /** The address of the next page, from the header `Link` (RFC 8288); undefined on the last one. */
  readonly next: string | undefined
}

/** What a plan works with while it pulls once. */
export interface Round {
  readonly scope: readonly string[]
  readonly now: Timestamp
  /** Throws `PullProblem` for everything that is no answer. */
  ask(question: Question): Promise<Heard>
}

/** The secret that a pull was given, opened for this pull. */
export interface Lease {
  readonly kind: 'password' | 'token'
  readonly secret: string
  /** The user name in the pull's address; `''`: none. */
  readonly user: string
}

/** How one kind of source is asked. */
export interface PullPlan {
  readonly form: PullForm
  /** Headers of every question. */
  readonly headers?: Readonly<Record<string, string>>
  /** The header that carries the secret. Default: `basicOrBearer`. */
  authorize?(lease: Lease): Readonly<Record<string, string>>
  /** Why the scope cannot be asked about; undefined when it can. */
  checkScope?(scope: readonly string[]): string | undefined
  /**
   * Asks as often as it needs. A batch is on disk before the next one is asked for. `cursor` is what the last kept batch
   * had; undefined at the first time.
   */
  pull(round: Round, cursor: unknown): AsyncIterable<Batch>
}

/** How far back the first pull looks where a source has a past. */
export const FIRST_LOOK_MS = 24 * 3_600_000
/** Pages of one list in one pull; the next pull goes on where this one stopped. */
export const MOST_PAGES = 20

/** Records of one batch. */
const BATCH = 200

/** Many records: the cursor moves with the last batch, and until then stays where it is safe to begin again. */
export function* inBatches(
  records: readonly Found[],
  meanwhile: unknown,
  after: unknown,
  upTo?: Timestamp,
): Generator<Batch> {
  for (let at = 0; at < records.length - BATCH; at += BATCH)
    yield { records: records.slice(at, at + BATCH), cursor: meanwhile }
  const rest = records.length === 0 ? 0 : Math.floor((records.length - 1) / BATCH) * BATCH
  yield { records: records.slice(rest), cursor: after, upTo }
}

/** RFC 7617 for passwords, RFC 6750 for tokens. */
export function basicOrBearer({ kind, secret, user }: Lease): Record<string, string> {
  if (kind === 'token') return { authorization: `Bearer ${secret}` }
  return { authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}` }
}

/** Why a pull could not go on. The message is for the operator: what happened, and what to do. */
export class PullProblem extends Error {
  override readonly name = 'PullProblem'
  readonly stage: PullStage
  /** The source says when to come back: no failure, and nothing is asked before. */
  readonly waitMs: number | undefined
  /** Nothing is wrong with the source: we do not ask now. */
  readonly ours: boolean

  constructor(
    stage: PullStage,
    message: string,
    { waitMs, ours = false }: { waitMs?: number | undefined; ours?: boolean } = {},
  ) {
    super(message)
    this.stage = stage
    this.waitMs = waitMs
    this.ours = ours
  }
}

/** The answer is well-formed and is not what this API gives. */
export function misshapen(what: string): PullProblem {
  return new PullProblem(
    'shape',
    `The answer is no ${what}. Check that the address is the one of the API, and not of another service or a login page.`,
  )
}
