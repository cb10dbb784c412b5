import { useQuery } from '@tanstack/react-query'
import { Database } from 'lucide-react'
import { api } from '#api'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { useCommand } from '#ui/command'
import { MonoPath } from './mono-path'
import { settingsQueries } from './settings-queries'

/** Where everything is, and a copy of it. */
export function StoreCard() {
  const { data: host } = useQuery(settingsQueries.host())
  const backup = useCommand(api.host.backup, {
    done: ({ path, sizeBytes }) => `Backed up, ${(sizeBytes / 1e6).toFixed(1)} MB: ${path}`,
    failed: 'No backup was made',
  })
  const isSqlite = host?.store === 'sqlite'
  return (
    <Card
      title="Store"
      icon={<Database size={16} strokeWidth={1.75} />}
      note={host && (isSqlite ? 'SQLite' : 'PostgreSQL')}
    >
      <div className="flex flex-wrap items-center gap-3">
        <div className="min-w-0 flex-1">
          {host && <MonoPath path={host.dataFolder} />}
          <p className="mt-1 text-small text-muted">
            {isSqlite
              ? 'Tickets, runs, audit log and sealed secrets. A backup is also made before each migration.'
              : 'Shared with other consoles. Back it up with pg_dump, as your other databases.'}
          </p>
        </div>
        <Button disabled={!isSqlite} busy={backup.isPending} onClick={() => backup.mutate({})}>
          Back up now
        </Button>
      </div>
    </Card>
  )
}
