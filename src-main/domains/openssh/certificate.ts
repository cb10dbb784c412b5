import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { createWireReader, fingerprintOf, toWireString } from './wire'

/** An OpenSSH certificate (PROTOCOL.certkeys): a key, and what an authority says about it. */
export interface Certificate {
  readonly type: string
  /** The plain key inside, as bytes and as a type. */
  readonly key: Buffer
  readonly keyType: string
  readonly use: 'user' | 'host'
  readonly keyId: string
  readonly serial: bigint
  readonly principals: readonly string[]
  /** Seconds since 1970. */
  readonly validAfter: bigint
  readonly validBefore: bigint
  readonly criticalOptions: readonly string[]
  readonly authority: Buffer
  readonly authorityFingerprint: string
}

const SUFFIX = '-cert-v01@openssh.com'

export const isCertificateType = (type: string) => type.endsWith(SUFFIX)

/** How many fields a key of each type has after its name. */
const FIELDS: Readonly<Record<string, number>> = {
  'ssh-ed25519': 1,
  'ssh-rsa': 2,
  'ecdsa-sha2-nistp256': 2,
  'ecdsa-sha2-nistp384': 2,
  'ecdsa-sha2-nistp521': 2,
}

/** Undefined for anything that is no certificate, or one that its authority did not sign. */
export function readCertificate(blob: Buffer): Certificate | undefined {
  try {
    return parse(blob)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function parse(blob: Buffer): Certificate | undefined {
  const reader = createWireReader(blob)
  const type = reader.text()
  const keyType = type.slice(0, -SUFFIX.length)
  const fields = FIELDS[keyType]
  if (!isCertificateType(type) || fields === undefined) return undefined
  reader.bytes() // a nonce
  const parts = Array.from({ length: fields }, () => toWireString(reader.bytes()))
  const serial = reader.uint64()
  const use = reader.uint32()
  const keyId = reader.text()
  const principals = readTexts(reader.bytes())
  const validAfter = reader.uint64()
  const validBefore = reader.uint64()
  const criticalOptions = readTexts(reader.bytes()).filter((_, at) => at % 2 === 0)
  reader.bytes() // extensions: nothing that a client has to heed
  reader.bytes()
  const authority = reader.bytes()
  const signed = blob.subarray(0, reader.at())
  const signature = reader.bytes()
  if ((use !== 1 && use !== 2) || !reader.isAtEnd()) return undefined
  if (!isSignedBy(authority, signed, signature)) return undefined
  return {
    type,
    key: Buffer.concat([toWireString(keyType), ...parts]),
    keyType,
    use: use === 1 ? 'user' : 'host',
    keyId,
    serial,
    principals,
    validAfter,
    validBefore,
    criticalOptions,
    authority,
    authorityFingerprint: fingerprintOf(authority),
  }
}

function readTexts(bytes: Buffer): string[] {
  const reader = createWireReader(bytes)
  const texts: string[] = []
  while (!reader.isAtEnd()) texts.push(reader.text())
  return texts
}

function isSignedBy(authority: Buffer, signed: Buffer, signature: Buffer): boolean {
  const key = toKeyObject(authority)
  const reader = createWireReader(signature)
  const algorithm = reader.text()
  const value = reader.bytes()
  // RSA with SHA-1 (`ssh-rsa`) is left out, as OpenSSH leaves it out.
  const hash = HASHES[algorithm]
  if (!key || hash === undefined) return false
  if (!algorithm.startsWith('ecdsa')) return verify(hash, signed, key, value)
  const numbers = createWireReader(value)
  const size = algorithm.endsWith('521') ? 66 : Number(algorithm.slice(-3)) / 8
  const p1363 = Buffer.concat([toFixed(numbers.bytes(), size), toFixed(numbers.bytes(), size)])
  return verify(hash, signed, { key, dsaEncoding: 'ieee-p1363' }, p1363)
}

const HASHES: Readonly<Record<string, string | null>> = {
  'ssh-ed25519': null,
  'rsa-sha2-256': 'sha256',
  'rsa-sha2-512': 'sha512',
  'ecdsa-sha2-nistp256': 'sha256',
  'ecdsa-sha2-nistp384': 'sha384',
  'ecdsa-sha2-nistp521': 'sha512',
}

function toFixed(number: Buffer, size: number): Buffer {
  const plain = number.subarray(Math.max(0, number.length - size))
  return Buffer.concat([Buffer.alloc(size - plain.length), plain])
}

const CURVES: Readonly<Record<string, string>> = {
  'ecdsa-sha2-nistp256': 'P-256',
  'ecdsa-sha2-nistp384': 'P-384',
  'ecdsa-sha2-nistp521': 'P-521',
}

function toKeyObject(blob: Buffer): KeyObject | undefined {
  const reader = createWireReader(blob)
  const type = reader.text()
  const jwk = toJwk(type, reader)
  return jwk && createPublicKey({ key: jwk, format: 'jwk' })
}

function toJwk(type: string, reader: ReturnType<typeof createWireReader>) {
  if (type === 'ssh-ed25519')
    return { kty: 'OKP', crv: 'Ed25519', x: reader.bytes().toString('base64url') }
  if (type === 'ssh-rsa') {
    const [e, n] = [reader.bytes(), reader.bytes()].map((bytes) => bytes.toString('base64url'))
    return { kty: 'RSA', e: e!, n: n! }
  }
  const crv = CURVES[type]
  if (crv === undefined) return undefined
  reader.bytes() // the curve's name once more
  const point = reader.bytes().subarray(1) // uncompressed: 4, x, y
  const [x, y] = [point.subarray(0, point.length / 2), point.subarray(point.length / 2)]
  return { kty: 'EC', crv, x: x.toString('base64url'), y: y.toString('base64url') }
}

/** Why a host's certificate does not speak for `host` now; undefined when it does. */
export function objectionToHost(
  certificate: Certificate,
  host: string,
  now: number,
): string | undefined {
  const { use, principals, validAfter, validBefore, criticalOptions, keyId } = certificate
  const name = `The host's certificate "${keyId}"`
  const seconds = BigInt(Math.floor(now / 1000))
  if (use !== 'host') return `${name} is one for users.`
  if (seconds < validAfter) return `${name} is not valid yet.`
  if (seconds >= validBefore) return `${name} has expired.`
  if (criticalOptions.length > 0)
    return `${name} asks for ${criticalOptions.join(', ')}, which is not known here.`
  // Whole names, as OpenSSH compares them. It lets a certificate without any name speak for every host; we do not.
  if (!principals.includes(host))
    return `${name} is for ${principals.join(', ') || 'no host'}, not for ${host}.`
  return undefined
}
