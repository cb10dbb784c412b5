import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AuditEntry } from '#contract/audit'
import { OperatorKey } from '#contract/people'
import { OperatorId } from '#contract/primitives'

/** A public key as it is exported: with whose it is. */
export const ExportedKey = OperatorKey.extend({ operatorId: OperatorId, operator: z.string() })
export type ExportedKey = z.infer<typeof ExportedKey>

/** The lines of an exported audit log: one `log`, any `key`, every `entry` in order, one `end`. */
const Line = z.union([
  z.strictObject({
    log: z.strictObject({ format: z.literal('quarterdeck-audit'), version: z.literal(1) }),
  }),
  z.strictObject({ key: ExportedKey }),
  z.strictObject({ entry: AuditEntry }),
  z.strictObject({ end: z.strictObject({ entries: z.int(), head: z.string() }) }),
])
export type Line = z.infer<typeof Line>

export const LOG: Line = { log: { format: 'quarterdeck-audit', version: 1 } }

/** Undefined when it is no line of an exported log. */
export function parseLine(text: string): Line | undefined {
  const line = Line.safeParse(parseJson(text))
  return line.success ? line.data : undefined
}

/**
 * The keys of a file of `{"key":…}` lines; a string says what is wrong with it. A fingerprint that is not its key's is
 * wrong, whatever else is right.
 */
export function parseKeys(text: string): ExportedKey[] | string {
  const keys: ExportedKey[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const read = parseLine(line)
    if (!read || !('key' in read)) return `line ${index + 1} is no public key`
    if (fingerprintOf(read.key.publicKey) !== read.key.fingerprint)
      return `line ${index + 1} has a fingerprint that is not its key's`
    keys.push(read.key)
  }
  return keys.length > 0 ? keys : 'there is no public key in it'
}

function fingerprintOf(publicKey: string): string {
  const digest = createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('base64')
  return `SHA256:${digest.replace(/=+$/, '')}`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
