import { Refusal } from '#contract'
import type { Specifics } from '#contract/targets'
import { openTrust, type Target, useOf } from '#domains/connectors'
import type { Credentials } from '#domains/credentials'
import type { Masking } from '#platform/masking'
import type { Trust } from '#platform/trust'

export type Service = Extract<Specifics, { kind: 'http' }>

/** What proves to a service who asks. */
export interface Keys {
  readonly headers: Readonly<Record<string, string>>
  readonly trust: Trust
}

interface Needs {
  readonly credentials: Credentials
  readonly masking: Masking
}

/** Opens the secrets of a connection, for its own host only: no other one gets any of them. */
export async function openKeys(
  target: Target,
  url: URL,
  { credentials, masking }: Needs,
): Promise<Keys> {
  const service = serviceOf(target)
  if (url.origin !== new URL(service.baseUrl).origin)
    return { headers: {}, trust: { mode: 'verify', ca: null } }
  // An address without TLS has no use for a certificate.
  const trust = (await openTrust(target, service.tls, credentials)) ?? { mode: 'verify', ca: null }
  if (service.auth === 'none' || !target.credentialId) return { headers: {}, trust }
  const { secret } = await credentials.lease(target.credentialId, useOf(target))
  const headers = headersFor(service, target.username ?? '', secret.reveal().trim())
  for (const value of Object.values(headers)) masking.add(value.replace(/^(Basic|Bearer) /, ''))
  return { headers, trust }
}

export function serviceOf({ specifics, name }: Target): Service {
  if (specifics?.kind === 'http') return specifics
  throw new Refusal('invalid_input', `${name} is no whole connection to a web service. Edit it.`)
}

function headersFor({ auth, header }: Service, username: string, secret: string) {
  if (/[^\x20-\x7E]/.test(auth === 'basic' ? '' : secret))
    throw new Refusal(
      'invalid_input',
      'The stored secret holds characters that no header can. Enter it again with Rotate.',
    )
  if (auth === 'api_key') return { [header]: secret }
  if (auth === 'bearer') return { Authorization: `Bearer ${secret}` }
  return { Authorization: `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}` }
}
