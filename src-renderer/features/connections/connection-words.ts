import type { Connection } from '#contract/connections'
import type { Credential } from '#contract/credentials'
import type { Tone } from '#ui/chip'

/** `deploy@10.4.1.12`, with the port where it is not the usual one; an alias of `~/.ssh/config` as it is written. */
export function addressOf({ kind, host, port, username, specifics }: Connection): string {
  if (kind === 'local') return 'this machine'
  if (specifics?.kind === 'sqlite') return specifics.file
  if (specifics?.kind === 'http') return specifics.baseUrl
  const base = specifics && 'database' in specifics ? `/${specifics.database}` : ''
  const who = username === null ? '' : `${username}@`
  return `${who}${placeOf(host ?? '', port, USUAL_PORT[kind])}${base}`
}

const USUAL_PORT: Partial<Record<Connection['kind'], number>> = { postgres: 5432, mysql: 3306 }

/** A host with its port where it is not the usual one; an IPv6 address in brackets. */
export function placeOf(host: string, port: number, usual = 22): string {
  const place = host.includes(':') ? `[${host}]` : host
  return `${place}${port === usual ? '' : `:${port}`}`
}

/** How it stands with a connection, in a word. */
export function stateOf(connection: Connection): { word: string; tone: Tone } {
  const { lastTest, route } = connection
  if (route && route.problem !== null) return { word: 'way not clear', tone: 'bad' }
  if (lastTest?.ok) return { word: 'works', tone: 'good' }
  if (hasKeyToCheck(connection)) return { word: 'host key to check', tone: 'attention' }
  if (lastTest === null) return { word: 'not tested', tone: 'neutral' }
  return { word: 'test failed', tone: 'bad' }
}

/** The key of a host in the operator's own files is mostly known by them as well: the test tells. */
function hasKeyToCheck({ kind, hostKey, lastTest, ssh }: Connection): boolean {
  if (kind !== 'ssh' || hostKey !== null) return false
  return ssh?.isAlias !== true || lastTest !== null
}

/** How it signs in, for a line of facts. */
export function signInWords({ kind, auth, credentialName, ssh }: Connection): string {
  if (kind !== 'ssh')
    return credentialName === null ? 'no stored secret' : `secret ${credentialName}`
  if (auth === 'agent')
    return ssh?.isAlias ? 'keys of ~/.ssh/config and the SSH agent' : 'keys of the SSH agent'
  const secret = credentialName ?? 'a credential that is gone'
  return auth === 'key' ? `private key ${secret}` : `password ${secret}`
}

/** Connections that have all of the words somewhere in name, address or tags. */
export function filterConnections(items: readonly Connection[], text: string): Connection[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return items.filter((item) => {
    const body = [item.name, addressOf(item), item.credentialName ?? '', ...item.tags]
      .join(' ')
      .toLowerCase()
    return words.every((word) => body.includes(word))
  })
}

export const CREDENTIAL_WORDS: Readonly<Record<Credential['kind'], string>> = {
  private_key: 'private key',
  password: 'password',
  token: 'token',
  webhook_secret: 'signature of a source',
  client_certificate: 'client certificate',
}

export interface KeyPiece {
  text: string
  differs: boolean
}

/** A fingerprint in groups of four, so that two people can read it to each other, each compared with another one. */
export function groupFingerprint(key: string, other: string | null = null): KeyPiece[] {
  const [body, against] = [key, other ?? key].map((one) => one.replace(/^SHA256:/, ''))
  const groups = body!.match(/.{1,4}/g) ?? []
  return groups.map((text, index) => ({
    text,
    differs: against!.slice(index * 4, index * 4 + 4) !== text,
  }))
}

/** What is wrong with a secret that can be told before it is sent; null when nothing is. */
export function secretProblem(kind: Credential['kind'], secret: string): string | null {
  const text = secret.trim()
  if (kind !== 'private_key' || text === '') return null
  if (/^(ssh-|ecdsa-|sk-)\S+ AAAA/.test(text) || text.startsWith('---- BEGIN SSH2 PUBLIC'))
    return 'This is the public half. Paste the private key: the file without “.pub”.'
  if (/^-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text) || text.startsWith('PuTTY-User-Key-File-'))
    return null
  return 'A private key begins with “-----BEGIN … PRIVATE KEY-----”.'
}
