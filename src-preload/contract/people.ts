import { z } from 'zod'
import { VaultTier } from './credentials'
import { command, event, query } from './define'
import { DelegationId, Empty, OperatorId, Reason, Timestamp } from './primitives'

export const Role = z.enum(['viewer', 'operator', 'approver', 'admin'])
export const Operator = z.strictObject({ id: OperatorId, name: z.string(), role: Role })
export type Operator = z.infer<typeof Operator>

/** The public half of an operator's Ed25519 key pair. */
export const OperatorKey = z.strictObject({
  fingerprint: z.string(), // `SHA256:…` of the SPKI DER
  publicKey: z.string(), // base64 of the SPKI DER
  console: z.string(), // where the private half is
  keptIn: VaultTier,
  validFrom: Timestamp,
  validUntil: Timestamp.nullable(), // null while it is in use
})
export type OperatorKey = z.infer<typeof OperatorKey>

/** Lower case words joined by hyphens; policy rules and runbooks write `group:<name>`. */
export const GroupName = z
  .string()
  .max(40)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'lower case words joined by hyphens')

export const Person = Operator.extend({
  account: z.string(), // the system's user name; policy rules and runbooks name people by it
  groups: z.array(GroupName),
  keys: z.array(OperatorKey), // newest first
})
export type Person = z.infer<typeof Person>

export const Group = z.strictObject({ name: GroupName, members: z.array(OperatorId).max(500) })
export type Group = z.infer<typeof Group>

/** `to` may answer with the standing of `from` until then. A role is never handed on. */
export const Delegation = z.strictObject({
  id: DelegationId,
  from: OperatorId,
  to: OperatorId,
  reason: z.string(),
  createdAt: Timestamp,
  until: Timestamp,
  endedAt: Timestamp.nullable(), // ended before its time
})
export type Delegation = z.infer<typeof Delegation>

export const people = {
  me: query(Empty, Operator),
  list: query(Empty, z.array(Operator)),
  rename: command(z.strictObject({ name: z.string().trim().min(1).max(80) }), Operator),
  everyone: query(Empty, z.array(Person)),
  /** Refused with `conflict` for the last admin. */
  setRole: command(z.strictObject({ id: OperatorId, role: Role }), Operator, { role: 'admin' }),
  /** The key your answers on this console are signed with; null until the first one makes it. */
  myKey: query(Empty, OperatorKey.nullable()),
  /** A new key for your answers on this console. What the old one signed stays valid. */
  rotateKey: command(Empty, OperatorKey),
  groups: query(Empty, z.array(Group)),
  /** Makes the group, or gives it these members. */
  saveGroup: command(Group, Group, { role: 'admin' }),
  removeGroup: command(z.strictObject({ name: GroupName }), Empty, { role: 'admin' }),
  /** Those in force, soonest to end first. */
  delegations: query(Empty, z.array(Delegation)),
  delegate: command(
    z.strictObject({ to: OperatorId, until: Timestamp, reason: Reason }),
    Delegation,
    { role: 'approver' },
  ),
  /** Your own; an admin may end anybody's. */
  endDelegation: command(z.strictObject({ id: DelegationId }), Empty, { role: 'approver' }),
  changed: event(Empty),
}
