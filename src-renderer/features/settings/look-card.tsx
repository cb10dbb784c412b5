import { SunMoon } from 'lucide-react'
import type { Settings } from '#contract/settings'
import { Card } from '#ui/card'
import { Field } from '#ui/field'
import { Select } from '#ui/select'
import { useUpdateSettings } from './settings-queries'

/** Theme and row height. */
export function LookCard({ settings }: { settings: Settings }) {
  const update = useUpdateSettings()
  return (
    <Card title="Look" icon={<SunMoon size={16} strokeWidth={1.75} />}>
      <div className="grid grid-cols-2 gap-4 max-sm:grid-cols-1">
        <Field label="Theme" help="Dark is made for long shifts; light is its equal.">
          {(control) => (
            <Select
              {...control}
              value={settings.theme}
              options={[
                { value: 'dark', label: 'Dark' },
                { value: 'light', label: 'Light' },
                { value: 'system', label: 'As the system' },
              ]}
              onChoose={(theme) => update.mutate({ theme })}
            />
          )}
        </Field>
        <Field label="Rows" help="How much fits on a screen.">
          {(control) => (
            <Select
              {...control}
              value={settings.density}
              options={[
                { value: 'compact', label: 'Compact, 32 px' },
                { value: 'normal', label: 'Normal, 40 px' },
                { value: 'relaxed', label: 'Relaxed, 56 px' },
              ]}
              onChoose={(density) => update.mutate({ density })}
            />
          )}
        </Field>
      </div>
    </Card>
  )
}
