import { SlidersHorizontal } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import { type Source, SourceSettings } from '#contract/intake'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { useCommand } from '#ui/command'
import { Field } from '#ui/field'
import { TextInput } from '#ui/input'
import { TagInput } from '#ui/tag-input'
import { KIND_WORDS } from './kinds'

type Key = keyof SourceSettings
interface Words {
  label: string
  help: string
  placeholder?: string
}

const WORDS: Readonly<Record<Key, Words>> = {
  signatureHeader: {
    label: 'Signature header',
    help: 'The header with the signature, as it is set in the sender. Empty: its default.',
  },
  timestampHeader: {
    label: 'Timestamp header',
    help: 'The header with the time that is signed. Empty: the sender signs no time, so a copied delivery could be sent again.',
  },
  topics: {
    label: 'Topics that may be subscribed to',
    help: 'The ARN of each topic. A subscription to any other is ignored.',
    placeholder: 'arn:aws:sns:eu-west-1:123456789012:alarms',
  },
  baseUrl: {
    label: 'Address of the sender’s own pages',
    help: 'For links from tickets back to it.',
    placeholder: 'https://example.com',
  },
  account: {
    label: 'Account',
    help: 'The one that may send. Empty: any that knows the address.',
  },
  deployments: {
    label: 'Deployments',
    help: 'Jobs that deploy, by name; * stands for anything. What fits counts as a deployment.',
    placeholder: 'deploy-*',
  },
  production: {
    label: 'Environments that are production',
    help: 'By name; * stands for anything.',
    placeholder: 'production',
  },
  quietMinutes: {
    label: 'Silence that counts as over, in minutes',
    help: 'For alerts whose end is never told. Empty: as this kind does; 0: never.',
  },
  mostPerSecond: {
    label: 'Deliveries a second, at most',
    help: 'More are told to come back later.',
  },
  mostAtOnce: {
    label: 'Deliveries at one time, at most',
    help: 'More are told to come back later.',
  },
}
/** What a field takes, for when it holds something else. */
const MUST_BE: Readonly<Record<Key, string>> = {
  signatureHeader: 'The name of a header, of at most 100 characters.',
  timestampHeader: 'The name of a header, of at most 100 characters.',
  topics: 'At most 50 topics, of at most 300 characters each.',
  baseUrl: 'An address that begins with https:// or http://, or nothing.',
  account: 'At most 100 characters.',
  deployments: 'At most 50 names, of at most 100 characters each.',
  production: 'At most 50 names, of at most 100 characters each.',
  quietMinutes: 'A whole number from 0 to 43,200 (30 days), or nothing.',
  mostPerSecond: 'A whole number from 1 to 1,000,000.',
  mostAtOnce: 'A whole number from 1 to 10,000.',
}
const LISTS = new Set<Key>(['topics', 'deployments', 'production'])
const NUMBERS = new Set<Key>(['quietMinutes', 'mostPerSecond', 'mostAtOnce'])

/** What an operator says about a source. In force from the next delivery on. */
export function SettingsForm({ source }: { source: Source }) {
  const [changed, setChanged] = useState<Partial<Record<Key, unknown>>>({})
  const update = useCommand(api.intake.updateSource, {
    done: 'In force from the next delivery on',
    failed: 'The settings are as they were',
    refresh: [['intake']],
    onDone: () => setChanged({}),
  })
  const keys: readonly Key[] = [
    ...(KIND_WORDS[source.kind].settings ?? []),
    'mostPerSecond',
    'mostAtOnce',
  ]
  const parsed = SourceSettings.safeParse({ ...source.settings, ...changed })
  const problemOf = (key: Key) =>
    parsed.error?.issues.some(({ path }) => path[0] === key) === true ? MUST_BE[key] : null
  const isChanged = Object.keys(changed).length > 0
  return (
    <Card title="Settings" icon={<SlidersHorizontal size={16} strokeWidth={1.75} />}>
      <div className="grid items-start gap-4 min-[700px]:grid-cols-2">
        {keys.map((key) => (
          <OneSetting
            key={key}
            name={key}
            value={key in changed ? changed[key] : source.settings[key]}
            problem={problemOf(key)}
            onChange={(value) => setChanged((before) => ({ ...before, [key]: value }))}
          />
        ))}
      </div>
      <div className="mt-5 flex items-center justify-end gap-2">
        <Button disabled={!isChanged} onClick={() => setChanged({})}>
          Discard
        </Button>
        <Button
          variant="primary"
          disabled={!isChanged || !parsed.success}
          busy={update.isPending}
          onClick={() =>
            update.mutate({ name: source.name, settings: changed as Partial<SourceSettings> })
          }
        >
          Keep the settings
        </Button>
      </div>
    </Card>
  )
}

function OneSetting({
  name,
  value,
  problem,
  onChange,
}: {
  name: Key
  value: unknown
  problem: string | null
  onChange: (value: unknown) => void
}) {
  const { label, help, placeholder } = WORDS[name]
  return (
    <Field label={label} help={help} error={problem}>
      {(control) =>
        LISTS.has(name) ? (
          <TagInput
            {...control}
            tags={value as string[]}
            onChange={onChange}
            {...(placeholder !== undefined && { placeholder })}
          />
        ) : (
          <TextInput
            {...control}
            mono
            inputMode={NUMBERS.has(name) ? 'numeric' : undefined}
            placeholder={placeholder}
            value={textOf(value)}
            onChange={(change) => onChange(valueOf(name, change.target.value))}
          />
        )
      }
    </Field>
  )
}

function textOf(value: unknown): string {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : ''
}

/** Empty means what the kind does, where a number may be left out; what is no number is shown as the mistake it is. */
function valueOf(name: Key, text: string): unknown {
  if (!NUMBERS.has(name)) return text
  if (text.trim() === '') return name === 'quietMinutes' ? null : ''
  return /^\d+$/.test(text.trim()) ? Number(text) : text
}
