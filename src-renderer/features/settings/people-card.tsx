import { useQuery } from '@tanstack/react-query'
import { UsersRound } from 'lucide-react'
import { api } from '#api'
import type { Person } from '#contract/people'
import { Card } from '#ui/card'
import { Chip } from '#ui/chip'
import { useCommand } from '#ui/command'
import { ErrorState } from '#ui/error-state'
import { PlainText } from '#ui/plain-text'
import { Select } from '#ui/select'
import { CardSkeleton } from '#ui/skeleton'
import { keptWords } from '#ui/kept-in'
import { ROLE_OPTIONS, ROLE_WORDS } from './people-words'
import { settingsQueries } from './settings-queries'

/** Everybody who has used this store: role, groups and keys. Only an admin changes roles. */
export function PeopleCard({ isAdmin }: { isAdmin: boolean }) {
  const { data, error, refetch } = useQuery(settingsQueries.everyone())
  if (error !== null)
    return (
      <ErrorState
        compact
        error={error}
        kept="Nobody's role was changed."
        onRetry={() => void refetch()}
      />
    )
  if (data === undefined) return <CardSkeleton lines={3} />
  return (
    <Card
      title="Operators"
      icon={<UsersRound size={16} strokeWidth={1.75} />}
      note="who comes new looks on until an admin says more"
    >
      <ul className="flex flex-col divide-y divide-line">
        {data.map((person) => (
          <PersonLine key={person.id} person={person} isAdmin={isAdmin} />
        ))}
      </ul>
    </Card>
  )
}

function PersonLine({ person, isAdmin }: { person: Person; isAdmin: boolean }) {
  const setRole = useCommand(api.people.setRole, {
    done: ({ name, role }) => `${name} is ${role} from now on`,
    failed: 'The role was not changed',
    refresh: [['people'], ['approvals']],
  })
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0">
      <div className="min-w-[200px] flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <strong>
            <PlainText text={person.name} max={80} />
          </strong>
          {person.account !== person.name && (
            <code className="text-small text-muted">{person.account}</code>
          )}
          {person.groups.map((group) => (
            <Chip key={group}>{group}</Chip>
          ))}
        </p>
        <Keys keys={person.keys} />
      </div>
      {isAdmin ? (
        <Select
          aria-label={`Role of ${person.name}`}
          className="w-[290px] max-w-full"
          options={ROLE_OPTIONS}
          value={person.role}
          disabled={setRole.isPending}
          onChoose={(role) => setRole.mutate({ id: person.id, role })}
        />
      ) : (
        <span className="text-muted">
          {person.role}: {ROLE_WORDS[person.role]}
        </span>
      )}
    </li>
  )
}

function Keys({ keys }: { keys: Person['keys'] }) {
  const inUse = keys.filter(({ validUntil }) => validUntil === null)
  const old = keys.length - inUse.length
  if (keys.length === 0) return <p className="text-small text-muted">no signing key yet</p>
  return (
    <ul className="text-small text-muted">
      {inUse.map(({ fingerprint, console, keptIn }) => (
        <li key={fingerprint} className="break-all">
          <code className="text-caption">{fingerprint}</code> on {console}, {keptWords(keptIn)}
        </li>
      ))}
      {old > 0 && <li>{old === 1 ? 'one older key' : `${old} older keys`}, no longer in use</li>}
    </ul>
  )
}
