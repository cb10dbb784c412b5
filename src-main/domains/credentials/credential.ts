import { createHash } from 'node:crypto'
import ssh2 from 'ssh2'
import { Refusal } from '#contract'
import type { Credential } from '#contract/credentials'
import { SHORTEST_SECRET } from '#platform/masking'
import { Secret } from './secret'

/** A secret that was looked at and found usable. */
export interface CheckedSecret {
  readonly secret: Secret
  readonly passphrase: Secret | undefined
  readonly fingerprint: string | null
}

interface Given {
  readonly kind: Credential['kind']
  readonly secret: string
  readonly passphrase: string
}

/** Refused with `invalid_input` when it is too short to be masked, or no private key that opens with its passphrase. */
export function checkSecret({ kind, secret, passphrase }: Given): CheckedSecret {
  if (kind === 'private_key') return checkPrivateKey(secret, passphrase)
  refuseShort('A secret', secret)
  if (passphrase !== '') throw invalid('Only a private key has a passphrase. Leave it empty.')
  return { secret: new Secret(secret), passphrase: undefined, fingerprint: null }
}

function checkPrivateKey(text: string, passphrase: string): CheckedSecret {
  const secret = `${text.trim()}\n` // a key file ends with a newline; pasting loses it
  const open = ssh2.utils.parseKey(secret)
  if (!(open instanceof Error))
    return { secret: new Secret(secret), passphrase: undefined, fingerprint: fingerprintOf(open) }
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
    fingerprint: fingerprintOf(opened),
  }
}

/** As `ssh-keygen -l` prints it. */
function fingerprintOf(key: ssh2.ParsedKey): string {
  if (!key.isPrivateKey())
    throw invalid(
      'This is the public half of a key. Paste the private half, the file without .pub.',
    )
  const hash = createHash('sha256').update(key.getPublicSSH()).digest('base64')
  return `SHA256:${hash.replace(/=+$/, '')}`
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
