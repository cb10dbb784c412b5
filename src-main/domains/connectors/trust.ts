import { Refusal } from '#contract'
import type { Tls } from '#contract/targets'
import type { Credentials } from '#domains/credentials'
import type { Trust } from '#platform/trust'
import { type Target, useOf } from './target'

/**
 * How a line has to prove itself, with the client certificate opened; null when it goes in the clear. Certificate and
 * key are PEM, in one text or the certificate beside the key. Throws Refusal `vault_locked` or `invalid_input`.
 */
export async function openTrust(
  target: Target,
  { mode, ca, clientCertificateId }: Tls,
  credentials: Credentials,
): Promise<Trust | null> {
  if (mode === 'off') return null
  if (!clientCertificateId) return { mode, ca }
  const leased = await credentials.lease(clientCertificateId, useOf(target))
  const text = `${leased.secret.reveal()}\n${leased.certificate ?? ''}`
  const blocks = text.match(/-----BEGIN ([A-Z ]+)-----[\s\S]*?-----END \1-----/g) ?? []
  const cert = blocks.filter((block) => block.startsWith('-----BEGIN CERTIFICATE-----')).join('\n')
  const key = blocks.find((block) => /^-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(block))
  if (!cert || !key)
    throw new Refusal(
      'invalid_input',
      `${leased.name} holds no client certificate with its private key, both as PEM. Enter it again with Rotate.`,
    )
  const passphrase = leased.passphrase?.reveal()
  return { mode, ca, client: { cert, key, ...(passphrase && { passphrase }) } }
}
