import { useQuery } from '@tanstack/react-query'
import { ErrorState } from '#ui/error-state'
import { Page, usePageHead } from '#ui/page'
import { CardSkeleton } from '#ui/skeleton'
import { AboutCard } from './about-card'
import { IntakeCard, ApprovalsCard, NotificationsCard } from './behaviour-cards'
import { LookCard } from './look-card'
import { OperatorCard } from './operator-card'
import { settingsQueries } from './settings-queries'
import { StoreCard } from './store-card'

/** Everything one may choose, each with what it means; kept at once. */
export function SettingsScreen() {
  const { data, error, refetch } = useQuery(settingsQueries.settings())
  usePageHead('Settings', { note: 'kept as you choose' })
  if (error !== null) {
    return (
      <ErrorState
        error={error}
        kept="Your settings are as they were."
        onRetry={() => void refetch()}
      />
    )
  }
  return (
    <Page narrow>
      {data === undefined ? (
        <>
          <CardSkeleton lines={3} />
          <CardSkeleton lines={3} />
        </>
      ) : (
        <>
          <OperatorCard />
          <LookCard settings={data} />
          <ApprovalsCard settings={data} />
          <NotificationsCard settings={data} />
          <IntakeCard settings={data} />
          <StoreCard />
          <AboutCard />
        </>
      )}
    </Page>
  )
}
