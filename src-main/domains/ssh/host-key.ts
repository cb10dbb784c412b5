import type { KnownHostKey } from '#contract/ssh'
import type { HostKey } from '#domains/connectors'
import {
  findKnownKeys,
  fingerprintOf,
  judgeHostKey,
  type KnownKey,
  readCertificate,
  toKnownName,
  typeOf,
  type Verdict,
} from '#domains/openssh'
import type { Hop } from './route'

/** Which host keys to ask for: any, a certificate if there is one, or these kinds alone. */
export type Wanted = 'any' | 'certificate' | readonly string[]

/** A key as the host showed it. Of a certificate the plain key inside is told. */
export interface ShownKey extends HostKey {
  readonly blob: Buffer
  readonly isCertified: boolean
}

export function toShownKey(blob: Buffer): ShownKey {
  const certificate = readCertificate(blob)
  const plain = certificate?.key ?? blob
  return {
    blob,
    fingerprint: fingerprintOf(plain),
    type: typeOf(plain),
    isCertified: certificate !== undefined,
  }
}

/** Whether a host is who it says it is. `asks`: nobody said anything about this key yet. */
export interface Judgement {
  /** `refused`: no operator can accept it. */
  readonly state: 'passed' | 'asks' | 'failed' | 'refused'
  readonly detail: string
}

/** Everything that is known about a host's key beforehand, read when the line is opened. */
export function createHostKeyPolicy(hop: Hop, now: () => number) {
  const { host, port, accepted, files } = hop
  const known = findKnownKeys(files.knownHosts, toKnownName(host, port, files.hostKeyAlias))
  // As OpenSSH does: a host on another port may be known by its name alone.
  const byName =
    port === 22 || files.hostKeyAlias !== null
      ? []
      : findKnownKeys(files.knownHosts, toKnownName(host, 22, null))
  return {
    /**
     * What to ask the host for. A host has several keys: asking for the known kind alone keeps it from showing another
     * of its own.
     */
    wanted(): Wanted {
      if (accepted) return [accepted.type]
      if ([...known, ...byName].some(({ mark }) => mark === 'authority')) return 'certificate'
      const types = new Set(known.filter(({ mark }) => mark === 'key').map(({ type }) => type))
      return types.size > 0 ? [...types] : 'any'
    },
    judge(shown: ShownKey): Judgement {
      const verdict = judge(shown)
      if (verdict.state === 'revoked') return toRevoked(hop, verdict.key)
      if (accepted) return judgeAccepted(hop, accepted, shown)
      if (verdict.state === 'known') return toKnown(verdict, shown)
      if (verdict.state === 'changed') return toChanged(hop, whereOf(verdict.key), shown)
      if (verdict.state === 'objected')
        return {
          state: 'refused',
          detail: `${verdict.reason} Nothing was sent to it. Ask whoever runs the host.`,
        }
      const other = known.find(({ mark }) => mark === 'key')
      return other ? toChanged(hop, whereOf(other), shown) : toNew(shown)
    },
  }

  function judge({ blob }: ShownKey): Verdict {
    const name = files.hostKeyAlias ?? host
    const verdict = judgeHostKey(known, blob, name, now())
    if (verdict.state !== 'unknown') return verdict
    const second = judgeHostKey(byName, blob, name, now())
    return second.state === 'changed' ? verdict : second
  }
}
export type HostKeyPolicy = ReturnType<typeof createHostKeyPolicy>

/** For a screen: the lines of known_hosts files that speak of a host. */
export function toKnownHostKeys({ host, port, files, jumpHost }: Hop): KnownHostKey[] {
  const name = toKnownName(host, port, files.hostKeyAlias)
  return findKnownKeys(files.knownHosts, name).map((key) => ({ ...key, jumpHost }))
}

const whereOf = ({ file, line, fingerprint, type }: KnownKey) =>
  `${file}, line ${line}, says ${fingerprint} (${type})`

function judgeAccepted(hop: Hop, accepted: HostKey, shown: ShownKey): Judgement {
  if (accepted.fingerprint === shown.fingerprint)
    return { state: 'passed', detail: `The host key is the accepted one, ${shown.fingerprint}` }
  return toChanged(hop, `Accepted was ${accepted.fingerprint}`, shown)
}

function toKnown({ key, by }: Verdict & { state: 'known' }, { fingerprint }: ShownKey): Judgement {
  const detail =
    by === 'key'
      ? `The host key is known, ${fingerprint}: ${key.file}, line ${key.line}`
      : `The host key ${fingerprint} is certified by an authority that is known: ${key.file}, line ${key.line}`
  return { state: 'passed', detail }
}

function toNew(shown: ShownKey): Judgement {
  const detail =
    `The host shows its key for the first time: ${shown.fingerprint} (${shown.type}). ` +
    'Compare it with what whoever runs the host gives you, or with `ssh-keygen -lf` on it, then accept it.'
  return { state: 'asks', detail }
}

function toChanged({ name }: Hop, before: string, shown: ShownKey): Judgement {
  const detail =
    `THE HOST KEY OF ${name} HAS CHANGED. ${before}, it shows ${shown.fingerprint} (${shown.type}) now. ` +
    'Somebody may be listening in, or the host was installed anew. Nothing was sent to it. Ask whoever runs it.'
  return { state: 'failed', detail }
}

function toRevoked({ name }: Hop, { file, line }: KnownKey): Judgement {
  const detail =
    `THE HOST KEY OF ${name} IS REVOKED: ${file}, line ${line}, says that it must not be trusted any more. ` +
    'Nothing was sent to it. Ask whoever runs the host.'
  return { state: 'refused', detail }
}
