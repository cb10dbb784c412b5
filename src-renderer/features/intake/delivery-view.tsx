import { useQuery } from '@tanstack/react-query'
import { ArrowLeft } from 'lucide-react'
import type { Delivery } from '#contract/intake'
import type { DeliveryId } from '#contract/primitives'
import { Banner } from '#ui/banner'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { ErrorState } from '#ui/error-state'
import { KeyValues } from '#ui/key-values'
import { AppLink, paths, useGo } from '#ui/links'
import { MonoId } from '#ui/mono-id'
import { PlainText } from '#ui/plain-text'
import { ExactTime } from '#ui/relative-time'
import { ScrollArea } from '#ui/scroll-area'
import { useShortcut } from '#ui/shortcuts'
import { CardSkeleton } from '#ui/skeleton'
import { DeliveryBody } from './delivery-body'
import { DeliveryOrders } from './delivery-orders'
import { DeliveryWord } from './feed-table'
import { intakeQueries } from './intake-queries'
import { sizeWords } from './intake-words'
import { TraceList } from './trace-list'

const REASON_TITLE: Readonly<Partial<Record<Delivery['status'], string>>> = {
  dead: 'Why it was not read:',
  waiting: 'A person decides:',
}

/** What stands for the title of a delivery that says none. */
const NAMELESS: Readonly<Partial<Record<Delivery['status'], string>>> = {
  dead: 'A delivery that was not read',
  stored: 'A delivery that is being read',
  waiting: 'A delivery that waits for a yes',
}

/** One delivery exactly as it came, what was made of it, and what can be done about it. */
export function DeliveryView({ id }: { id: DeliveryId }) {
  const { data, error, refetch } = useQuery(intakeQueries.delivery(id))
  const back = useBack()
  if (error !== null)
    return (
      <ErrorState
        error={error}
        kept="Deliveries are kept on disk."
        onRetry={() => void refetch()}
        actions={<Button onClick={back}>All that comes in</Button>}
      />
    )
  if (data === undefined)
    return (
      <div className="flex flex-col gap-4 p-6">
        <CardSkeleton lines={3} />
        <CardSkeleton lines={8} />
      </div>
    )
  return (
    <div className="flex h-full min-h-0 flex-col">
      <ScrollArea label="Delivery" className="flex-1">
        <div className="mx-auto flex w-full max-w-[960px] flex-col gap-4 px-10 py-6 max-[1100px]:px-6 max-md:px-4 max-md:py-4">
          <Head delivery={data} onBack={back} />
          {data.reason !== '' && (
            <Banner
              tone={data.status === 'dead' || data.status === 'waiting' ? 'attention' : 'info'}
              title={REASON_TITLE[data.status] ?? 'Note:'}
            >
              <PlainText text={data.reason} max={1000} />
            </Banner>
          )}
          <Card title="Why" note="each decision, in the order it was made">
            <TraceList trace={data.trace} />
          </Card>
          <Facts delivery={data} />
          <DeliveryBody delivery={data} />
        </div>
      </ScrollArea>
      <DeliveryOrders delivery={data} />
    </div>
  )
}

/** Back to where one came from; to the feed when the address was opened by itself. */
function useBack(): () => void {
  const go = useGo()
  const back = () => (history.length > 1 ? history.back() : go(paths.intake()))
  useShortcut('escape', 'Back to the list', back, { group: 'Intake' })
  return back
}

function Head({ delivery, onBack }: { delivery: Delivery; onBack: () => void }) {
  return (
    <header className="flex flex-col gap-1">
      <div className="flex items-center gap-3">
        <Button
          size="small"
          variant="ghost"
          keys="escape"
          className="-ml-2.5"
          icon={<ArrowLeft size={15} strokeWidth={1.75} />}
          onClick={onBack}
        >
          Back
        </Button>
        <DeliveryWord delivery={delivery} />
        <span className="ml-auto">
          <MonoId id={delivery.id} />
        </span>
      </div>
      <h2 className="text-title font-[640] tracking-[-0.015em] break-words">
        <PlainText text={delivery.summary || NAMELESS[delivery.status] || 'A delivery'} max={300} />
      </h2>
    </header>
  )
}

function Facts({ delivery }: { delivery: Delivery }) {
  const { source, receivedAt, firing, resolved, ticketIds, changes, sizeBytes } = delivery
  return (
    <Card title="What was made of it">
      <KeyValues
        items={[
          {
            name: 'Source',
            value: (
              <AppLink href={paths.delivery(source)}>
                <PlainText text={source} max={60} />
              </AppLink>
            ),
          },
          { name: 'Came', value: <ExactTime at={receivedAt} /> },
          {
            name: 'Signals',
            value: (
              <span className="tnum">
                {firing} firing, {resolved} resolved
              </span>
            ),
          },
          ...(changes === 0
            ? []
            : [{ name: 'Changes', value: <span className="tnum">{changes}</span> }]),
          {
            name: 'Tickets',
            value:
              ticketIds.length === 0 ? (
                <span className="text-muted">none</span>
              ) : (
                <span className="flex flex-wrap gap-x-3">
                  {ticketIds.slice(0, 20).map((ticket) => (
                    <AppLink key={ticket} href={paths.ticket(ticket)}>
                      …{ticket.slice(-6)}
                    </AppLink>
                  ))}
                  {ticketIds.length > 20 && (
                    <span className="text-muted">and {ticketIds.length - 20} more</span>
                  )}
                </span>
              ),
          },
          { name: 'Size', value: <span className="tnum">{sizeWords(sizeBytes)}</span> },
        ]}
      />
    </Card>
  )
}
