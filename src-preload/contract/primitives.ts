import { z } from 'zod'

/** Milliseconds since 1970, UTC. Text for humans is made in the renderer alone. */
export const Timestamp = z.int().nonnegative()
export type Timestamp = z.infer<typeof Timestamp>

/** The schema of an id: a prefix that names its kind in any log, then a ULID (26 characters of Crockford base 32). */
export function idOf<Prefix extends string>(prefix: Prefix) {
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9A-HJKMNP-TV-Z]{26}$`), `an id like ${prefix}_01J9Q3…`)
}

export const Severity = z.enum(['critical', 'high', 'medium', 'low', 'info'])
export type Severity = z.infer<typeof Severity>

/** How far an action reaches, least first. `forbidden` is never run, whoever approves. */
export const RiskTier = z.enum(['read', 'reach_out', 'change', 'destroy', 'forbidden'])
export type RiskTier = z.infer<typeof RiskTier>

/** Where a page of a list goes on. Opaque to the renderer; null at the end. */
export const Cursor = z.string().max(400).nullable()
export type Cursor = z.infer<typeof Cursor>

export const PageInput = z.strictObject({
  cursor: Cursor.default(null),
  limit: z.int().min(1).max(200).default(50),
})

/** One page of a list. `total` counts the whole list, not the page. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({ items: z.array(item), next: Cursor, total: z.int().nonnegative() })
}
export interface Page<T> {
  items: T[]
  next: Cursor
  total: number
}

/** Free text an operator typed. Trimmed; control characters other than newline and tab are refused. */
export const Note = z
  .string()
  .trim()
  .max(10_000)
  // oxlint-disable-next-line no-control-regex -- to refuse them is the point
  .regex(/^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]*$/u, 'must not hold control characters')
/** The same, but something must be there. */
export const Reason = Note.min(1, 'must say why')

export const Empty = z.strictObject({})
export const TextMap = z.record(z.string(), z.string())

export const OperatorId = idOf('opr').brand<'OperatorId'>()
export type OperatorId = z.infer<typeof OperatorId>
export const TicketId = idOf('tkt').brand<'TicketId'>()
export type TicketId = z.infer<typeof TicketId>
export const DeliveryId = idOf('dlv').brand<'DeliveryId'>()
export type DeliveryId = z.infer<typeof DeliveryId>
export const RunId = idOf('run').brand<'RunId'>()
export type RunId = z.infer<typeof RunId>
export const ApprovalId = idOf('apr').brand<'ApprovalId'>()
export type ApprovalId = z.infer<typeof ApprovalId>
export const ActionId = idOf('act').brand<'ActionId'>()
export type ActionId = z.infer<typeof ActionId>
export const DelegationId = idOf('dlg').brand<'DelegationId'>()
export type DelegationId = z.infer<typeof DelegationId>
export const ConnectionId = idOf('con').brand<'ConnectionId'>()
export type ConnectionId = z.infer<typeof ConnectionId>
export const CredentialId = idOf('crd').brand<'CredentialId'>()
export type CredentialId = z.infer<typeof CredentialId>

/** A runbook is named by its file: lower case words joined by hyphens, without `.md`. */
export const RunbookId = z
  .string()
  .max(120)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'lower case words joined by hyphens')
  .brand<'RunbookId'>()
export type RunbookId = z.infer<typeof RunbookId>

/** Lower-case hex of a SHA-256. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)
