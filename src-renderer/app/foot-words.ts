import type { Connection } from '#contract/connections'
import type { ListenerStatus } from '#contract/intake'
import type { VaultStatus } from '#contract/credentials'
import type { Pull } from '#contract/pulls'
import type { z } from 'zod'

interface Words {
  short: string
  long: string
  tone: 'neutral' | 'good' | 'bad' | 'attention' | 'active'
}

/** How much comes in, or why nothing can. */
export function listenerWords(listener: z.infer<typeof ListenerStatus> | undefined): Words {
  if (listener === undefined)
    return { short: 'Intake', long: 'Asking the listener', tone: 'neutral' }
  if (listener.state === 'failed')
    return { short: 'Intake failed', long: listener.problem, tone: 'bad' }
  if (listener.state === 'off') {
    return {
      short: 'Intake off',
      long: 'No alert can come in. Turn a source on under Intake.',
      tone: 'attention',
    }
  }
  const proof = listener.verified
    ? 'the signature of every source that can sign is checked'
    : 'a source that can sign has no secret yet: see Intake'
  return {
    short: `Intake ${listener.perMinute} / min`,
    long: `Listening on ${listener.address}; ${proof}`,
    tone: listener.verified ? 'good' : 'attention',
  }
}

/** Whether secrets can be used now, and where they are kept. */
export function vaultWords(
  vault: Pick<VaultStatus, 'tier' | 'state' | 'detail'> | undefined,
): Words {
  if (vault === undefined) return { short: 'Vault', long: 'Asking the vault', tone: 'neutral' }
  if (vault.state !== 'unlocked') {
    return { short: `Vault ${vault.state}`, long: vault.detail, tone: 'bad' }
  }
  return OPEN[vault.tier]
}

const OPEN: Readonly<Record<VaultStatus['tier'], Words>> = {
  'os-keychain': {
    short: 'Vault unlocked',
    long: 'The key is in the keychain of this machine.',
    tone: 'good',
  },
  passphrase: { short: 'Vault unlocked', long: 'It opens with a passphrase.', tone: 'good' },
  memory: {
    short: 'Vault in memory',
    long: 'Secrets are forgotten when Quarterdeck ends.',
    tone: 'attention',
  },
  'insecure-file': {
    short: 'Vault not safe',
    long: 'Its key lies in the data folder: whoever can read that can read every secret.',
    tone: 'bad',
  },
}

const isHere = (host: string | null) => host === null || /^(localhost|127\.|\[?::1\]?$)/.test(host)

/** What decides about it. */
interface Leaving {
  readonly connections: readonly Pick<Connection, 'kind' | 'host'>[]
  readonly pulls: readonly Pick<Pull, 'url' | 'enabled' | 'here'>[]
  readonly offline: boolean
}

/** What may leave the machine: steps to hosts that the operator entered, and questions to sources that are asked. */
export function egressWords(leaving: Leaving | undefined): Words {
  if (leaving === undefined) return { short: 'Egress', long: 'Asking', tone: 'neutral' }
  const { connections, pulls, offline } = leaving
  const elsewhere = connections.filter(({ host }) => !isHere(host))
  const hosts = count(
    elsewhere.filter(({ kind }) => kind === 'ssh'),
    'host',
  )
  const others = elsewhere.filter(({ kind }) => kind !== 'ssh')
  const databases = count(
    others.filter(({ kind }) => kind !== 'http'),
    'database',
  )
  const services = count(
    others.filter(({ kind }) => kind === 'http'),
    'web service',
  )
  const asked = pulls.filter(({ url, enabled, here }) => enabled && here && !isHere(hostOf(url)))
  const sources = offline ? '' : count(asked, 'source')
  const parts = [
    hosts && `SSH to ${hosts}`,
    databases,
    services,
    sources && `asks ${sources}`,
  ].filter(Boolean)
  const rest = offline
    ? 'Offline is switched on in Settings: everything else is refused.'
    : 'Every request is listed under Audit. No model, no telemetry.'
  if (parts.length === 0)
    return {
      short: offline ? 'Offline: nothing leaves' : 'Nothing leaves yet',
      long: `No connection to another machine, and no source elsewhere is asked. ${rest}`,
      tone: 'neutral',
    }
  return {
    short: `${offline ? 'Offline but' : 'Leaves:'} ${parts.join(', ')}`,
    long: `Commands of runs and connection tests go out to hosts you entered${sources && `, and questions to ${sources}`}. ${rest}`,
    tone: 'active',
  }
}

const hostOf = (url: string) => URL.parse(url)?.hostname ?? ''

/** `1 host`, `3 hosts`; nothing for none. */
function count(all: readonly unknown[], noun: string): string {
  if (all.length === 0) return ''
  return all.length === 1 ? `1 ${noun}` : `${all.length} ${noun}s`
}
