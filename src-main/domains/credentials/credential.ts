import { createHash } from 'node:crypto'
import ssh2 from 'ssh2'
import { Refusal } from '#contract'
import type { Credential } from '#contract/credentials'
import { SHORTEST_SECRET } from '#platform/masking'
import { type ReadCertificate, readSshCertificate, readTlsCertificate } from './certificate'
import type { SecretParts } from './credential-sealing'
import { Secret } from './secret'

/** What of a credential may be shown, beside its name. */
export interface PublicParts {
  readonly fingerprint: string | null
  readonly publicKey: string | null
  readonly certificate: string | null
  readonly certificateLabel: Credential['certificate']
}

/** A secret that was looked at and found usable. */
export type CheckedSecret = SecretParts & PublicParts

export interface GivenSecret {
  readonly kind: Credential['kind']
  readonly secret: string
  readonly passphrase: string
  readonly certificate?: string | undefined
}

const NOTHING_TO_SHOW: PublicParts = {
  fingerprint: null,
  publicKey: null,
  certificate: null,
  certificateLabel: null,
}

/** Refused with `invalid_input` when it is too short to be masked, or no key that opens with its passphrase. */
export function checkSecret(given: GivenSecret): CheckedSecret {
  const { kind, secret, passphrase, certificate = '' } = given
  if (kind === 'private_key') return checkPrivateKey(given)
  if (kind === 'client_certificate') return checkClientCertificate(given)
  refuseShort('A secret', secret)
  if (passphrase !== '') throw invalid('Only a private key has a passphrase. Leave it empty.')
  if (certificate !== '') throw invalid('Only a private key has a certificate. Leave it empty.')
  return { ...NOTHING_TO_SHOW, secret: new Secret(secret), passphrase: undefined }
}

const PAIRS = { ed25519: {}, ecdsa: { bits: 256 }, rsa: { bits: 4096 } } as const
export type PairType = keyof typeof PAIRS

/** A new pair of keys, its private half in OpenSSH's format. RSA takes some seconds, beside the main loop. */
export async function makeKeyPair(type: PairType): Promise<CheckedSecret> {
  for (;;) {
    const secret = await makePrivateKey(type)
    // ssh2 1.17 drops a leading zero byte of some ed25519 keys: one in some hundred does not open.
    if (!(ssh2.utils.parseKey(secret) instanceof Error))
      return checkSecret({ kind: 'private_key', secret, passphrase: '' })
  }
}

function makePrivateKey(type: PairType): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const options = PAIRS[type] as { bits: 256 } // the library's types do not follow a union
  ssh2.utils.generateKeyPair(type, options, (error, pair) =>
    error ? reject(error) : resolve(pair.private),
  )
  return promise
}

function checkPrivateKey({
  secret: text,
  passphrase,
  certificate = '',
}: GivenSecret): CheckedSecret {
  const secret = `${text.trim()}\n` // a key file ends with a newline; pasting loses it
  const open = ssh2.utils.parseKey(secret)
  if (!(open instanceof Error))
    return { secret: new Secret(secret), passphrase: undefined, ...show(open, certificate) }
  const isEncrypted = /encrypted/i.test(open.message)
  if (!isEncrypted) throw invalid(`This is no private key that can be used: ${open.message}.`)
  if (passphrase === '') throw invalid('This private key is encrypted. Enter its passphrase too.')
  refuseShort('A passphrase', passphrase)
  const opened = ssh2.utils.parseKey(secret, passphrase)
  if (opened instanceof Error)
    throw invalid(`The passphrase does not open this private key (${opened.message}).`)
  return {
    secret: new Secret(secret),
    passphrase: new Secret(passphrase),
    ...show(opened, certificate),
  }
}

function show(key: ssh2.ParsedKey, certificate: string): PublicParts {
  if (!key.isPrivateKey())
    throw invalid(
      'This is the public half of a key. Paste the private half, the file without .pub.',
    )
  const wire = key.getPublicSSH()
  const hash = createHash('sha256').update(wire).digest('base64') // as `ssh-keygen -l` prints it
  return {
    ...certified(certificate === '' ? undefined : readSshCertificate(certificate, wire)),
    fingerprint: `SHA256:${hash.replace(/=+$/, '')}`,
    publicKey: `${key.type} ${wire.toString('base64')}`,
  }
}

function checkClientCertificate({
  secret,
  passphrase,
  certificate = '',
}: GivenSecret): CheckedSecret {
  if (passphrase !== '') refuseShort('A passphrase', passphrase)
  const pem = `${secret.trim()}\n`
  if (certificate.trim() === '') throw invalid('Enter the certificate that goes with this key.')
  const read = readTlsCertificate(certificate, { pem, passphrase })
  return {
    ...certified(read),
    secret: new Secret(pem),
    passphrase: passphrase === '' ? undefined : new Secret(passphrase),
  }
}

function certified(read: ReadCertificate | undefined): PublicParts {
  if (!read) return NOTHING_TO_SHOW
  if ('problem' in read) throw invalid(read.problem)
  const { text: certificate, label: certificateLabel, fingerprint = null } = read
  return { ...NOTHING_TO_SHOW, certificate, certificateLabel, fingerprint }
}

function refuseShort(what: string, text: string): void {
  if (text.trim().length < SHORTEST_SECRET)
    throw invalid(
      `${what} needs at least ${SHORTEST_SECRET} characters: a shorter one could not be hidden in output and logs.`,
    )
}

function invalid(message: string): Refusal {
  return new Refusal('invalid_input', `${message} Nothing was stored.`)
}
