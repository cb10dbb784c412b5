import { useQuery } from '@tanstack/react-query'
import { Waypoints } from 'lucide-react'
import type { CredentialId } from '#contract/primitives'
import { Banner } from '#ui/banner'
import { Card } from '#ui/card'
import { Field } from '#ui/field'
import { safeString } from '#ui/plain-text'
import { Select } from '#ui/select'
import { Switch } from '#ui/switch'
import { connectionQueries } from './connection-queries'
import type { PartProps } from './draft'
import type { SshForm } from './draft-ssh'
import { JumpHostFields } from './jump-host-fields'

/** How an SSH host is reached, and what it is lent. */
export function WayFields({ form: { ssh }, problems, onChange }: PartProps) {
  const change = (part: Partial<SshForm>) => onChange({ ssh: { ...ssh, ...part } })
  return (
    <Card title="The way there" icon={<Waypoints size={16} strokeWidth={1.75} />}>
      <div className="flex flex-col gap-4">
        <Switch
          label="The host is a name of ~/.ssh/config"
          help="Address, port, user, keys and jump hosts are looked up there at each use. When they change, what was approved before is refused."
          checked={ssh.isAlias}
          onChange={(isAlias) => change({ isAlias })}
        />
        {!ssh.isAlias && (
          <JumpHostFields jumps={ssh.jumpHosts} onChange={(jumpHosts) => change({ jumpHosts })} />
        )}
        {problems.ssh !== undefined && (
          <p role="alert" className="text-small text-critical">
            {problems.ssh}
          </p>
        )}
        <Switch
          label="Lend the SSH agent to this host"
          help="Programs there can use your keys while a step runs, as ssh -A does. Off unless a step needs it."
          checked={ssh.forwardAgent}
          onChange={(forwardAgent) => change({ forwardAgent })}
        />
        {ssh.forwardAgent && (
          <Banner
            tone="attention"
            title="Whoever is root on this host can use your keys meanwhile."
          >
            They cannot copy them, but they can sign in elsewhere as you. A jump host is the safer
            way: it never sees the agent.
          </Banner>
        )}
        <SudoField ssh={ssh} onChange={change} />
      </div>
    </Card>
  )
}

interface SudoProps {
  ssh: SshForm
  onChange: (part: Partial<SshForm>) => void
}

function SudoField({ ssh, onChange }: SudoProps) {
  const { data = [] } = useQuery(connectionQueries.credentials())
  const passwords = data.filter(({ kind }) => kind === 'password')
  return (
    <Field
      label="Password for sudo"
      optional
      help="Typed when sudo itself asks for it, once, and nowhere else. Steps that use sudo then run in a terminal."
    >
      {(control) => (
        <Select
          {...control}
          className="max-w-96"
          value={ssh.sudoCredentialId ?? ''}
          options={[
            { value: '', label: 'None: sudo asks nothing here' },
            ...passwords.map(({ id, name }) => ({
              value: id as string,
              label: safeString(name, 120),
            })),
          ]}
          onChoose={(id) => onChange({ sudoCredentialId: id === '' ? null : (id as CredentialId) })}
        />
      )}
    </Field>
  )
}
