import { isIP } from 'node:net'
import { type ConnectionOptions, getCACertificates } from 'node:tls'

/** How the other end of a line has to prove itself, and how this end does. */
export interface Trust {
  /** `verify`: authority and name of the certificate. `verify_ca`: the authority alone. */
  readonly mode: 'verify' | 'verify_ca'
  /** PEM of the authorities to trust instead of this machine's own. */
  readonly ca: string | null
  readonly client?: { readonly cert: string; readonly key: string; readonly passphrase?: string }
}

let authorities: string[] | undefined

/** What Node trusts, what `NODE_EXTRA_CA_CERTS` adds, and what this machine trusts: in-house services are signed there. */
export function trustedAuthorities(): string[] {
  authorities ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])]
  return authorities
}

/** For `tls.connect` and `https.request`: always verified, whatever the environment says. */
export function tlsOptions({ mode, ca, client }: Trust, host: string): ConnectionOptions {
  return {
    rejectUnauthorized: true,
    ca: ca ?? trustedAuthorities(),
    ...(isIP(host) === 0 && { servername: host }),
    ...(mode === 'verify_ca' && { checkServerIdentity: () => undefined }),
    ...client,
  }
}

/** A certificate problem for an operator: what is wrong and what to do about it. */
export function explainTls(error: Error & { code?: string }, host: string): string {
  const { message } = error
  const code = codeOf(error)
  const known = CERTIFICATE_WORDS[code]
  if (known) return `The certificate of ${host} ${known}`
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `The certificate of ${host} is for another name. ${message.replace(/^.*altnames: /, '')} Connect by a name that is in it, or say that its authority is enough.`
  if (/alert.*(certificate required|bad certificate|handshake failure|unknown ca)/i.test(message))
    return `${host} does not accept us: ${/alert ([a-z ]+)/i.exec(message)?.[1]?.trim() ?? message}. It asks for a client certificate that it knows; choose one for this connection.`
  if (code === 'ERR_OSSL_PEM_NO_START_LINE' || /PEM|asn1|key values mismatch/i.test(message))
    return `The client certificate or the authority of this connection is no PEM text that fits together (${message}).`
  return `${host} does not speak TLS as it should: ${message}. Check that this port is encrypted.`
}

/** Libraries give the error a code of their own and leave its words. */
function codeOf({ code = '', message }: Error & { code?: string }): string {
  if (code in CERTIFICATE_WORDS) return code
  return BY_WORDS.find(([words]) => words.test(message))?.[1] ?? code
}

const BY_WORDS: readonly (readonly [RegExp, string])[] = [
  [/altnames/, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  [/unable to verify the first certificate/, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  [/unable to get (local )?issuer certificate/, 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
  [/self[- ]signed certificate in/, 'SELF_SIGNED_CERT_IN_CHAIN'],
  [/self[- ]signed certificate/, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  [/certificate has expired/, 'CERT_HAS_EXPIRED'],
  [/certificate is not yet valid/, 'CERT_NOT_YET_VALID'],
]

const CERTIFICATE_WORDS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'signed itself, so nobody vouches for it. Give this connection the certificate as its authority, if you know that it is right.',
  SELF_SIGNED_CERT_IN_CHAIN:
    'comes from an authority that this machine does not trust. Give this connection that authority’s certificate.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'comes from an authority that this machine does not know. Give this connection that authority’s certificate.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'comes from an authority that this machine does not know. Give this connection that authority’s certificate.',
  UNABLE_TO_GET_ISSUER_CERT: 'names an authority that it does not send. Give this connection it.',
  CERT_HAS_EXPIRED: 'has expired. It has to be renewed on the server.',
  CERT_NOT_YET_VALID: 'is not valid yet. Compare the clocks of both machines.',
  CERT_SIGNATURE_FAILURE: 'was not signed by the authority that it names.',
  CERT_REVOKED: 'was taken back by its authority.',
  INVALID_CA: 'comes from an authority that may not sign certificates.',
}
