import { z } from 'zod'
import { command, event, query } from './define'
import { SourceKind, SourceName } from './intake'
import { CredentialId, Empty, Timestamp } from './primitives'

/** Kinds that can be asked. */
export const PullKind = SourceKind.extract([
  'alertmanager',
  'prometheus',
  'grafana',
  'pagerduty',
  'sentry',
  'github',
  'gitlab',
])
export type PullKind = z.infer<typeof PullKind>

/** What a kind needs to be asked, for the form. */
export const PullForm = z.strictObject({
  kind: PullKind,
  /** Address to begin with; `''` where everybody has their own. */
  url: z.string(),
  urlHelp: z.string(),
  /** What `scope` means for this kind; null: it takes none. */
  scope: z
    .strictObject({
      name: z.string(), // `Repositories`
      example: z.string(), // `owner/name`
      help: z.string(),
      least: z.int().min(0),
    })
    .nullable(),
  credential: z.strictObject({
    needed: z.boolean(), // without one nothing, or too little, is answered
    help: z.string(), // which rights it needs, in the vendor's own words
  }),
})
export type PullForm = z.infer<typeof PullForm>

const ScopeItem = z
  .string()
  .trim()
  .min(1)
  .max(200)
  // oxlint-disable-next-line no-control-regex -- to refuse them is the point
  .regex(/^[^\u0000-\u001F\u007F]*$/u, 'must not hold control characters')

/** What an operator says about a pull. */
export const PullDraft = z.strictObject({
  source: SourceName,
  /**
   * Base address, `http` or `https`, without the path of the API. A user name in it (`https://name@host`) goes with a
   * credential of kind password; a password in it is refused.
   */
  url: z.url({ protocol: /^https?$/ }).max(500),
  /** A token, or a password; null asks without. Leased from the vault at the moment of use. */
  credentialId: CredentialId.nullable(),
  /** What to ask about, as the kind's form says: repositories, projects, an organisation, label matchers. */
  scope: z.array(ScopeItem).max(50).default([]),
  /** Default 60 s. */
  everySeconds: z.int().min(30).max(86_400).default(60),
  enabled: z.boolean().default(true),
})
export type PullDraft = z.infer<typeof PullDraft>

export const PullState = z.strictObject({
  running: z.boolean(),
  /** Everything the source says happened before this is here. Null: nothing yet, or it only knows the present. */
  upTo: Timestamp.nullable(),
  lastAt: Timestamp.nullable(), // the last try
  lastOkAt: Timestamp.nullable(),
  lastCount: z.int().nonnegative(), // deliveries of the last pull that worked
  failures: z.int().nonnegative(), // in a row
  /** `open`: after five failures in a row it is asked more rarely; `half_open`: one try decides. */
  circuit: z.enum(['closed', 'open', 'half_open']),
  nextAt: Timestamp.nullable(), // null: not by itself
  /** What is wrong and what to do; empty when all is well. A locked vault or the offline switch stand here, too. */
  problem: z.string(),
})
export type PullState = z.infer<typeof PullState>

export const Pull = PullDraft.extend({
  kind: PullKind,
  /** The machine that asks: where it was set last, because the credential is there. */
  console: z.string(),
  here: z.boolean(), // that is this one
  state: PullState,
})
export type Pull = z.infer<typeof Pull>

/** The stages of asking, in order. */
export const PullStage = z.enum(['name', 'tcp', 'tls', 'auth', 'permission', 'shape'])
export type PullStage = z.infer<typeof PullStage>

export const PullTest = z.strictObject({
  ok: z.boolean(),
  stages: z.array(
    z.strictObject({
      stage: PullStage,
      /** `not_needed`: TLS on plain http, or a name that is an address. */
      outcome: z.enum(['passed', 'failed', 'not_reached', 'not_needed']),
      text: z.string(), // of the one that failed: what happened and what to do; empty otherwise
    }),
  ),
  /** What it would bring in now. */
  found: z.int().nonnegative(),
  /** In one line, for the button. */
  summary: z.string(),
})
export type PullTest = z.infer<typeof PullTest>

export const pulls = {
  /** What each kind needs. The same at any time. */
  forms: query(Empty, z.array(PullForm)),
  list: query(Empty, z.array(Pull)),
  /**
   * Makes or changes the pull of a source; from now on this console asks. A changed address or scope begins anew. Refused
   * with `not_found` for an unknown source or credential, `invalid_input` for a kind that cannot be asked, a scope that
   * does not fit, or a password in the address.
   */
  set: command(PullDraft, Pull, { role: 'admin' }),
  /** The source stays, and what was pulled. Refused with `not_found`. */
  remove: command(z.strictObject({ source: SourceName }), Empty, { role: 'admin' }),
  /**
   * Asks now, whatever the circuit says, and ends when what came is on disk; what went wrong is in the state. Refused
   * with `not_found`, with `conflict` while one is under way, and with `unsupported` when another console asks.
   */
  runNow: command(z.strictObject({ source: SourceName }), Pull),
  /**
   * Asks as the draft says and keeps nothing. Refused as `set`, and with `vault_locked` or `forbidden` (offline) when
   * nothing can be asked at all.
   */
  test: command(PullDraft, PullTest),
  changed: event(Empty),
}
