import { useQuery } from '@tanstack/react-query'
import { ErrorState } from '#ui/error-state'
import { Page, usePageHead } from '#ui/page'
import { CardSkeleton } from '#ui/skeleton'
import { IdleCard } from './idle-card'
import { KeyCard } from './key-card'
import { LockCard } from './lock-card'
import { TransferCard } from './transfer-card'
import { vaultQueries } from './vault-queries'

/** The lock screen while the vault is shut; its key, its lock and its copies while it is open. */
export function VaultScreen() {
  const { data, error, refetch } = useQuery(vaultQueries.status())
  usePageHead('Vault', { note: 'secrets go in and never come back' })
  if (error !== null)
    return (
      <ErrorState error={error} kept="The vault is as it was." onRetry={() => void refetch()} />
    )
  return (
    <Page narrow>
      {data === undefined ? (
        <CardSkeleton lines={4} />
      ) : (
        <>
          <LockCard status={data} />
          {data.state === 'unlocked' && <KeyCard status={data} />}
          {data.state === 'unlocked' && <TransferCard />}
          <IdleCard />
        </>
      )}
    </Page>
  )
}
