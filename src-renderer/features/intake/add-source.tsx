import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { api } from '#api'
import { GenericMapping, type Source, SourceKind, SourceName } from '#contract/intake'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { useCommand } from '#ui/command'
import { Field } from '#ui/field'
import { TextInput } from '#ui/input'
import { paths, useGo } from '#ui/links'
import { ScrollArea } from '#ui/scroll-area'
import { useShortcut } from '#ui/shortcuts'
import { intakeQueries } from './intake-queries'
import { freeName, nameFrom } from './intake-words'
import { KindChoice } from './kind-choice'
import { KIND_WORDS } from './kinds'
import { MappingFields } from './mapping-fields'

/** Makes a source: its kind, its name, and for other JSON where everything is. It gets an address of its own. */
export function AddSource() {
  const go = useGo()
  const [kind, setKind] = useState<SourceKind>(useAskedKind())
  const [title, setTitle] = useState('')
  const [typedName, setTypedName] = useState<string | null>(null)
  const [mapping, setMapping] = useState(() => GenericMapping.parse({}))
  const taken = useQuery(intakeQueries.sources()).data?.map((source) => source.name) ?? []
  const free = freeName(nameFrom(title || KIND_WORDS[kind].title), taken)
  const name = typedName ?? free
  const usual = usualTitle(kind, free)
  const problem = problemOf(name, taken)
  const add = useCommand(api.intake.addSource, {
    done: (made: Source) => `${made.title} has an address now`,
    failed: 'The source was not added',
    refresh: [['intake']],
    onDone: (made) => go(paths.delivery(made.name), { replace: true }),
  })
  function submit(event?: FormEvent) {
    event?.preventDefault()
    if (problem !== null || add.isPending) return
    const shown = title.trim() || usual
    add.mutate({ name, kind, title: shown, mapping: kind === 'generic' ? mapping : null })
  }
  useShortcut('mod+enter', 'Add the source', () => submit(), { group: 'Intake', inFields: true })
  return (
    <form className="flex h-full min-h-0 flex-col" onSubmit={submit} noValidate>
      <ScrollArea label="New source" className="flex-1">
        <div className="mx-auto flex w-full max-w-[860px] flex-col gap-4 px-10 py-7 max-[1100px]:px-6 max-md:px-4 max-md:py-4">
          <header>
            <h2 className="text-title font-[640] tracking-[-0.015em]">Add a source</h2>
            <p className="mt-1 text-muted">
              It gets an address of its own, with a token that proves who sends.
            </p>
          </header>
          <KindChoice kind={kind} onChoose={setKind} />
          <Names
            usual={usual}
            title={title}
            name={name}
            problem={problem}
            onTitle={setTitle}
            onName={setTypedName}
          />
          {kind === 'generic' && (
            <Card title="Where it keeps what" note="can be changed later">
              <MappingFields
                mapping={mapping}
                onChange={(part) => setMapping((before) => ({ ...before, ...part }))}
              />
            </Card>
          )}
        </div>
      </ScrollArea>
      <Foot problem={problem} busy={add.isPending} />
    </form>
  )
}

interface NamesProps {
  /** What it is called when nothing is typed. */
  usual: string
  title: string
  name: string
  problem: string | null
  onTitle: (title: string) => void
  onName: (name: string) => void
}

function Names({ usual, title, name, problem, onTitle, onName }: NamesProps) {
  return (
    <Card title="Name">
      <div className="grid items-start gap-4 min-[700px]:grid-cols-2">
        <Field label="What people call it" help="Stands on its tickets.">
          {(control) => (
            <TextInput
              {...control}
              maxLength={80}
              placeholder={usual}
              value={title}
              onChange={(change) => onTitle(change.target.value)}
            />
          )}
        </Field>
        <Field label="Its name in the address" help={`/hooks/${name}/…`} error={problem}>
          {(control) => (
            <TextInput
              {...control}
              mono
              maxLength={60}
              value={name}
              onChange={(change) => onName(change.target.value)}
            />
          )}
        </Field>
      </div>
    </Card>
  )
}

function Foot({ problem, busy }: { problem: string | null; busy: boolean }) {
  const go = useGo()
  return (
    <footer className="flex shrink-0 items-center justify-end gap-2 border-t border-line bg-surface px-10 py-3 max-[1100px]:px-6 max-md:px-4">
      {/* The field itself may be far below. */}
      {problem !== null && <span className="mr-auto text-small text-muted">Name: {problem}</span>}
      <Button onClick={() => go(paths.intake())}>Cancel</Button>
      <Button
        type="submit"
        variant="primary"
        keys="mod+enter"
        disabled={problem !== null}
        busy={busy}
      >
        Make its address
      </Button>
    </footer>
  )
}

/** The kind that a link asked for, such as one of the first start. */
function useAskedKind(): SourceKind {
  const asked: { kind?: unknown } = useSearch({ strict: false })
  return SourceKind.safeParse(asked.kind).data ?? 'alertmanager'
}

/** `Grafana`, and of a second one `Grafana 2`: two of the same title could not be told apart. */
function usualTitle(kind: SourceKind, free: string): string {
  const { title } = KIND_WORDS[kind]
  const number = free.startsWith(`${nameFrom(title)}-`)
    ? free.slice(nameFrom(title).length + 1)
    : ''
  return /^\d+$/.test(number) ? `${title} ${number}` : title
}

/** Why a name cannot be used, in words; null when it can. */
function problemOf(name: string, taken: readonly string[]): string | null {
  if (!SourceName.safeParse(name).success)
    return 'Lower case letters, digits and hyphens, a letter first.'
  return taken.includes(name) ? 'There is a source of this name.' : null
}
