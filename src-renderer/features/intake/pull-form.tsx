import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleDashed, CircleX } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import type { Source } from '#contract/intake'
import { type Pull, PullDraft, type PullForm as Needs, type PullTest } from '#contract/pulls'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { useCommand } from '#ui/command'
import { Field } from '#ui/field'
import { TextInput } from '#ui/input'
import { AppLink, paths } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { Select } from '#ui/select'
import { Switch } from '#ui/switch'
import { TagInput } from '#ui/tag-input'
import { pullQueries } from './pull-queries'
import { stageWord } from './pull-words'

interface Props {
  source: Source
  pull: Pull | null
  form: Needs
}
type Draft = Record<'source' | 'url', string> & {
  credentialId: PullDraft['credentialId']
  scope: string[]
  everySeconds: number
  enabled: boolean
}

/** Asked every minute, without a credential, about all. */
const NEW = { credentialId: null, scope: [], everySeconds: 60, enabled: true }

function toDraft({ source, pull, form }: Props): Draft {
  const { name } = source
  if (pull === null) return { ...NEW, source: name, url: form.url }
  const { url, credentialId, scope, everySeconds, enabled } = pull
  return { source: name, url, credentialId, scope: [...scope], everySeconds, enabled }
}

const MUST_BE = {
  url: 'An address that begins with https:// or http://.',
  everySeconds: 'A whole number from 30 to 86,400.',
}

/** Why a field cannot be kept; an address that is not begun yet is no mistake. */
function problemOf(field: keyof typeof MUST_BE, draft: Draft): string | null {
  if (field === 'url' && draft.url === '') return null
  return PullDraft.shape[field].safeParse(draft[field]).success ? null : MUST_BE[field]
}

/** Where to ask, as whom, about what and how often; tried before it is kept. */
export function PullForm(props: Props) {
  const { source, pull, form } = props
  const [draft, setDraft] = useState(() => toDraft(props))
  const parsed = PullDraft.safeParse(draft)
  const refresh = [['pulls']]
  const set = useCommand(api.pulls.set, {
    done: 'It is asked from now on',
    failed: 'Nothing was changed',
    refresh,
  })
  const remove = useCommand(api.pulls.remove, {
    done: 'It is not asked any more',
    failed: 'It is still asked',
    refresh,
  })
  const test = useCommand(api.pulls.test, { failed: 'It could not be tried' })
  const change = (part: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...part }))
    test.reset() // what was tried is no longer what stands here
  }
  return (
    <Card title={pull === null ? 'Ask this source, too' : 'How it is asked'}>
      <div className="flex flex-col gap-4">
        <Fields draft={draft} form={form} onChange={change} />
        {test.data !== undefined && <TestResult result={test.data} />}
        <div className="flex flex-wrap items-center justify-end gap-2">
          {pull !== null && (
            <Button
              variant="ghost"
              className="mr-auto"
              busy={remove.isPending}
              onClick={() => remove.mutate({ source: source.name })}
            >
              Stop asking
            </Button>
          )}
          <Button
            disabled={!parsed.success}
            busy={test.isPending}
            onClick={() => parsed.success && test.mutate(parsed.data)}
          >
            Try it
          </Button>
          <Button
            variant="primary"
            disabled={!parsed.success}
            busy={set.isPending}
            onClick={() => parsed.success && set.mutate(parsed.data)}
          >
            {pull === null ? 'Begin to ask' : 'Keep the change'}
          </Button>
        </div>
      </div>
    </Card>
  )
}

function Fields({
  draft,
  form,
  onChange,
}: {
  draft: Draft
  form: Needs
  onChange: (part: Partial<Draft>) => void
}) {
  const { scope } = form
  return (
    <div className="grid items-start gap-4 min-[700px]:grid-cols-2">
      <Field label="Address" help={form.urlHelp} error={problemOf('url', draft)}>
        {(control) => (
          <TextInput
            {...control}
            mono
            value={draft.url}
            onChange={(change) => onChange({ url: change.target.value })}
          />
        )}
      </Field>
      <CredentialField draft={draft} form={form} onChange={onChange} />
      {scope !== null && (
        <Field label={scope.name} help={scope.help} optional={scope.least === 0}>
          {(control) => (
            <TagInput
              {...control}
              tags={draft.scope}
              placeholder={scope.example}
              onChange={(next) => onChange({ scope: next })}
            />
          )}
        </Field>
      )}
      <Field
        label="Every so many seconds"
        help="From 30 seconds to a day."
        error={problemOf('everySeconds', draft)}
      >
        {(control) => (
          <TextInput
            {...control}
            type="number"
            min={30}
            max={86_400}
            value={Number.isNaN(draft.everySeconds) ? '' : draft.everySeconds}
            onChange={(change) => onChange({ everySeconds: change.target.valueAsNumber })}
          />
        )}
      </Field>
      <Switch
        label={draft.enabled ? 'Asked on schedule' : 'Not asked by itself'}
        checked={draft.enabled}
        onChange={(enabled) => onChange({ enabled })}
      />
    </div>
  )
}

function CredentialField({
  draft,
  form: { credential },
  onChange,
}: {
  draft: Draft
  form: Needs
  onChange: (part: Partial<Draft>) => void
}) {
  const all = useQuery(pullQueries.credentials()).data ?? []
  const usable = all.filter(({ kind }) => kind === 'token' || kind === 'password')
  return (
    <Field
      label="Credential"
      optional={!credential.needed}
      help={
        <>
          {credential.help} Secrets are added under{' '}
          <AppLink href={paths.connections()}>Connections</AppLink>.
        </>
      }
    >
      {(control) => (
        <Select
          {...control}
          value={draft.credentialId ?? ''}
          options={[
            { value: '', label: credential.needed ? 'Choose one' : 'None' },
            ...usable.map(({ id, name }) => ({ value: id as string, label: name })),
          ]}
          onChoose={(id) =>
            onChange({ credentialId: usable.find((one) => one.id === id)?.id ?? null })
          }
        />
      )}
    </Field>
  )
}

const LOOK = {
  passed: { Icon: CircleCheck, look: 'text-ok', word: 'works' },
  failed: { Icon: CircleX, look: 'text-critical', word: 'failed' },
  not_reached: { Icon: CircleDashed, look: 'text-muted', word: 'not reached' },
  not_needed: { Icon: CircleDashed, look: 'text-muted', word: 'not needed' },
} as const

function TestResult({ result: { ok, stages, summary } }: { result: PullTest }) {
  return (
    <div
      role="status"
      className="flex flex-col gap-2 rounded-control border border-line bg-canvas px-4 py-3"
    >
      <p className={ok ? 'font-semibold' : 'font-semibold text-critical'}>
        <PlainText text={summary} max={300} />
      </p>
      <ol className="flex flex-wrap gap-x-4 gap-y-1">
        {stages.map(({ stage, outcome }) => {
          const { Icon, look, word } = LOOK[outcome]
          return (
            <li key={stage} className="flex items-center gap-1.5 text-small">
              <Icon size={14} strokeWidth={1.75} className={look} aria-hidden />
              {stageWord(stage)} <span className="text-muted">{word}</span>
            </li>
          )
        })}
      </ol>
      {stages.map(
        ({ stage, text }) =>
          text !== '' &&
          text !== summary && (
            <p key={stage} className="text-small text-muted">
              <PlainText text={text} max={400} />
            </p>
          ),
      )}
    </div>
  )
}
