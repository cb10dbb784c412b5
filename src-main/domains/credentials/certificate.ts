import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import type { Credential } from '#contract/credentials'

type Label = NonNullable<Credential['certificate']>

/** A certificate that was read, or why it cannot be used. */
export type ReadCertificate =
  | { readonly text: string; readonly label: Label; readonly fingerprint?: string }
  | { readonly problem: string }

/** Fields of a public key before the certificate's own ones, and the key type they make. */
const KEY_FIELDS: Readonly<Record<string, { type: string; fields: number }>> = {
  'ssh-ed25519-cert-v01@openssh.com': { type: 'ssh-ed25519', fields: 1 },
  'ssh-rsa-cert-v01@openssh.com': { type: 'ssh-rsa', fields: 2 },
  'ecdsa-sha2-nistp256-cert-v01@openssh.com': { type: 'ecdsa-sha2-nistp256', fields: 2 },
  'ecdsa-sha2-nistp384-cert-v01@openssh.com': { type: 'ecdsa-sha2-nistp384', fields: 2 },
  'ecdsa-sha2-nistp521-cert-v01@openssh.com': { type: 'ecdsa-sha2-nistp521', fields: 2 },
}
const USER_CERTIFICATE = 1
const FOR_EVER = 0xffff_ffff_ffff_ffffn

/**
 * One line as `ssh-keygen -s` writes it, for the key whose public half is given in SSH's wire form. The layout is in
 * OpenSSH's PROTOCOL.certkeys.
 */
export function readSshCertificate(text: string, publicKey: Buffer): ReadCertificate {
  const [type = '', body = ''] = text.trim().split(/\s+/)
  const known = KEY_FIELDS[type]
  if (!known)
    return { problem: 'This is no OpenSSH certificate. It is the file that ends with -cert.pub.' }
  try {
    const reader = createReader(Buffer.from(body, 'base64'))
    reader.bytes() // the type again
    reader.bytes() // a nonce
    const key = Array.from({ length: known.fields }, () => reader.bytes())
    if (!wireOf([Buffer.from(known.type), ...key]).equals(publicKey))
      return { problem: 'This certificate is for another key.' }
    reader.skip(8) // serial number
    if (reader.uint32() !== USER_CERTIFICATE)
      return { problem: 'This certificate is for a host, not for a user.' }
    const id = reader.bytes().toString('utf8')
    const principals = namesIn(reader.bytes())
    reader.skip(8) // valid after
    const until = reader.uint64()
    const expiresAt = until === FOR_EVER ? null : Number(until) * 1000
    const who = principals.length === 0 ? 'any user' : principals.join(', ')
    return { text: `${type} ${body}`, label: { subject: `${id} for ${who}`, expiresAt } }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { problem: 'This certificate is cut short.' }
  }
}

/** PEM, the key's own certificate first, then those that lead to its authority. */
export function readTlsCertificate(
  text: string,
  key: { readonly pem: string; readonly passphrase: string },
): ReadCertificate {
  const privateKey = parsePrivateKey(key)
  if (!privateKey)
    return {
      problem: /ENCRYPTED/.test(key.pem)
        ? 'The private key does not open. Is its passphrase right?'
        : 'This is no private key in PEM that can be used.',
    }
  try {
    const certificate = new X509Certificate(text)
    if (!certificate.checkPrivateKey(privateKey))
      return { problem: 'The certificate is for another private key.' }
    const subject = certificate.subject.replaceAll('\n', ', ')
    const hash = createHash('sha256').update(certificate.raw).digest('base64')
    return {
      text: `${text.trim()}\n`,
      label: { subject, expiresAt: certificate.validToDate.getTime() },
      fingerprint: `SHA256:${hash.replace(/=+$/, '')}`,
    }
  } catch {
    return { problem: 'This is no certificate in PEM: it begins with -----BEGIN CERTIFICATE-----.' }
  }
}

function parsePrivateKey({ pem, passphrase }: { pem: string; passphrase: string }) {
  try {
    return createPrivateKey({ key: pem, format: 'pem', passphrase })
  } catch {
    return undefined // OpenSSL's words are about its own structures
  }
}

/** Strings, each after its length in four bytes: RFC 4251, 5. */
function createReader(bytes: Buffer) {
  let at = 0
  const skip = (count: number) => {
    if (at + count > bytes.length) throw new RangeError('cut short')
    at += count
    return at - count
  }
  const uint32 = () => bytes.readUInt32BE(skip(4))
  return {
    skip,
    uint32,
    uint64: () => bytes.readBigUInt64BE(skip(8)),
    bytes: () => {
      const length = uint32()
      const from = skip(length)
      return bytes.subarray(from, from + length)
    },
    isAtEnd: () => at === bytes.length,
  }
}

function wireOf(parts: readonly Buffer[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(part.length)
      return [length, part]
    }),
  )
}

function namesIn(list: Buffer): string[] {
  const reader = createReader(list)
  const names: string[] = []
  while (!reader.isAtEnd()) names.push(reader.bytes().toString('utf8'))
  return names
}
