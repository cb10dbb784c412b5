import { Card } from '#ui/card'
import { Field } from '#ui/field'
import { TextInput } from '#ui/input'
import { Tabs } from '#ui/tabs'
import type { FormDraft, PartProps } from './draft'
import { isServer, portFor, type SpecificsForm } from './draft-kinds'

interface TargetProps extends PartProps {
  isNew: boolean
  onSpecifics: (part: Partial<SpecificsForm>) => void
}

const NAME_HELP: Readonly<Record<FormDraft['kind'], string>> = {
  ssh: 'What runbooks and people call it: web-2.',
  local: 'What runbooks and people call it.',
  postgres: 'What runbooks and people call it: orders-db.',
  mysql: 'What runbooks and people call it: orders-db.',
  sqlite: 'What runbooks and people call it: app-db.',
  http: 'What runbooks and people call it: grafana.',
}

/** What it leads to, and where that is. */
export function TargetFields({ form, problems, isNew, onChange, onSpecifics }: TargetProps) {
  return (
    <Card title="Target">
      <div className="flex flex-col gap-4">
        {isNew && <KindTabs form={form} onChange={onChange} />}
        <Field label="Name" error={problems.name} help={NAME_HELP[form.kind]}>
          {(control) => (
            <TextInput
              {...control}
              data-autofocus
              autoFocus={isNew}
              value={form.name}
              maxLength={80}
              onChange={(change) => onChange({ name: change.target.value })}
            />
          )}
        </Field>
        {form.kind === 'sqlite' && (
          <PathField form={form} problems={problems} onSpecifics={onSpecifics} />
        )}
        {form.kind === 'http' && (
          <AddressField form={form} problems={problems} onSpecifics={onSpecifics} />
        )}
        {(form.kind === 'ssh' || isServer(form.kind)) && (
          <HostFields form={form} problems={problems} onChange={onChange} />
        )}
      </div>
    </Card>
  )
}

function KindTabs({ form, onChange }: Pick<PartProps, 'form' | 'onChange'>) {
  return (
    <Tabs
      label="Kind of target"
      tabs={[
        { value: 'ssh', label: 'A host over SSH' },
        { value: 'postgres', label: 'PostgreSQL' },
        { value: 'mysql', label: 'MySQL or MariaDB' },
        { value: 'sqlite', label: 'SQLite' },
        { value: 'http', label: 'A web service' },
        { value: 'local', label: 'This machine' },
      ]}
      value={form.kind}
      onChoose={(kind) => onChange({ kind, port: portFor(kind, form.port), credentialId: null })}
    />
  )
}

function HostFields({ form, problems, onChange }: PartProps) {
  const isAlias = form.kind === 'ssh' && form.ssh.isAlias
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_110px] items-start gap-4">
      <Field label="Host" error={problems.host}>
        {(control) => (
          <TextInput
            {...control}
            mono
            placeholder={isAlias ? 'web-2' : 'web-2.prod or 10.4.1.12'}
            value={form.host}
            maxLength={253}
            onChange={(change) => onChange({ host: change.target.value })}
          />
        )}
      </Field>
      {!isAlias && (
        <Field label="Port" error={problems.port}>
          {(control) => (
            <TextInput
              {...control}
              mono
              inputMode="numeric"
              value={form.port}
              maxLength={5}
              onChange={(change) => onChange({ port: change.target.value })}
            />
          )}
        </Field>
      )}
    </div>
  )
}

type OnlySpecifics = Pick<TargetProps, 'form' | 'problems' | 'onSpecifics'>

function PathField({ form, problems, onSpecifics }: OnlySpecifics) {
  return (
    <Field
      label="File"
      error={problems.file}
      help="Its full path on this machine. The file has to be there; it is opened for each step."
    >
      {(control) => (
        <TextInput
          {...control}
          mono
          placeholder="/var/lib/app/app.db"
          value={form.more.file}
          maxLength={1000}
          onChange={(change) => onSpecifics({ file: change.target.value })}
        />
      )}
    </Field>
  )
}

function AddressField({ form, problems, onSpecifics }: OnlySpecifics) {
  return (
    <Field
      label="Address"
      error={problems.baseUrl}
      help="Requests of steps go below it. Redirects to other hosts are never followed."
    >
      {(control) => (
        <TextInput
          {...control}
          mono
          placeholder="https://grafana.prod/api"
          value={form.more.baseUrl}
          maxLength={1000}
          onChange={(change) => onSpecifics({ baseUrl: change.target.value })}
        />
      )}
    </Field>
  )
}
