import { readFileSync } from 'node:fs'
import type {
  BaseAgent,
  IdentityCallback,
  ParsedKey,
  SignCallback,
  SigningRequestOptions,
} from 'ssh2'
import { type Certificate, isCertificateType, readCertificate } from '#domains/openssh'
import { ssh2, withCertificate } from '#platform/ssh2'
import type { Hop } from './route'

/** A key that can be offered to a host, and what signs with it. */
export interface Identity {
  readonly key: ParsedKey
  sign(data: Buffer, hash: string | undefined): Promise<Buffer>
}

export interface Identities {
  readonly list: readonly Identity[]
  /** What kept a key from being offered, for the operator. */
  readonly problems: readonly string[]
}

/** The agent's address of this session; empty where none runs. */
function sessionAgent(): string {
  const socket = process.env['SSH_AUTH_SOCK'] ?? ''
  return process.platform === 'win32' && socket === ''
    ? String.raw`\\.\pipe\openssh-ssh-agent`
    : socket
}

/** The agent that a host's own lines name, else the session's; empty for none. */
export function agentOf({ files }: Hop): string {
  return files.agent ?? sessionAgent()
}

/**
 * In OpenSSH's order: keys of the agent that stand in the files, the agent's others unless `IdentitiesOnly`, keys of the
 * files. A key file with a passphrase cannot be opened here: its place is the agent or the vault.
 */
export async function findIdentities(hop: Hop): Promise<Identities> {
  const problems: string[] = []
  const agent = agentOf(hop)
  const held = agent === '' ? [] : await identitiesIn(agent, problems)
  const files = hop.files.identities.map((path) => readKeyFile(path))
  const named = (key: ParsedKey) => files.some((file) => file.publicKey?.equals(key.getPublicSSH()))
  const inAgent = (key: ParsedKey) =>
    held.some((identity) => identity.key.equals(key.getPublicSSH()))
  const own: Identity[] = []
  for (const file of files) {
    if (file.privateKey && !inAgent(file.privateKey)) own.push(toIdentity(file.privateKey))
    else if (file.problem && !(file.publicKey && inAgent(file.publicKey)))
      problems.push(file.problem)
  }
  const first = held.filter(({ key }) => named(key))
  const others = hop.files.identitiesOnly ? [] : held.filter(({ key }) => !named(key))
  const plain = [...first, ...others, ...own]
  const certificates = certificatesOf(hop, problems)
  return { list: [...certificates.flatMap((blob) => certify(plain, blob)), ...plain], problems }
}

/** The certificates that go with a host's keys: those that are named, and the one beside each key. */
export function certificatesOf({ files }: Hop, problems: string[], now = Date.now()): Buffer[] {
  const paths = [...files.certificates, ...files.identities.map((path) => `${path}-cert.pub`)]
  return [...new Set(paths)].flatMap((path) => {
    const text = readText(path)
    if (typeof text !== 'string') return []
    const [type = '', base64 = ''] = text.trim().split(/\s+/)
    const blob = Buffer.from(base64, 'base64')
    const certificate = isCertificateType(type) ? readCertificate(blob) : undefined
    const problem = certificate
      ? objectionTo(certificate, now)
      : 'is no certificate that can be read'
    if (problem) problems.push(`${path} ${problem}.`)
    return problem ? [] : [blob]
  })
}

/** Each of the keys that the certificate is for, shown with it. */
export function certify(identities: readonly Identity[], blob: Buffer): Identity[] {
  const certificate = readCertificate(blob)
  return identities
    .filter(({ key }) => certificate?.key.equals(key.getPublicSSH()))
    .map(({ key, sign }) => {
      const hash = key.type === 'ssh-rsa' ? 'sha512' : undefined
      return { key: withCertificate(key, blob), sign: (data) => sign(data, hash) }
    })
}

function objectionTo({ use, validBefore }: Certificate, now: number): string | undefined {
  if (use !== 'user') return 'is a certificate for hosts'
  if (validBefore > BigInt(Math.floor(now / 1000))) return undefined
  const at = new Date(Number(validBefore) * 1000).toISOString().slice(0, 16)
  return `expired (${at.replace('T', ' ')} UTC); get a new one`
}

function toIdentity(key: ParsedKey): Identity {
  return {
    key,
    async sign(data, hash) {
      const signature: Buffer | Error = key.sign(data, hash)
      if (signature instanceof Error) throw signature
      return signature
    },
  }
}

/** A private key of the vault. Throws an error in words when it does not open. */
export function openKey(text: string, passphrase: string | undefined): Identity {
  const parsed = ssh2.utils.parseKey(text, passphrase)
  const key = Array.isArray(parsed) ? parsed[0] : parsed
  if (key === undefined || key instanceof Error)
    throw new Error(`The key does not open: ${key?.message ?? 'it is empty'}.`)
  return toIdentity(key)
}

function identitiesIn(socket: string, problems: string[]): Promise<Identity[]> {
  const agent = ssh2.createAgent(socket)
  return new Promise((resolve) => {
    agent.getIdentities((error, keys) => {
      if (error) {
        problems.push(`The SSH agent at ${socket} does not answer (${error.message}).`)
        return resolve([])
      }
      resolve((keys ?? []).map((key) => toHeld(agent, key as ParsedKey)))
    })
  })
}

function toHeld(agent: BaseAgent, key: ParsedKey): Identity {
  return {
    key,
    sign: (data, hash) =>
      new Promise((resolve, reject) => {
        const options = (hash === undefined ? {} : { hash }) as SigningRequestOptions
        agent.sign(key, data, options, (error, signature) => {
          if (signature) resolve(signature)
          else reject(error ?? new Error('The agent did not sign.'))
        })
      }),
  }
}

interface KeyFile {
  readonly privateKey?: ParsedKey
  readonly publicKey?: ParsedKey | undefined
  readonly problem?: string
}

/** A file that is not there says nothing: the usual names are tried as well. */
function readKeyFile(path: string): KeyFile {
  const text = readText(path)
  if (text instanceof Error) return { problem: `${path} cannot be read (${text.message}).` }
  const publicKey = parseKey(readText(`${path}.pub`)) ?? parseKey(text)
  if (text === undefined) return { publicKey }
  const key = ssh2.utils.parseKey(text)
  const found = Array.isArray(key) ? key[0] : key
  if (found instanceof Error) {
    const problem = /passphrase|encrypted/i.test(found.message)
      ? `${path} has a passphrase: add it to the agent with \`ssh-add\`, or to the vault.`
      : `${path} is no key that can be read (${found.message}).`
    return { publicKey, problem }
  }
  return found?.isPrivateKey() ? { privateKey: found, publicKey: found } : { publicKey: found }
}

function parseKey(text: string | Error | undefined): ParsedKey | undefined {
  if (typeof text !== 'string') return undefined
  const key = ssh2.utils.parseKey(text)
  const first = Array.isArray(key) ? key[0] : key
  return first instanceof Error ? undefined : first
}

function readText(path: string): string | Error | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    return new Error(code ?? String(error), { cause: error })
  }
}

/** For ssh2, which asks an agent for all keys that sign. */
export function toAgent(identities: readonly Identity[]): BaseAgent {
  return new IdentityAgent(identities)
}

class IdentityAgent extends ssh2.BaseAgent<ParsedKey> {
  readonly #identities: readonly Identity[]

  constructor(identities: readonly Identity[]) {
    super()
    this.#identities = identities
  }
  override getIdentities(answer: IdentityCallback<ParsedKey>): void {
    answer(
      null,
      this.#identities.map(({ key }) => key),
    )
  }
  override sign(
    key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    answer?: SignCallback,
  ): void {
    const settle = typeof options === 'function' ? options : answer!
    const hash = typeof options === 'function' ? undefined : options.hash
    const identity = this.#identities.find((one) => one.key === key)
    identity?.sign(data, hash).then(
      (signature) => settle(null, signature),
      (error: Error) => settle(error),
    )
  }
}
