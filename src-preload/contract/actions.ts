import { z } from 'zod'
import { ConnectionId, CredentialId, RiskTier, Sha256 } from './primitives'
import { SshBinding } from './ssh'
import { ConnectionKind, HeaderName, Specifics } from './targets'

/** Where an action goes, as it was when the action was frozen. A different host key or address is another target. */
export const ActionTarget = z.strictObject({
  connectionId: ConnectionId,
  connectionName: z.string(),
  kind: ConnectionKind,
  host: z.string().nullable(),
  port: z.int().nullable(),
  username: z.string().nullable(),
  hostKey: z.string().nullable(),
  credentialId: CredentialId.nullable(),
  credentialName: z.string().nullable(),
  /** Absent unless there is something of it: older actions keep their hash. */
  ssh: SshBinding.optional(),
  /** Absent where the kind has none: actions that were frozen before there were any keep their hash. */
  specifics: Specifics.optional(),
})

/** A program on a host. */
export const ProgramAction = z.strictObject({
  version: z.literal(1),
  /** Absent in actions that were frozen when there were only programs. */
  type: z.literal('program').optional(),
  target: ActionTarget,
  /** argv of the program that reads the script, with the flag it follows: `["/bin/sh","-eu","-c"]`. The script is the one argument after it. */
  interpreter: z.array(z.string()).min(1),
  script: z.string(),
  /** The interpreter reads a file and no argument: the script is put where it runs, checked and removed again. */
  asFile: z.literal(true).optional(),
  /** Values reach the script as environment variables only, never as text. */
  env: z.array(
    z.strictObject({
      name: z.string().regex(/^[A-Z_][A-Z0-9_]*$/),
      value: z.string(),
      untrusted: z.boolean(), // it came from the alert's text or a step's output
    }),
  ),
  cwd: z.string().nullable(),
  pty: z.boolean(),
  /** The password that sudo gets when it asks; absent: it gets none. The program then runs in a terminal. */
  sudo: z.strictObject({ credentialId: CredentialId, credentialName: z.string() }).optional(),
  timeoutMs: z.int().positive(),
})
export type ProgramAction = z.infer<typeof ProgramAction>

/** Both ends belong to it. */
export const Range = z.strictObject({ min: z.int().nonnegative(), max: z.int().nonnegative() })
export type Range = z.infer<typeof Range>

export const Dialect = z.enum(['postgres', 'mysql', 'sqlite'])
export type Dialect = z.infer<typeof Dialect>

/** Does it only look, or does it change something? */
const Mode = z.enum(['read', 'change'])

/** One statement for a database. */
export const StatementAction = z.strictObject({
  version: z.literal(1),
  type: z.literal('statement'),
  target: ActionTarget,
  dialect: Dialect,
  /** With a placeholder of its dialect for each value, in the order of `binds`: `$1` (PostgreSQL) or `?`. */
  text: z.string().min(1),
  binds: z.array(
    z.strictObject({
      name: z.string(), // the input it comes from
      type: z.enum(['text', 'integer', 'boolean']),
      value: z.string().nullable(), // null is SQL's NULL
      untrusted: z.boolean(), // it came from the alert's text
    }),
  ),
  /** `read`: the server itself refuses every write. */
  mode: Mode,
  /** Rows that may be changed, or that a read has to find; outside of it a change is rolled back. Null: any number. */
  expect: Range.nullable(),
  mostRows: z.int().positive(), // shown
  mostBytes: z.int().positive(), // shown
  timeoutMs: z.int().positive(),
})
export type StatementAction = z.infer<typeof StatementAction>

export const RequestMethod = z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])
export type RequestMethod = z.infer<typeof RequestMethod>

/** What has to be true of an answer: `$.status == ok`. */
export const JsonAssertion = z.strictObject({
  path: z.string().regex(/^\$((\.[A-Za-z_][\w-]*)|(\[\d{1,6}\]))*$/, 'a path like $.items[0].name'),
  is: z.enum(['==', '!=', '<', '<=', '>', '>=', 'exists']),
  value: z.string(), // empty with `exists`
})
export type JsonAssertion = z.infer<typeof JsonAssertion>

/** One request to a web service. */
export const RequestAction = z.strictObject({
  version: z.literal(1),
  type: z.literal('request'),
  target: ActionTarget,
  mode: Mode,
  method: RequestMethod,
  url: z.url({ protocol: /^https?$/ }), // values are in it already, encoded
  headers: z.array(z.strictObject({ name: HeaderName, value: z.string() })),
  body: z.strictObject({ as: z.enum(['json', 'form', 'raw']), text: z.string() }).nullable(),
  /** The inputs that are in it, for whoever approves. */
  values: z.array(z.strictObject({ name: z.string(), value: z.string(), untrusted: z.boolean() })),
  status: z.array(Range).min(1), // the answer's has to be in one of them
  json: z.array(JsonAssertion),
  mostBytes: z.int().positive(), // of the answer; the rest is cut
  timeoutMs: z.int().positive(),
})
export type RequestAction = z.infer<typeof RequestAction>

/**
 * The frozen, canonical form of what one step will do. Its SHA-256 over RFC 8785 JSON is what a person approves and
 * what the executor recomputes. Nothing outside it may change what runs. Secrets are in it by reference only.
 */
export const Action = z.discriminatedUnion('type', [ProgramAction, StatementAction, RequestAction])
export type Action = z.infer<typeof Action>

export type ActionTarget = z.infer<typeof ActionTarget>

export const FrozenAction = z.strictObject({
  action: Action,
  hash: Sha256,
  tier: RiskTier,
  tierReasons: z.array(z.string()),
})
export type FrozenAction = z.infer<typeof FrozenAction>

/** How a database would carry out a statement, asked without doing it. */
export const StatementPreview = z.strictObject({
  plan: z.string(), // as the database words it; empty when there is none
  estimatedRows: z.number().nullable(), // null where the database does not estimate
  problem: z.string(), // why there is no plan; empty when there is one
})
export type StatementPreview = z.infer<typeof StatementPreview>
