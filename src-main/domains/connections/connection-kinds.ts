import { Refusal } from '#contract'
import type { ConnectionDraft } from '#contract/connections'
import type { CredentialId } from '#contract/primitives'
import type { Specifics } from '#contract/targets'

type Draft = ConnectionDraft
type Of<K extends Specifics['kind']> = Extract<Specifics, { kind: K }>

/** A draft of any kind but SSH, with what it has to have and nothing else. Refused with `invalid_input`. */
export function completeOther(draft: Draft): Draft {
  const { specifics } = draft
  if (specifics && specifics.kind !== draft.kind)
    throw new Refusal('invalid_input', 'What is set is for another kind of connection.')
  if (!specifics) {
    if (draft.kind === 'local') return { ...draft, ...NOWHERE }
    throw new Refusal('invalid_input', MISSING[draft.kind as keyof typeof MISSING])
  }
  if (specifics.kind === 'local') return { ...draft, ...NOWHERE, auth: 'agent' }
  if (specifics.kind === 'sqlite') return { ...draft, ...NOWHERE }
  return specifics.kind === 'http' ? completeHttp(draft, specifics) : completeServer(draft)
}

const NOWHERE = { host: null, port: 22, username: null, auth: 'agent', credentialId: null } as const
const MISSING = {
  postgres: 'A database connection needs the name of its database.',
  mysql: 'A database connection needs the name of its database.',
  sqlite: 'A SQLite connection needs the path of its file.',
  http: 'A web service needs its address.',
}

function completeServer(draft: Draft): Draft {
  if (!draft.host) throw new Refusal('invalid_input', 'A database connection needs a host.')
  if (!draft.username)
    throw new Refusal('invalid_input', 'A database connection needs a user name.')
  return { ...draft, auth: 'password' }
}

/** Host and port come from the address, so that alerts find a service as they find a host. */
function completeHttp(draft: Draft, specifics: Of<'http'>): Draft {
  const { hostname, port, protocol } = new URL(specifics.baseUrl)
  const isBasic = specifics.auth === 'basic'
  if (isBasic && !draft.username)
    throw new Refusal('invalid_input', 'Basic authentication needs a user name.')
  if (specifics.auth !== 'none') refuseWithoutSecret(draft, specifics)
  return {
    ...draft,
    host: hostname.replaceAll(/[[\]]/g, ''),
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
    username: isBasic ? draft.username : null,
    auth: 'password',
    credentialId: specifics.auth === 'none' ? null : draft.credentialId,
  }
}

function refuseWithoutSecret({ credentialId }: Draft, { baseUrl }: Of<'http'>): void {
  if (!credentialId)
    throw new Refusal('invalid_input', 'Choose the secret that this service is asked with.')
  const { protocol, hostname } = new URL(baseUrl)
  if (protocol === 'http:' && !isLoopback(hostname))
    throw new Refusal(
      'invalid_input',
      'A secret is never sent in the clear: the address has to begin with https.',
    )
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

interface Wish {
  readonly id: CredentialId
  readonly kinds: readonly string[]
  readonly what: string
}

/** The credentials a connection refers to, with the kinds that will do. */
export function wantedCredentials({ kind, auth, credentialId, specifics }: Draft): Wish[] {
  const wishes: Wish[] = []
  if (credentialId) wishes.push({ id: credentialId, ...wishFor(kind, auth, specifics) })
  const certificate = specifics && 'tls' in specifics && specifics.tls.clientCertificateId
  if (certificate)
    wishes.push({ id: certificate, kinds: CERTIFICATE_KINDS, what: 'client certificate' })
  return wishes
}

/** A certificate and its private key, both as PEM: a kind of its own, or kept as a token. */
const CERTIFICATE_KINDS = ['client_certificate', 'token']

function wishFor(kind: Draft['kind'], auth: Draft['auth'], specifics: Specifics | undefined) {
  if (specifics?.kind === 'http' && specifics.auth !== 'basic')
    return { kinds: ['token', 'password'] as const, what: 'token' }
  if (kind === 'ssh' && auth === 'key')
    return { kinds: ['private_key'] as const, what: 'private key' }
  return { kinds: ['password'] as const, what: 'password' }
}
