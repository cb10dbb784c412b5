import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useMemo } from 'react'
import type { DeliveryId } from '#contract/primitives'
import { Button } from '#ui/button'
import { ErrorState } from '#ui/error-state'
import { paths, useGo, useRouteId } from '#ui/links'
import { usePageHead } from '#ui/page'
import { useShortcut } from '#ui/shortcuts'
import { CardSkeleton } from '#ui/skeleton'
import { SplitPane } from '#ui/split-pane'
import { AddSource } from './add-source'
import { DeadLetters } from './dead-letters'
import { DeliveryView } from './delivery-view'
import { intakeQueries } from './intake-queries'
import { LiveFeed } from './live-feed'
import { ChangeList } from './change-list'
import { CHANGES, DEAD, isDelivery, LIVE, NEW, RULES } from './places'
import { Rules } from './rules-screen'
import { SourceDetail } from './source-detail'
import { SourceList } from './source-list'
import { SourceGone } from './source-gone'

/** What comes in: the sources and their health at the left; the live feed, a source or one delivery at the right. */
export function IntakeScreen() {
  const chosen = useRouteId()
  const go = useGo()
  useHead()
  return (
    <SplitPane
      name="intake"
      width={320}
      listLabel="Intake"
      detailOpen={chosen !== null}
      onBack={() => go(paths.intake())}
      list={<SourceList chosen={isDelivery(chosen) ? null : (chosen ?? LIVE)} />}
      detail={<Detail chosen={chosen} />}
    />
  )
}

function useHead() {
  const go = useGo()
  const listener = useQuery(intakeQueries.listener()).data
  const add = () => go(paths.delivery(NEW))
  useShortcut('n', 'Add a source', add, { group: 'Intake' })
  const actions = useMemo(
    () => (
      <Button keys="n" icon={<Plus size={16} strokeWidth={1.75} />} onClick={add}>
        Add a source
      </Button>
    ),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `add` goes to a fixed place
    [],
  )
  usePageHead('Intake', {
    note: listener === undefined ? null : `${listener.perMinute} a minute`,
    actions,
  })
}

function Detail({ chosen }: { chosen: string | null }) {
  if (isDelivery(chosen)) return <DeliveryView key={chosen} id={chosen as DeliveryId} />
  if (chosen === null || chosen === LIVE) return <LiveFeed />
  if (chosen === DEAD) return <DeadLetters />
  if (chosen === RULES) return <Rules />
  if (chosen === CHANGES) return <ChangeList />
  if (chosen === NEW) return <AddSource />
  return <OneSource key={chosen} name={chosen} />
}

function OneSource({ name }: { name: string }) {
  const { data, error, refetch } = useQuery(intakeQueries.sources())
  if (error !== null)
    return (
      <ErrorState
        error={error}
        kept="Deliveries are kept whether this can be read or not."
        onRetry={() => void refetch()}
      />
    )
  if (data === undefined)
    return (
      <div className="flex flex-col gap-4 p-6">
        <CardSkeleton lines={3} />
        <CardSkeleton lines={5} />
      </div>
    )
  const source = data.find((one) => one.name === name)
  return source ? <SourceDetail source={source} /> : <SourceGone />
}
