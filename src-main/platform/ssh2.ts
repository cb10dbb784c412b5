import { createRequire } from 'node:module'
import type { ParsedKey } from 'ssh2'

/**
 * The ssh2 package, taught OpenSSH's certificates (PROTOCOL.certkeys), which it does not know (1.17). Whoever opens lines
 * takes it from here. `connections/ssh-certificate.test.ts` holds all of this against OpenSSH's own server; a new
 * version of ssh2 that is built otherwise fails there.
 */
const load = createRequire(import.meta.url)
// Its parts are changed before the whole is loaded: a copy of our own, whoever loaded the package before.
for (const path of Object.keys(load.cache))
  if (/[\\/]ssh2[\\/]lib[\\/]/.test(path)) delete load.cache[path]

const SUFFIX = '-cert-v01@openssh.com'

interface Write {
  alloc(size: number): Buffer
  readonly allocStart: number
  finalize(packet: Buffer): Buffer
}
interface Protocol {
  readonly _kex: { readonly sessionID: Buffer; negotiated: { serverHostKey: string } }
  readonly _packetRW: { readonly write: Write }
  readonly _authsQueue: string[]
  authPK(username: string, key: unknown, algorithm?: string, sign?: SignWith): void
}
type SignWith = (data: Buffer, done: (signature: Buffer) => void) => void

const keyParser = load('ssh2/lib/protocol/keyParser.js') as {
  parseDERKey(data: Buffer, type: string): unknown
}
const constants = load('ssh2/lib/protocol/constants.js') as {
  SUPPORTED_SERVER_HOST_KEY: string[]
  DEFAULT_SERVER_HOST_KEY: string[]
}
const wire = load('ssh2/lib/protocol/utils.js') as {
  sendPacket(protocol: Protocol, packet: Buffer): void
  convertSignature(signature: Buffer, keyType: string): Buffer | false
}

// A host's certificate is checked as the plain key in it, which follows its type and a nonce.
const { parseDERKey } = keyParser
keyParser.parseDERKey = (data, type) =>
  type.endsWith(SUFFIX)
    ? parseDERKey(data.subarray(4 + data.readUInt32BE(0)), type.slice(0, -SUFFIX.length))
    : parseDERKey(data, type)

/** RSA is not among them: ssh2 holds the name of its signature against that of the certificate. */
const HOST_CERTIFICATES = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384'].map(
  (type) => type + SUFFIX,
)
constants.SUPPORTED_SERVER_HOST_KEY.push(...HOST_CERTIFICATES)

/** The kinds of host key to ask for where an authority's certificate would do: certificates first. */
export const CERTIFICATES_FIRST: readonly string[] = [
  ...HOST_CERTIFICATES,
  ...constants.DEFAULT_SERVER_HOST_KEY,
]

/** For the host's verifier: the signature that follows is that of the plain key in the certificate. */
export function expectPlainSignature(client: object, keyType: string): void {
  const { _protocol: protocol } = client as { readonly _protocol: Protocol }
  const { _kex: exchange } = protocol
  exchange.negotiated.serverHostKey = keyType
}

interface Certified {
  readonly blob: Buffer
  /** Names the certificate's algorithm in the request, and the key's in the signature. */
  readonly algorithm: string
  readonly keyType: string
  readonly signatureAlgorithm: string
}
const certified = new WeakMap<object, Certified>()

/** A key that shows `blob`, a certificate for it, in its place. It signs as it did. */
export function withCertificate(key: ParsedKey, blob: Buffer): ParsedKey {
  const isRsa = key.type === 'ssh-rsa'
  const signatureAlgorithm = isRsa ? 'rsa-sha2-512' : key.type
  const algorithm = signatureAlgorithm + SUFFIX
  const shown = Object.create(key, {
    type: { value: algorithm },
    getPublicSSH: { value: () => blob },
  }) as ParsedKey
  certified.set(shown, { blob, algorithm, keyType: key.type, signatureAlgorithm })
  return shown
}

const { prototype } = load('ssh2/lib/protocol/Protocol.js') as { prototype: Protocol }
const authPK = prototype.authPK
prototype.authPK = function (this: Protocol, username, key, algorithm, sign) {
  const certificate = certified.get(key as object)
  if (!certificate || !sign) return authPK.call(this, username, key, algorithm, sign)
  const { _kex: exchange, _packetRW: packets, _authsQueue: asked } = this
  const request = toRequest(username, certificate)
  sign(Buffer.concat([text(exchange.sessionID), request]), (signature) => {
    const own = wire.convertSignature(signature, certificate.keyType)
    if (own === false) throw new Error('The signature cannot be written down.')
    const payload = Buffer.concat([
      request,
      text(Buffer.concat([text(certificate.signatureAlgorithm), text(own)])),
    ])
    const packet = packets.write.alloc(payload.length)
    packet.set(payload, packets.write.allocStart)
    asked.push('publickey')
    wire.sendPacket(this, packets.write.finalize(packet))
  })
}

const USERAUTH_REQUEST = 50

/** RFC 4252, 7: what is signed, and then sent with the signature. */
function toRequest(username: string, { algorithm, blob }: Certified): Buffer {
  return Buffer.concat([
    Buffer.from([USERAUTH_REQUEST]),
    ...[username, 'ssh-connection', 'publickey'].map(text),
    Buffer.from([1]),
    text(algorithm),
    text(blob),
  ])
}

function text(value: Buffer | string): Buffer {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

export const ssh2 = load('ssh2') as typeof import('ssh2')
