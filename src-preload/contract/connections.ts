import { z } from 'zod'
import { command, event, query, stream } from './define'
import { ConnectionId, CredentialId, Empty, Timestamp } from './primitives'
import {
  ConfiguredAlias,
  HostName,
  KnownHostKey,
  SshRoute,
  SshSettings,
  SshSignIn,
  UserName,
} from './ssh'
import { ConnectionKind, Specifics } from './targets'

const Name = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._@-]*$/, 'letters, digits, space and . _ @ - only')

export const ConnectionDraft = z.strictObject({
  name: Name,
  kind: ConnectionKind,
  host: HostName.nullable().default(null), // ssh, postgres, mysql; of an http service as its address says
  port: z.int().min(1).max(65535).default(22),
  username: UserName.nullable().default(null),
  auth: SshSignIn.default('agent'),
  credentialId: CredentialId.nullable().default(null), // for password and key
  /** Names under which alerts and runbooks know this target: `web-2`, `10.0.0.7:9100`, `role=db`. */
  tags: z.array(z.string().trim().min(1).max(120)).max(50).default([]),
  /** ssh only. Absent: the host is reached directly, by its own name. */
  ssh: SshSettings.optional(),
  /** Of the same kind as the connection; absent for ssh, and for this machine where nothing is said. */
  specifics: Specifics.optional(),
})
export type ConnectionDraft = z.infer<typeof ConnectionDraft>

export const Connection = ConnectionDraft.extend({
  id: ConnectionId,
  credentialName: z.string().nullable(),
  /** The host key that was accepted, `SHA256:…` as ssh-keygen prints it; null until the first contact was confirmed. */
  hostKey: z.string().nullable(),
  hostKeySeenAt: Timestamp.nullable(),
  lastTest: z.strictObject({ at: Timestamp, ok: z.boolean(), summary: z.string() }).nullable(),
  createdAt: Timestamp,
  /** ssh only. */
  route: SshRoute.optional(),
  sudoCredentialName: z.string().optional(), // where there is one
})
export type Connection = z.infer<typeof Connection>

/** In order; the first that fails ends the test. */
export const TestStage = z.enum(['name', 'tcp', 'tls', 'host_key', 'auth', 'permission'])
export const TestProgress = z.strictObject({
  stage: TestStage,
  state: z.enum(['running', 'passed', 'failed', 'asks']), // `asks`: the host key is new and must be confirmed
  detail: z.string(),
  hostKey: z.string().nullable(), // with `asks` and with a changed key
  tookMs: z.number().nonnegative(),
  jumpHost: z.string().optional(), // `host:port` when it is about one on the way; absent for the target
})
export type TestProgress = z.infer<typeof TestProgress>

const One = z.strictObject({ id: ConnectionId })

export const connections = {
  list: query(Empty, z.array(Connection)),
  get: query(One, Connection),
  create: command(ConnectionDraft, Connection),
  /** A new host or port forgets the accepted host key. Refused with `conflict` while a run uses it. */
  update: command(One.extend({ draft: ConnectionDraft }), Connection),
  remove: command(One, Empty),
  test: stream(One, TestProgress),
  /** Accepts the key that `test` showed. Refused with `conflict` when the host shows another one now. */
  trustHostKey: command(
    One.extend({
      hostKey: z.string().startsWith('SHA256:').max(100),
      jumpHost: z.string().max(300).optional(), // `host:port`, as the test named it
    }),
    Connection,
  ),
  /** What the operator's known_hosts files say about the hosts on the way. */
  knownHosts: query(One, z.array(KnownHostKey)),
  /** The hosts of `~/.ssh/config`. Refused with `unsupported` when the file cannot be followed. */
  sshConfig: query(Empty, z.strictObject({ file: z.string(), hosts: z.array(ConfiguredAlias) })),
  changed: event(Empty),
}
