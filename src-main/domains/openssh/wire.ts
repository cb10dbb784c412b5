import { createHash } from 'node:crypto'

/** Reads the SSH wire format (RFC 4251, 5). Throws `RangeError` when the bytes end too early. */
export function createWireReader(bytes: Buffer) {
  let at = 0
  const take = (length: number) => {
    if (length > bytes.length - at) throw new RangeError('The bytes end too early.')
    at += length
    return bytes.subarray(at - length, at)
  }
  const bytesOf = () => take(take(4).readUInt32BE(0))
  return {
    uint32: () => take(4).readUInt32BE(0),
    uint64: () => take(8).readBigUInt64BE(0),
    bytes: bytesOf,
    text: () => bytesOf().toString('utf8'),
    isAtEnd: () => at === bytes.length,
    at: () => at,
  }
}

export function toWireString(value: Buffer | string): Buffer {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** `SHA256:…` as `ssh-keygen -l` prints it. */
export function fingerprintOf(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}

/** A key's type stands first in it (RFC 4253, 6.6). */
export function typeOf(blob: Buffer): string {
  return createWireReader(blob).text()
}
