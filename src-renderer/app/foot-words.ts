import type { Connection } from '#contract/connections'
import type { ListenerStatus } from '#contract/intake'
import type { VaultStatus } from '#contract/credentials'
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
    ? 'every source proves itself'
    : 'a source that can sign has no secret yet: see Intake'
  return {
    short: `Intake ${listener.perMinute} / min`,
    long: `Listening on ${listener.address}; ${proof}`,
    tone: listener.verified ? 'good' : 'attention',
  }
}

/** Whether secrets can be used now, and where they are kept. */
export function vaultWords(vault: VaultStatus | undefined): Words {
  if (vault === undefined) return { short: 'Vault', long: 'Asking the vault', tone: 'neutral' }
  if (vault.state !== 'unlocked') {
    return { short: `Vault ${vault.state}`, long: vault.detail, tone: 'bad' }
  }
  return vault.tier === 'memory'
    ? {
        short: 'Vault in memory',
        long: 'Secrets are forgotten when Quarterdeck ends.',
        tone: 'attention',
      }
    : { short: 'Vault unlocked', long: 'The key is in the keychain of this machine.', tone: 'good' }
}

const isHere = (host: string | null) => host === null || /^(localhost|127\.|::1$)/.test(host)

/** What may leave the machine: only approved commands to hosts that the operator entered. */
export function egressWords(
  connections: readonly Pick<Connection, 'kind' | 'host'>[] | undefined,
): Words {
  if (connections === undefined) return { short: 'Egress', long: 'Asking', tone: 'neutral' }
  const away = connections.filter(({ kind, host }) => kind === 'ssh' && !isHere(host)).length
  if (away === 0) {
    return {
      short: 'Offline: nothing leaves',
      long: 'No model, no telemetry, and no connection to another machine.',
      tone: 'neutral',
    }
  }
  const hosts = away === 1 ? '1 host' : `${away} hosts`
  return {
    short: `Leaves: SSH to ${hosts}`,
    long: `Only commands of runs and connection tests go out, by SSH to ${hosts} you entered. No model, no telemetry.`,
    tone: 'active',
  }
}
