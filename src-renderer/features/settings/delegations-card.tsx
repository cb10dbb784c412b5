import { useQuery } from '@tanstack/react-query'
import { Handshake } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import type { Delegation, Operator } from '#contract/people'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { useCommand } from '#ui/command'
import { Field } from '#ui/field'
import { TextInput } from '#ui/input'
import { PlainText } from '#ui/plain-text'
import { RelativeTime } from '#ui/relative-time'
import { Select } from '#ui/select'
import { settingsQueries } from './settings-queries'

const HOUR_MS = 3_600_000
const SPANS = [
  { value: '1', label: 'for an hour' },
  { value: '8', label: 'for eight hours' },
  { value: '24', label: 'for a day' },
  { value: '168', label: 'for a week' },
  { value: '336', label: 'for two weeks' },
] as const

/** Who stands in for whom. Standing is lent for a while, a role never is. */
export function DelegationsCard({ me }: { me: Operator }) {
  const given = useQuery(settingsQueries.delegations()).data ?? []
  const people = useQuery(settingsQueries.everyone()).data ?? []
  const nameOf = (id: string) => people.find((person) => person.id === id)?.name ?? id
  const others = people.filter(({ id, role }) => id !== me.id && mayAnswer(role))
  return (
    <Card
      title="Standing in"
      icon={<Handshake size={16} strokeWidth={1.75} />}
      note="answers then say for whom"
    >
      <div className="flex flex-col gap-4">
        {given.length === 0 && <p className="text-muted">Nobody stands in for anybody now.</p>}
        {given.map((one) => (
          <DelegationLine key={one.id} one={one} me={me} nameOf={nameOf} />
        ))}
        {mayAnswer(me.role) && others.length > 0 && <NewDelegation others={others} />}
        {mayAnswer(me.role) && others.length === 0 && (
          <p className="text-small text-muted">
            There is no other approver whom you could ask to stand in for you.
          </p>
        )}
      </div>
    </Card>
  )
}

const mayAnswer = (role: Operator['role']) => role === 'approver' || role === 'admin'

interface LineProps {
  one: Delegation
  me: Operator
  nameOf: (id: string) => string
}

function DelegationLine({ one, me, nameOf }: LineProps) {
  const end = useCommand(api.people.endDelegation, {
    done: 'Ended',
    failed: 'It was not ended',
    refresh: [['people'], ['approvals']],
  })
  return (
    <div className="flex flex-wrap items-center gap-3">
      <p className="min-w-0 flex-1">
        <PlainText text={nameOf(one.to)} max={80} /> for{' '}
        <PlainText text={nameOf(one.from)} max={80} />, ends <RelativeTime at={one.until} long />
        <span className="block text-small text-muted">
          <PlainText text={one.reason} max={200} />
        </span>
      </p>
      {(one.from === me.id || me.role === 'admin') && (
        <Button size="small" busy={end.isPending} onClick={() => end.mutate({ id: one.id })}>
          End it
        </Button>
      )}
    </div>
  )
}

function NewDelegation({ others }: { others: readonly Operator[] }) {
  const [to, setTo] = useState<Operator['id']>(others[0]!.id)
  const [hours, setHours] = useState<(typeof SPANS)[number]['value']>('8')
  const [reason, setReason] = useState('')
  const delegate = useCommand(api.people.delegate, {
    done: 'They may answer for you from now on',
    failed: 'Nothing was lent',
    refresh: [['people'], ['approvals']],
    onDone: () => setReason(''),
  })
  return (
    <form
      className="grid items-end gap-3 min-[900px]:grid-cols-[1fr_180px_2fr_auto]"
      onSubmit={(submit) => {
        submit.preventDefault()
        const until = Date.now() + Number(hours) * HOUR_MS
        if (reason.trim() !== '') delegate.mutate({ to, until, reason })
      }}
    >
      <Field label="Stands in for me">
        {(control) => (
          <Select
            {...control}
            options={others.map(({ id, name }) => ({ value: id, label: name }))}
            value={to}
            onChoose={setTo}
          />
        )}
      </Field>
      <Field label="How long">
        {(control) => <Select {...control} options={SPANS} value={hours} onChoose={setHours} />}
      </Field>
      <Field label="Why">
        {(control) => (
          <TextInput
            {...control}
            value={reason}
            maxLength={200}
            onChange={(change) => setReason(change.target.value)}
          />
        )}
      </Field>
      <Button type="submit" disabled={reason.trim() === ''} busy={delegate.isPending}>
        Let them answer
      </Button>
    </form>
  )
}
