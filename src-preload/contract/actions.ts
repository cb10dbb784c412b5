import { z } from 'zod'
import { ConnectionId, CredentialId, RiskTier, Sha256 } from './primitives'
import { SshBinding } from './ssh'

/** Where an action goes, as it was when the action was frozen. A different host key or address is another target. */
export const ActionTarget = z.strictObject({
  connectionId: ConnectionId,
  connectionName: z.string(),
  kind: z.enum(['local', 'ssh']),
  host: z.string().nullable(),
  port: z.int().nullable(),
  username: z.string().nullable(),
  hostKey: z.string().nullable(),
  credentialId: CredentialId.nullable(),
  credentialName: z.string().nullable(),
  /** Absent unless there is something of it: older actions keep their hash. */
  ssh: SshBinding.optional(),
})

/**
 * The frozen, canonical form of what one step will do. Its SHA-256 over RFC 8785 JSON is what a person approves and
 * what the executor recomputes. Nothing outside it may change what runs.
 */
export const Action = z.strictObject({
  version: z.literal(1),
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
export type Action = z.infer<typeof Action>

export type ActionTarget = z.infer<typeof ActionTarget>

export const FrozenAction = z.strictObject({
  action: Action,
  hash: Sha256,
  tier: RiskTier,
  tierReasons: z.array(z.string()),
})
export type FrozenAction = z.infer<typeof FrozenAction>
