import { useQuery } from '@tanstack/react-query'
import { Hourglass } from 'lucide-react'
import { api } from '#api'
import { Card } from '#ui/card'
import { useCommand } from '#ui/command'
import { Field } from '#ui/field'
import { Select } from '#ui/select'
import { vaultQueries } from './vault-queries'

const CHOICES = [1, 5, 15, 30, 60, 240]

/** After how long without an operator the vault is locked. */
export function IdleCard() {
  const { data } = useQuery(vaultQueries.settings())
  const update = useCommand(api.settings.govern, {
    done: 'Kept',
    failed: 'The setting was not kept',
    refresh: [['settings']],
  })
  if (data === undefined) return null
  const now = data.vaultIdleMinutes
  const minutes = [...new Set([...CHOICES, now])].filter((one) => one > 0).toSorted((a, b) => a - b)
  return (
    <Card title="When nobody is here" icon={<Hourglass size={16} strokeWidth={1.75} />}>
      <Field
        label="Lock the vault after"
        help="Counted from the last key or move of the mouse in any window. In the desktop program a locked screen locks it too. While it is locked, signed deliveries are kept unread."
      >
        {(control) => (
          <Select
            {...control}
            className="w-[220px]"
            value={String(now)}
            options={[
              ...minutes.map((one) => ({ value: String(one), label: words(one) })),
              { value: '0', label: 'never' },
            ]}
            onChoose={(chosen) => update.mutate({ vaultIdleMinutes: Number(chosen) })}
          />
        )}
      </Field>
    </Card>
  )
}

const words = (minutes: number) => (minutes === 1 ? '1 minute' : `${minutes} minutes`)
