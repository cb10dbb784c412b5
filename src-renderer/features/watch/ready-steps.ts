import type { Connection } from '#contract/connections'
import type { VaultStatus } from '#contract/credentials'
import type { Source } from '#contract/intake'
import type { RunbookSummary } from '#contract/runbooks'

interface Known {
  sources: readonly Pick<Source, 'enabled' | 'lastDeliveryAt'>[] | undefined
  connections: readonly Pick<Connection, 'lastTest' | 'kind'>[] | undefined
  runbooks: readonly Pick<RunbookSummary, 'errors'>[] | undefined
  vault: Pick<VaultStatus, 'state' | 'detail'> | undefined
}

interface ReadyStep {
  key: 'source' | 'delivery' | 'connection' | 'runbooks' | 'vault'
  title: string
  about: string
  done: boolean
}

/** What has to be there before an alert can become a fix, and what of it is. Empty until all of it is known. */
export function readySteps({ sources, connections, runbooks, vault }: Known): ReadyStep[] {
  if (!sources || !connections || !runbooks || !vault) return []
  const usable = runbooks.filter(({ errors }) => errors === 0).length
  return [
    {
      key: 'source',
      title: 'Connect a source',
      about: 'Alertmanager, CloudEvents or any JSON sender gets an address of its own',
      done: sources.some(({ enabled }) => enabled),
    },
    {
      key: 'delivery',
      title: 'See a first alert arrive',
      about: 'Send a test alert, or wait for a real one',
      done: sources.some(({ lastDeliveryAt }) => lastDeliveryAt !== null),
    },
    {
      key: 'connection',
      title: 'Add a host and test it',
      about: 'Where runbooks run: by SSH, or on this machine',
      done: connections.some(({ lastTest, kind }) => kind === 'local' || lastTest?.ok === true),
    },
    {
      key: 'runbooks',
      title: 'Look through the runbooks',
      about: `${usable} can be run; your own go into a folder beside them`,
      done: usable > 0,
    },
    {
      key: 'vault',
      title: 'Unlock the vault',
      about: vault.state === 'unlocked' ? 'Secrets stay on this machine' : vault.detail,
      done: vault.state === 'unlocked',
    },
  ]
}
