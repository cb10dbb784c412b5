import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Settings } from '#contract/settings'
import { ErrorState } from '#ui/error-state'
import { Page, usePageHead } from '#ui/page'
import { CardSkeleton } from '#ui/skeleton'
import { AboutCard } from './about-card'
import { ApprovalsCard, EgressCard, IntakeCard, NotificationsCard } from './behaviour-cards'
import { DelegationsCard } from './delegations-card'
import { GroupsCard } from './groups-card'
import { KeyCard } from './key-card'
import { LookCard } from './look-card'
import { OperatorCard } from './operator-card'
import { PeopleCard } from './people-card'
import { PolicyCard } from './policy-card'
import { RetentionCard } from './retention-card'
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
          <Group title="You">
            <OperatorCard />
            <KeyCard />
            <LookCard settings={data} />
          </Group>
          <Group title="Work">
            <div className="grid items-stretch gap-4 min-[900px]:grid-cols-2">
              <ApprovalsCard settings={data} />
              <IntakeCard settings={data} />
            </div>
            <EgressCard settings={data} />
            <NotificationsCard settings={data} />
          </Group>
          <Group title="People and rules">
            <PeopleAndRules settings={data} />
          </Group>
          <Group title="This installation">
            <StoreCard />
            <RetentionCard settings={data} />
            <AboutCard />
          </Group>
        </>
      )}
    </Page>
  )
}

function PeopleAndRules({ settings }: { settings: Settings }) {
  const { data: me } = useQuery(settingsQueries.me())
  if (me === undefined) return <CardSkeleton lines={3} />
  const isAdmin = me.role === 'admin'
  return (
    <>
      <PeopleCard isAdmin={isAdmin} />
      <GroupsCard isAdmin={isAdmin} />
      <DelegationsCard me={me} />
      <PolicyCard settings={settings} isAdmin={isAdmin} />
    </>
  )
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-4 not-first:mt-3">
      <h2 className="text-lead font-semibold tracking-tight">{title}</h2>
      {children}
    </section>
  )
}
