import type { Approval } from '#contract/approvals'
import { PlainText } from '#ui/plain-text'
import { type ActionValue, valuesOf } from './action-values'

/** Every target that this one answer is for; what runs differs by what each of them gave, and that is shown. */
export function AllTargets({ set }: { set: NonNullable<Approval['set']> }) {
  return (
    <section className="rounded-card border border-line bg-surface p-4">
      <h3 className="mb-2 text-small font-semibold text-muted">
        The same on {set.length} {set.length === 1 ? 'target' : 'targets'}
      </h3>
      <ul className="flex max-h-64 flex-col gap-1 overflow-y-auto" aria-label="Targets">
        {set.map(({ hash, action }) => (
          <li key={hash} className="flex flex-wrap items-baseline gap-x-3 text-small">
            <span className="font-medium">
              <PlainText text={action.target.connectionName} max={120} />
            </span>
            <span className="text-muted">
              <PlainText text={whereOf(action.target)} max={200} />
            </span>
            {valuesOf(action)
              .filter(differsIn(set))
              .map(({ name, value }) => (
                <code key={name}>
                  {name}=<PlainText text={value ?? 'NULL'} max={120} />
                </code>
              ))}
          </li>
        ))}
      </ul>
    </section>
  )
}

type Frozen = NonNullable<Approval['set']>[number]

function whereOf({ kind, username, host, port, credentialName }: Frozen['action']['target']) {
  if (kind === 'local') return 'this machine'
  const as = credentialName === null ? '' : ` with ${credentialName}`
  return `${username === null ? '' : `${username}@`}${host ?? ''}:${port ?? ''}${as}`
}

/** A value that is not the same everywhere. */
function differsIn(set: readonly Frozen[]) {
  return ({ name, value }: ActionValue) =>
    set.some(({ action }) =>
      valuesOf(action).some((one) => one.name === name && one.value !== value),
    )
}
