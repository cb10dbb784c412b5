import { useQuery } from '@tanstack/react-query'
import { UserRound } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { useCommand } from '#ui/command'
import { Field } from '#ui/field'
import { TextInput } from '#ui/input'
import { settingsQueries } from './settings-queries'

/** Who is at this console, as the audit log and the approvals will name them. */
export function OperatorCard() {
  const { data: me } = useQuery(settingsQueries.me())
  const [name, setName] = useState<string | null>(null)
  const rename = useCommand(api.people.rename, {
    done: 'Your new name is used from now on',
    failed: 'The name was not changed',
    refresh: [['people']],
    onDone: () => setName(null),
  })
  const shown = name ?? me?.name ?? ''
  const changed = name !== null && name.trim() !== '' && name.trim() !== me?.name
  return (
    <Card
      title="Operator"
      icon={<UserRound size={16} strokeWidth={1.75} />}
      note={me && `role: ${me.role}`}
    >
      <form
        onSubmit={(submit) => {
          submit.preventDefault()
          if (changed) rename.mutate({ name: name.trim() })
        }}
      >
        <Field
          label="Name"
          help="Stands on your approvals and in the audit log. Entries made before keep the old one."
        >
          {(control) => (
            <div className="flex gap-2">
              <TextInput
                {...control}
                className="min-w-0 flex-1"
                value={shown}
                maxLength={80}
                onChange={(change) => setName(change.target.value)}
              />
              <Button type="submit" disabled={!changed} busy={rename.isPending}>
                Keep the name
              </Button>
            </div>
          )}
        </Field>
      </form>
    </Card>
  )
}
