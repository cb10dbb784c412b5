import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'

/** RFC 8785: the same value is always the same text, whatever order its keys were written in. */
export function toCanonicalJson(value: object): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('Only JSON values have a canonical form')
  return text
}

/** Lower-case hex. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** Hash of a value's canonical form. */
export function hashOf(value: object): string {
  return sha256(toCanonicalJson(value))
}
