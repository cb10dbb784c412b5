import { Archive } from 'lucide-react'
import type { Settings } from '#contract/settings'
import { Card } from '#ui/card'
import { NumberField } from './number-field'
import { useGovernSettings } from './settings-queries'

/** How long what came in is kept, as it came. */
export function RetentionCard({ settings }: { settings: Settings }) {
  const update = useGovernSettings('Kept: what is over it is removed in the background')
  return (
    <Card
      title="Deliveries"
      icon={<Archive size={16} strokeWidth={1.75} />}
      note="tickets and the audit log stay"
    >
      <div className="grid items-start gap-4 min-[900px]:grid-cols-2">
        <NumberField
          label="Days they are kept"
          help="From 7 to 3650. What is older is removed, and can no longer be read again."
          value={settings.keepDeliveriesDays}
          min={7}
          max={3650}
          onKeep={(keepDeliveriesDays) => update.mutate({ keepDeliveriesDays })}
        />
        <NumberField
          label="How many at most"
          help="From 1,000 to 10,000,000. Over that the oldest go first, whatever their age."
          value={settings.keepDeliveries}
          min={1000}
          max={10_000_000}
          onKeep={(keepDeliveries) => update.mutate({ keepDeliveries })}
        />
      </div>
    </Card>
  )
}
