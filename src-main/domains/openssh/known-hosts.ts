import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  type Certificate,
  isCertificateType,
  objectionToHost,
  readCertificate,
} from './certificate'
import { matchesHost } from './pattern'
import { fingerprintOf, typeOf } from './wire'

/** One line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT) that speaks about the host asked for. */
export interface KnownKey {
  readonly mark: 'key' | 'authority' | 'revoked'
  readonly type: string
  readonly fingerprint: string
  readonly file: string
  readonly line: number
}

/** What the known_hosts files say about the key that a host shows. */
export type Verdict =
  | { readonly state: 'known'; readonly key: KnownKey; readonly by: 'key' | 'certificate' }
  | { readonly state: 'unknown' }
  | { readonly state: 'changed' | 'revoked'; readonly key: KnownKey }
  | { readonly state: 'objected'; readonly reason: string }

/** What a host goes by in known_hosts. */
export function toKnownName(host: string, port: number, alias: string | null): string {
  if (alias !== null) return alias.toLowerCase()
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`
}

/** A file that is not there says nothing; a line that cannot be read is passed over, as OpenSSH does. */
export function findKnownKeys(files: readonly string[], name: string): KnownKey[] {
  return files.flatMap((file) =>
    readText(file)
      .split('\n')
      .flatMap((line, at) => {
        const read = readLine(line)
        if (!read || !speaksOf(read.hosts, name)) return []
        const { mark, blob } = read
        return [{ mark, type: typeOf(blob), fingerprint: fingerprintOf(blob), file, line: at + 1 }]
      }),
  )
}

/** `name` is the host's name without the port: what certificates are for. `now` in milliseconds. */
export function judgeHostKey(
  known: readonly KnownKey[],
  blob: Buffer,
  name: string,
  now: number,
): Verdict {
  const certificate = readCertificate(blob)
  const plain = fingerprintOf(certificate ? certificate.key : blob)
  const revoked =
    find(known, 'revoked', plain) ?? find(known, 'revoked', certificate?.authorityFingerprint)
  if (revoked) return { state: 'revoked', key: revoked }
  return certificate
    ? judgeCertificate(known, certificate, name, now)
    : judgeKey(known, typeOf(blob), plain)
}

function judgeCertificate(
  known: readonly KnownKey[],
  certificate: Certificate,
  name: string,
  now: number,
): Verdict {
  const key = find(known, 'authority', certificate.authorityFingerprint)
  if (!key) return { state: 'unknown' }
  const reason = objectionToHost(certificate, name, now)
  return reason ? { state: 'objected', reason } : { state: 'known', key, by: 'certificate' }
}

function judgeKey(known: readonly KnownKey[], type: string, fingerprint: string): Verdict {
  const same = find(known, 'key', fingerprint)
  if (same) return { state: 'known', key: same, by: 'key' }
  if (isCertificateType(type)) {
    const reason = 'The host shows a certificate that its authority did not sign.'
    return { state: 'objected', reason }
  }
  const other = known.find((key) => key.mark === 'key' && key.type === type)
  return other ? { state: 'changed', key: other } : { state: 'unknown' }
}

function find(
  known: readonly KnownKey[],
  mark: KnownKey['mark'],
  fingerprint: string | undefined,
): KnownKey | undefined {
  return known.find((key) => key.mark === mark && key.fingerprint === fingerprint)
}

function readLine(text: string) {
  const words = text.trim().split(/[ \t]+/)
  const marker = words[0]?.startsWith('@') ? words.shift()! : ''
  const mark = MARKS[marker]
  const [hosts, type, base64] = words
  if (!mark || !hosts || hosts.startsWith('#') || !type || !base64) return undefined
  const blob = Buffer.from(base64, 'base64')
  if (!beginsWith(blob, type)) return undefined
  return { mark, hosts, blob }
}

const MARKS: Readonly<Record<string, KnownKey['mark']>> = {
  '': 'key',
  '@cert-authority': 'authority',
  '@revoked': 'revoked',
}

function beginsWith(blob: Buffer, type: string): boolean {
  return (
    blob.length > 4 + type.length && blob.readUInt32BE(0) === type.length && typeOf(blob) === type
  )
}

/** `|1|salt|hash` keeps the name secret: HMAC-SHA1 of it with the salt. */
function speaksOf(hosts: string, name: string): boolean {
  if (!hosts.startsWith('|1|')) return matchesHost(name, hosts)
  const [, , salt, hash] = hosts.split('|')
  if (!salt || !hash) return false
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return ''
    throw new Error(`${file} cannot be read (${code}), so the host's key cannot be checked.`, {
      cause: error,
    })
  }
}
