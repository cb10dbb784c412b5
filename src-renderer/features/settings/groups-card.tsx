import { useQuery } from '@tanstack/react-query'
import { Group as GroupIcon } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import type { Group, Operator } from '#contract/people'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { useCommand } from '#ui/command'
import { Field } from '#ui/field'
import { TextInput } from '#ui/input'
import { PlainText } from '#ui/plain-text'
import { GROUP_NAME } from './people-words'
import { settingsQueries } from './settings-queries'

/** Groups that rules and runbooks name as approvers. */
export function GroupsCard({ isAdmin }: { isAdmin: boolean }) {
  const groups = useQuery(settingsQueries.groups()).data ?? []
  const people = useQuery(settingsQueries.everyone()).data ?? []
  return (
    <Card
      title="Groups"
      icon={<GroupIcon size={16} strokeWidth={1.75} />}
      note="named as group:<name> by rules and runbooks"
    >
      <div className="flex flex-col gap-4">
        {groups.length === 0 && <p className="text-muted">There are no groups.</p>}
        {groups.map((group) => (
          <GroupLine key={group.name} group={group} people={people} isAdmin={isAdmin} />
        ))}
        {isAdmin && <NewGroup taken={groups.map(({ name }) => name)} />}
      </div>
    </Card>
  )
}

interface LineProps {
  group: Group
  people: readonly Operator[]
  isAdmin: boolean
}

function GroupLine({ group, people, isAdmin }: LineProps) {
  const save = useSaveGroup()
  const remove = useCommand(api.people.removeGroup, {
    done: `The group ${group.name} is gone`,
    failed: 'The group was not removed',
    refresh: [['people'], ['approvals']],
  })
  const toggle = (id: Operator['id']) =>
    save.mutate({
      name: group.name,
      members: group.members.includes(id)
        ? group.members.filter((member) => member !== id)
        : [...group.members, id],
    })
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <code className="min-w-[120px] font-semibold">{group.name}</code>
      <div className="flex min-w-0 flex-1 flex-wrap gap-x-4 gap-y-1">
        {people.map(({ id, name }) => (
          <label key={id} className="flex items-center gap-1.5">
            <input
              type="checkbox"
              checked={group.members.includes(id)}
              disabled={!isAdmin || save.isPending}
              onChange={() => toggle(id)}
            />
            <PlainText text={name} max={60} />
          </label>
        ))}
      </div>
      {isAdmin && (
        <Button
          size="small"
          busy={remove.isPending}
          onClick={() => remove.mutate({ name: group.name })}
        >
          Remove
        </Button>
      )}
    </div>
  )
}

function NewGroup({ taken }: { taken: readonly string[] }) {
  const [name, setName] = useState('')
  const save = useSaveGroup(() => setName(''))
  const isFine = GROUP_NAME.test(name) && !taken.includes(name)
  return (
    <form
      onSubmit={(submit) => {
        submit.preventDefault()
        if (isFine) save.mutate({ name, members: [] })
      }}
    >
      <Field
        label="New group"
        help="Lower case words joined by hyphens, such as dba or on-call."
        error={taken.includes(name) ? 'There is a group of this name.' : null}
      >
        {(control) => (
          <div className="flex gap-2">
            <TextInput
              {...control}
              className="min-w-0 flex-1"
              value={name}
              maxLength={40}
              onChange={(change) => setName(change.target.value)}
            />
            <Button type="submit" disabled={!isFine} busy={save.isPending}>
              Add the group
            </Button>
          </div>
        )}
      </Field>
    </form>
  )
}

function useSaveGroup(onDone?: () => void) {
  return useCommand(api.people.saveGroup, {
    done: null,
    failed: 'The group was not changed',
    refresh: [['people'], ['approvals']],
    ...(onDone && { onDone }),
  })
}
