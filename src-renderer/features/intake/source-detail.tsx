import { Radio } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { api } from '#api'
import type { Source } from '#contract/intake'
import { Chip } from '#ui/chip'
import { cx } from '#ui/class-names'
import { useCommand } from '#ui/command'
import { PlainText } from '#ui/plain-text'
import { RelativeTime, useNow } from '#ui/relative-time'
import { ScrollArea } from '#ui/scroll-area'
import { MiniBars } from '#ui/sparkline'
import { Switch } from '#ui/switch'
import { Tabs } from '#ui/tabs'
import { AddressField } from './address-field'
import { healthOf } from './intake-words'
import { KIND_WORDS } from './kinds'
import { LiveFeed } from './live-feed'
import { MappingForm } from './mapping-form'
import { canPull, PullPanel } from './pull-panel'
import { SourceOrders } from './source-orders'
import { SourceSetup } from './source-setup'
import { TestButtons } from './test-buttons'
import { TryBox } from './try-box'

type View = 'deliveries' | 'setup' | 'pull' | 'mapping' | 'try'

/** One source: health and address on top, then what it delivered, how to set it up, and how it is read. */
export function SourceDetail({ source }: { source: Source }) {
  const [view, setView] = useState<View>(source.deliveriesTotal === 0 ? 'setup' : 'deliveries')
  const tabs = [
    { value: 'deliveries' as const, label: 'Deliveries' },
    { value: 'setup' as const, label: 'Set-up' },
    ...(canPull(source.kind) ? [{ value: 'pull' as const, label: 'Pull' }] : []),
    { value: 'try' as const, label: 'Try a payload' },
    ...(source.mapping === null ? [] : [{ value: 'mapping' as const, label: 'Mapping' }]),
  ]
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex shrink-0 flex-col gap-4 border-b border-line px-6 pt-5 pb-3 max-md:px-4">
        <Head source={source} />
        <Figures source={source} />
        <AddressField source={source} />
        <div className="flex flex-wrap items-center justify-between gap-3">
          <Tabs label="What is shown" tabs={tabs} value={view} onChoose={setView} />
          <TestButtons source={source} />
        </div>
      </div>
      <div className="min-h-0 flex-1">
        {view === 'deliveries' ? (
          <LiveFeed source={source.name} />
        ) : (
          <ScrollArea label="About the source" className="h-full">
            <div className="mx-auto flex w-full max-w-[860px] flex-col gap-4 p-6 max-md:p-4">
              {view === 'setup' && <SourceSetup source={source} />}
              {view === 'pull' && <PullPanel source={source} />}
              {view === 'mapping' && <MappingForm source={source} />}
              {view === 'try' && <TryBox source={source} />}
            </div>
          </ScrollArea>
        )}
      </div>
    </div>
  )
}

function Head({ source }: { source: Source }) {
  const { word, tone } = healthOf(source, useNow(10_000))
  return (
    <header className="flex flex-wrap items-start gap-x-4 gap-y-2">
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <div className="flex min-h-[22px] flex-wrap items-center gap-3">
          <Chip icon={<Radio size={13} strokeWidth={1.75} aria-hidden />}>
            {KIND_WORDS[source.kind].title}
          </Chip>
          <Chip tone={tone}>{word}</Chip>
        </div>
        <h2 className="text-title font-[640] tracking-[-0.015em] break-words">
          <PlainText text={source.title} max={80} />
        </h2>
      </div>
      <div className="flex items-center gap-3">
        <OnOff source={source} />
        <SourceOrders source={source} />
      </div>
    </header>
  )
}

function OnOff({ source: { name, title, enabled } }: { source: Source }) {
  const update = useCommand(api.intake.updateSource, {
    done: (_, input) => `${title} is ${input.enabled ? 'on' : 'off: its sender is told 403'}`,
    failed: 'The source is as it was',
    refresh: [['intake']],
    undo: (_, input) => update.mutate({ name, enabled: !input.enabled }),
  })
  return (
    <Switch
      label={enabled ? 'On' : 'Off'}
      checked={enabled}
      disabled={update.isPending}
      onChange={(next) => update.mutate({ name, enabled: next })}
    />
  )
}

function Figures({ source }: { source: Source }) {
  const { perMinute, lastDeliveryAt, deliveriesTotal, deadTotal } = source
  const sum = perMinute.reduce((total, count) => total + count, 0)
  return (
    <section
      aria-label="Health"
      className="grid grid-cols-[minmax(160px,2fr)_repeat(3,minmax(88px,1fr))] gap-px overflow-hidden rounded-card border border-line bg-line max-md:grid-cols-2"
    >
      <Figure name="Last 20 minutes" value={sum.toLocaleString('en')}>
        <MiniBars values={perMinute} label={`${sum} deliveries in the last 20 minutes`} />
      </Figure>
      <Figure
        name="Last delivery"
        value={lastDeliveryAt === null ? 'none yet' : <RelativeTime at={lastDeliveryAt} long />}
      />
      <Figure name="In all" value={deliveriesTotal.toLocaleString('en')} />
      <Figure name="Not read" value={deadTotal.toLocaleString('en')} bad={deadTotal > 0} />
    </section>
  )
}

function Figure({
  name,
  value,
  bad = false,
  children,
}: {
  name: string
  value: ReactNode
  bad?: boolean
  children?: ReactNode
}) {
  return (
    <div className="flex min-w-0 items-center gap-4 bg-surface px-4 py-2.5">
      <div className="min-w-0">
        <div className="truncate text-small text-muted">{name}</div>
        <div className={cx('text-lead font-semibold tnum', bad && 'text-high')}>{value}</div>
      </div>
      {children !== undefined && <div className="min-w-16 flex-1">{children}</div>}
    </div>
  )
}
