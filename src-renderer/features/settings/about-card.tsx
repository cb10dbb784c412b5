import { useQuery } from '@tanstack/react-query'
import { Info } from 'lucide-react'
import { Card } from '#ui/card'
import { KeyValues } from '#ui/key-values'
import { RelativeTime } from '#ui/relative-time'
import { settingsQueries } from './settings-queries'

const HOSTS = { electron: 'its own window (Electron)', browser: 'your browser, on loopback' }
const TIERS = {
  'os-keychain': "the system's keychain",
  passphrase: 'a passphrase',
  memory: 'memory: forgotten when Quarterdeck ends',
  'insecure-file': 'a file in the data folder: not safe',
}

/** What is running, for a report or a look. */
export function AboutCard() {
  const { data: host } = useQuery(settingsQueries.host())
  const { data: vault } = useQuery(settingsQueries.vault())
  return (
    <Card
      title="About"
      icon={<Info size={16} strokeWidth={1.75} />}
      note="no telemetry, no account"
    >
      <KeyValues
        items={[
          { name: 'Quarterdeck', value: host?.version ?? '…' },
          { name: 'Shown in', value: host ? HOSTS[host.host] : '…' },
          { name: 'Runs on', value: host ? `${host.platform}, Node ${host.node}` : '…' },
          { name: 'Memory', value: host ? `${Math.round(host.memoryBytes / 1e6)} MB` : '…' },
          { name: 'Started', value: host ? <RelativeTime at={host.startedAt} /> : '…' },
          { name: 'Vault', value: vault ? `${TIERS[vault.tier]}, ${vault.state}` : '…' },
        ]}
      />
    </Card>
  )
}
