import { z } from 'zod'
import { CredentialId } from './primitives'

/** A host name or an IP address; never a URL, never with user or port. */
export const HostName = z
  .string()
  .trim()
  .min(1)
  .max(253)
  .regex(/^[A-Za-z0-9:._-]+$/, 'a host name or an IP address')

export const UserName = z
  .string()
  .trim()
  .max(64)
  .regex(/^[A-Za-z0-9._@\\-]*$/)

export const SshSignIn = z.enum(['agent', 'password', 'key'])

/** A machine that the line passes through. It signs in there first, and checks that host's key as any other's. */
export const JumpHost = z.strictObject({
  host: HostName,
  port: z.int().min(1).max(65535).default(22),
  username: UserName.min(1),
  auth: SshSignIn.default('agent'),
  credentialId: CredentialId.nullable().default(null), // for password and key
})
export type JumpHost = z.infer<typeof JumpHost>

/** What only SSH connections have, besides address, account and credential. */
export const SshSettings = z.strictObject({
  /** `host` is a name of the operator's `~/.ssh/config`: what it stands for is looked up at each use. */
  isAlias: z.boolean().default(false),
  /** In the order they are passed. Of an alias they stand in `~/.ssh/config` instead. */
  jumpHosts: z.array(JumpHost).max(8).default([]),
  /** Lends the agent's keys to the host while a line is open: whoever rules the host can use them. */
  forwardAgent: z.boolean().default(false),
  /** Typed at sudo's own prompt, and nowhere else. */
  sudoCredentialId: CredentialId.nullable().default(null),
})
export type SshSettings = z.infer<typeof SshSettings>

/** One jump host as an action is bound to it. */
export const BoundJumpHost = z.strictObject({
  host: z.string(),
  port: z.int(),
  username: z.string(),
  hostKey: z.string().nullable(), // null: known_hosts decides
  credentialId: CredentialId.nullable(),
})
export type BoundJumpHost = z.infer<typeof BoundJumpHost>

/** What else an action over SSH is bound to. Absent for a host that is reached directly, without a lent agent. */
export const SshBinding = z.strictObject({
  jumpHosts: z.array(BoundJumpHost),
  forwardAgent: z.boolean(),
})
export type SshBinding = z.infer<typeof SshBinding>

/** The way to a host as it is now. */
export const SshRoute = z.strictObject({
  host: z.string(),
  port: z.int(),
  username: z.string(),
  jumpHosts: z.array(BoundJumpHost),
  /** Why it cannot be gone, in words; then the rest is what the connection says itself. */
  problem: z.string().nullable(),
})
export type SshRoute = z.infer<typeof SshRoute>

/** A line of a known_hosts file that speaks of a host. */
export const KnownHostKey = z.strictObject({
  mark: z.enum(['key', 'authority', 'revoked']),
  type: z.string(),
  fingerprint: z.string(),
  file: z.string(),
  line: z.int(),
  jumpHost: z.string().nullable(), // `host:port`; null for the host itself
})
export type KnownHostKey = z.infer<typeof KnownHostKey>

/** A host of `~/.ssh/config`, and what a connection to it would be. */
export const ConfiguredAlias = z.strictObject({
  alias: z.string(),
  route: SshRoute,
  identityFiles: z.array(z.string()),
  forwardAgent: z.boolean(), // what the file says; a connection says it for itself
  isKnown: z.boolean(), // its host key, or an authority for it, stands in known_hosts
  connectionName: z.string().nullable(), // of the connection that leads there already
})
export type ConfiguredAlias = z.infer<typeof ConfiguredAlias>
