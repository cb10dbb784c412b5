import { createVerify, X509Certificate } from 'node:crypto'
import type { Timestamp } from '#contract/primitives'
import { parseJson } from './body'
import { type Given, outsideOf, type Proof, type Proven } from './proof'
import { isObject, valueAt } from './values'

/** SNS retries a delivery for up to an hour with the time of the first attempt. */
const TOLERANCE_MS = 3_600_000
/** One certificate a region, and a few while they are renewed. */
const MOST_CERTIFICATES = 20
const FEWEST_KEY_BITS = 2048

/** Where SNS answers. Anybody may rent other names below amazonaws.com, so nothing else will do. */
const SNS_HOST = /^sns\.[a-z0-9-]{3,}\.amazonaws\.com(?:\.cn)?$/
const CERTIFICATE_PATH = /^\/SimpleNotificationService-[\w-]{1,100}\.pem$/
/**
 * The names in SNS's certificates: `sns.amazonaws.com` in most regions, `sns-signing.<region>` in newer ones and
 * `sns-<region>` in China and for the government. https://github.com/aws/aws-sdk-java-v2 (SnsHostProvider)
 */
const CERTIFICATE_NAME = /^sns(?:-signing)?(?:[.-][a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$/

const SIGNED_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: confirmationFields(),
  UnsubscribeConfirmation: confirmationFields(),
}

function confirmationFields() {
  return ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type']
}

const refused = (reason: string): Proven => ({ ok: false, reason })

/**
 * SNS signs with a certificate that it names in the message: RSA with PKCS #1 v1.5 over the fields in the order of their
 * names. https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 * Certificates are kept until they end; a certificate that cannot be had now makes `check` reject.
 */
export function snsProof(): Proof {
  const kept = new Map<string, X509Certificate>()

  async function certificateAt(url: URL, given: Given): Promise<X509Certificate | string> {
    const known = kept.get(url.href)
    if (known && problemOf(known, given.now) === undefined) return known
    kept.delete(url.href)
    const read = certificateIn(await given.fetchText(url.href))
    const problem = typeof read === 'string' ? read : problemOf(read, given.now)
    if (typeof read === 'string' || problem !== undefined) return problem ?? ''
    const [oldest] = kept.keys()
    if (kept.size >= MOST_CERTIFICATES && oldest !== undefined) kept.delete(oldest)
    kept.set(url.href, read)
    return read
  }

  return {
    secret: null,
    isSigned: ({ headers, body }) =>
      !isRaw(headers) && typeof valueAt(messageIn(body), 'Signature') === 'string',
    async check(given) {
      if (isRaw(given.headers)) {
        return refused(
          'The subscription has raw message delivery switched on, which leaves the signature out. Switch it off in the SNS console.',
        )
      }
      const claim = claimIn(given)
      if (typeof claim === 'string') return refused(claim)
      const certificate = await certificateAt(claim.certificate, given)
      if (typeof certificate === 'string') return refused(certificate)
      const right = createVerify(claim.algorithm)
        .update(claim.signed)
        .verify(certificate.publicKey, claim.signature, 'base64')
      return right ? { ok: true } : refused('The signature of Amazon SNS does not fit the message.')
    },
  }
}

/** The header is written by SNS itself: https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html */
export const isRaw = (headers: Given['headers']) =>
  headers['x-amz-sns-rawdelivery']?.trim().toLowerCase() === 'true'

function messageIn(body: Buffer): Record<string, unknown> | undefined {
  const parsed = parseJson(body.toString())
  return 'value' in parsed && isObject(parsed.value) ? parsed.value : undefined
}

interface Claim {
  readonly signed: string
  readonly signature: string
  readonly algorithm: string
  readonly certificate: URL
}

/** What has to be checked with the certificate, or why it need not even be fetched. */
function claimIn({ body, now }: Given): Claim | string {
  const message = messageIn(body)
  const signed = message && signedTextOf(message)
  const signature = valueAt(message, 'Signature')
  if (signed === undefined || typeof signature !== 'string')
    return 'It is not a signed message of Amazon SNS.'
  const sentAt = Date.parse(String(valueAt(message, 'Timestamp')))
  if (!Number.isFinite(sentAt)) return 'It does not say when it was signed.'
  const late = outsideOf(now, sentAt, TOLERANCE_MS)
  if (late !== undefined) return late
  const certificate = certificateAddress(valueAt(message, 'SigningCertURL'))
  if (!certificate)
    return 'Its SigningCertURL is not an address of Amazon SNS, so it was not visited.'
  const algorithm = ALGORITHMS.get(valueAt(message, 'SignatureVersion'))
  if (algorithm === undefined) return 'Its SignatureVersion is neither 1 nor 2.'
  return { signed, signature, algorithm, certificate }
}

const ALGORITHMS = new Map<unknown, string>([
  ['1', 'RSA-SHA1'],
  ['2', 'RSA-SHA256'],
])

/** Undefined when a field that is signed is missing; only the subject may be. */
function signedTextOf(message: Record<string, unknown>): string | undefined {
  const type = valueAt(message, 'Type')
  const fields = typeof type === 'string' ? valueAt(SIGNED_FIELDS, type) : undefined
  if (!Array.isArray(fields)) return undefined
  const given = fields
    .map((name: string): [string, unknown] => [name, valueAt(message, name)])
    .filter(([name, value]) => name !== 'Subject' || (value !== undefined && value !== null))
  if (!given.every(([, value]) => typeof value === 'string')) return undefined
  return given.map(([name, value]) => `${name}\n${String(value)}\n`).join('')
}

function certificateAddress(given: unknown): URL | undefined {
  const url = snsAddress(given)
  return url && CERTIFICATE_PATH.test(url.pathname) && url.search === '' ? url : undefined
}

/** An address at SNS itself; undefined for any other. */
export function snsAddress(given: unknown): URL | undefined {
  const url = typeof given === 'string' && given.length <= 4000 ? URL.parse(given) : null
  if (!url || url.protocol !== 'https:' || !SNS_HOST.test(url.hostname)) return undefined
  // Nothing that could send a visitor elsewhere than the name says.
  return [url.port, url.username, url.password, url.hash].join('') === '' ? url : undefined
}

/** The first certificate of a PEM text is the one that signs. */
function certificateIn(pem: string): X509Certificate | string {
  const texts = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  try {
    const [own, ...above] = texts.slice(0, 5).map((text) => new X509Certificate(text))
    if (!own) return 'What Amazon SNS gives as its certificate is none.'
    const chain = [own, ...above]
    const isWhole = above.every(
      (issuer, n) => chain[n]!.checkIssued(issuer) && chain[n]!.verify(issuer.publicKey),
    )
    return isWhole ? own : 'The certificates that Amazon SNS gives do not stand for each other.'
  } catch {
    return 'The certificate that Amazon SNS gives cannot be read.'
  }
}

/**
 * Why a certificate cannot be trusted now; undefined when it can. Checked are its name, its dates, its key, and each
 * certificate above it in the same file. Not checked are the way up to a root that this machine trusts, since SNS leaves
 * out what stands between, and whether it was revoked: that it is Amazon's rests on the TLS connection to the pinned host.
 */
function problemOf(certificate: X509Certificate, now: Timestamp): string | undefined {
  const names = [...namesIn(certificate.subject), ...namesIn(certificate.subjectAltName ?? '')]
  if (!names.some((name) => CERTIFICATE_NAME.test(name)))
    return 'The certificate is made out to somebody else than Amazon SNS.'
  if (now < certificate.validFromDate.getTime())
    return 'The certificate of Amazon SNS is not valid yet.'
  if (now > certificate.validToDate.getTime())
    return 'The certificate of Amazon SNS is no longer valid.'
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey
  if (asymmetricKeyType !== 'rsa' || (asymmetricKeyDetails?.modulusLength ?? 0) < FEWEST_KEY_BITS)
    return 'The certificate of Amazon SNS has a key that is too weak.'
  return undefined
}

const namesIn = (text: string) =>
  text.split(/\n|, /).flatMap((part) => /^(?:CN=|DNS:)(.+)$/.exec(part.trim())?.[1] ?? [])
