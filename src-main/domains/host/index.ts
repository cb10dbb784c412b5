import type { HostStatus } from '#contract/host'
import { Refusal } from '#contract'
import type { Audit } from '#domains/audit'
import type { Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import type { DataFolder } from '#platform/data-folder'
import { type Database, transact } from '#platform/database'
import type { Host as Machine } from '#platform/host'
import { backup } from '#platform/store'
import { statSync } from 'node:fs'

// What the operator may know of, and ask from, the machine around us. Keeps nothing.
export type Host = Serves<'host'>

interface Needs {
  machine: Machine
  database: Database
  folder: DataFolder
  clock: Clock
  audit: Audit
  version: string
}

export function createHost({ machine, database, folder, clock, audit, version }: Needs): Host {
  const startedAt = clock.now()
  return {
    status: (): HostStatus => ({
      version,
      host: machine.kind,
      platform: process.platform,
      node: process.versions.node,
      dataFolder: folder.path,
      store: database.kind,
      capabilities: machine.capabilities,
      startedAt,
      memoryBytes: process.memoryUsage.rss(),
    }),
    async openExternal({ url }) {
      if (!machine.openExternal) {
        throw new Refusal('unsupported', 'The browser opens links itself here. Use the link.')
      }
      await machine.openExternal(url)
      return {}
    },
    async backup(_, { operator }) {
      const path = await backup(database, folder, 'by-hand')
      const sizeBytes = statSync(path).size
      await transact(database.db, (tx) =>
        audit.record(tx, {
          actor: operator.name,
          action: 'store.backed_up',
          subject: path,
          detail: { sizeBytes },
        }),
      )
      return { path, sizeBytes }
    },
  }
}
