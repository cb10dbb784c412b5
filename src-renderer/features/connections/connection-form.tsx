import { type FormEvent, useState } from 'react'
import { api } from '#api'
import type { Connection } from '#contract/connections'
import { Banner } from '#ui/banner'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { useCommand } from '#ui/command'
import { Field } from '#ui/field'
import { ScrollArea } from '#ui/scroll-area'
import { useShortcut } from '#ui/shortcuts'
import { TagInput } from '#ui/tag-input'
import { checkDraft, forgetsKey, type FormDraft, NO_DRAFT, type PartProps, toForm } from './draft'
import type { SpecificsForm } from './draft-kinds'
import { KindFields } from './kind-fields'
import { SignInFields } from './sign-in-fields'
import { WayFields } from './way-fields'
import { TargetFields } from './target-fields'

interface FormProps {
  /** Null for a new one. */
  connection: Connection | null
  onCancel: () => void
  onSaved: (connection: Connection) => void
}

/** Makes or changes a connection. Problems are shown when one tries to keep it, each at its field. */
export function ConnectionForm({ connection, onCancel, onSaved }: FormProps) {
  const [form, setForm] = useState<FormDraft>(connection === null ? NO_DRAFT : toForm(connection))
  const [tried, setTried] = useState(false)
  const { draft, problems } = checkDraft(form)
  const shown = (tried && problems) || {}
  const save = useSave(connection, onSaved)
  const change = (part: Partial<FormDraft>) => setForm((before) => ({ ...before, ...part }))
  const specify = (part: Partial<SpecificsForm>) =>
    setForm((before) => ({ ...before, more: { ...before.more, ...part } }))
  function submit(event?: FormEvent) {
    event?.preventDefault()
    setTried(true)
    if (draft && !save.busy) save.run(draft)
  }
  useShortcut('mod+enter', 'Keep the connection', () => submit(), {
    group: 'Connections',
    inFields: true,
  })
  return (
    <form className="flex h-full min-h-0 flex-col" onSubmit={submit} noValidate>
      <ScrollArea label="Connection form" className="flex-1">
        <div className="mx-auto flex w-full max-w-[760px] flex-col gap-4 px-10 py-7 max-[1100px]:px-6 max-md:px-4 max-md:py-4">
          <Head connection={connection} />
          <TargetFields
            form={form}
            problems={shown}
            isNew={connection === null}
            onChange={change}
            onSpecifics={specify}
          />
          {form.kind === 'ssh' && <WayFields form={form} problems={shown} onChange={change} />}
          {form.kind === 'ssh' ? (
            <SignInFields form={form} problems={shown} onChange={change} />
          ) : (
            <KindFields form={form} problems={shown} onChange={change} onSpecifics={specify} />
          )}
          <Found form={form} problems={shown} onChange={change} />
          {forgetsKey(connection, form) && (
            <Banner tone="attention" title="The accepted host key will be forgotten.">
              Another address may be another machine, so the test shows its key again.
            </Banner>
          )}
        </div>
      </ScrollArea>
      <footer className="flex shrink-0 items-center justify-end gap-2 border-t border-line bg-surface px-10 py-3 max-[1100px]:px-6 max-md:px-4">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" keys="mod+enter" busy={save.busy}>
          Keep and test
        </Button>
      </footer>
    </form>
  )
}

function Head({ connection }: Pick<FormProps, 'connection'>) {
  return (
    <header>
      <h2 className="text-title font-[640] tracking-[-0.015em]">
        {connection === null ? 'Add a connection' : `Change ${connection.name}`}
      </h2>
      <p className="mt-1 text-muted">
        {connection === null
          ? 'It is tested as soon as it is kept. Nothing is installed on the host.'
          : 'Plans that were made for the old address or sign-in are refused from then on.'}
      </p>
    </header>
  )
}

function useSave(connection: Connection | null, onSaved: (connection: Connection) => void) {
  const refresh = [['connections']]
  const create = useCommand(api.connections.create, {
    done: ({ name }: Connection) => `${name} was added`,
    failed: 'The connection was not added',
    refresh,
    onDone: onSaved,
  })
  const update = useCommand(api.connections.update, {
    done: ({ name }: Connection) => `${name} was changed`,
    failed: 'The connection was not changed',
    refresh,
    onDone: onSaved,
  })
  return {
    busy: create.isPending || update.isPending,
    run(draft: NonNullable<ReturnType<typeof checkDraft>['draft']>) {
      if (connection === null) create.mutate(draft)
      else update.mutate({ id: connection.id, draft })
    },
  }
}

function Found({ form, problems, onChange }: PartProps) {
  return (
    <Card title="How runbooks and alerts find it">
      <Field
        label="Tags"
        optional
        error={problems.tags}
        help="Other names it goes by in alerts and runbooks: an instance label such as 10.4.1.12:9100, or a role such as role=db. Enter or a comma keeps one."
      >
        {(control) => (
          <TagInput
            {...control}
            placeholder="role=web, web-2.prod:8080"
            tags={form.tags}
            onChange={(tags) => onChange({ tags })}
          />
        )}
      </Field>
    </Card>
  )
}
