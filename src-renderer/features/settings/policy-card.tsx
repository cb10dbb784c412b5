import { useQuery } from '@tanstack/react-query'
import { Scale } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import type { PolicyStatus } from '#contract/policies'
import type { Settings } from '#contract/settings'
import { Banner } from '#ui/banner'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { Chip, type Tone } from '#ui/chip'
import { useCommand } from '#ui/command'
import { Field } from '#ui/field'
import { TextInput } from '#ui/input'
import { MonoPath } from './mono-path'
import { settingsQueries, useGovernSettings } from './settings-queries'

const TONE: Readonly<Record<PolicyStatus['rules'][number]['effect'], Tone>> = {
  deny: 'bad',
  ask: 'attention',
  allow: 'good',
}

/** The organisation's rules as they were read, or what is wrong with the file. */
export function PolicyCard({ settings, isAdmin }: { settings: Settings; isAdmin: boolean }) {
  const { data: policy } = useQuery(settingsQueries.policy())
  const reload = useCommand(api.policies.reload, {
    done: 'Read again',
    failed: 'It was not read',
    refresh: [['policies']],
  })
  return (
    <Card
      title="Policy"
      icon={<Scale size={16} strokeWidth={1.75} />}
      note="deny, then ask, then allow; first the tier"
    >
      <div className="flex flex-col gap-4">
        {policy?.state === 'broken' && <Broken problems={policy.problems} />}
        {policy?.state === 'none' && (
          <p className="text-muted">
            There is no policy file: the tier alone decides. Reads run; everything else asks one
            approver, what destroys asks somebody else.
          </p>
        )}
        {policy !== undefined && <Rules rules={policy.rules} />}
        <div className="flex flex-wrap items-center gap-3">
          <span className="min-w-0 flex-1 text-small text-muted">
            {policy !== undefined && <MonoPath path={policy.path} />}
          </span>
          {isAdmin && (
            <Button size="small" busy={reload.isPending} onClick={() => reload.mutate({})}>
              Reload
            </Button>
          )}
        </div>
        {isAdmin && <Place kept={settings.policyFile} />}
      </div>
    </Card>
  )
}

function Broken({ problems }: Pick<PolicyStatus, 'problems'>) {
  return (
    <Banner tone="bad" title="The policy file is broken: nothing that does more than read is run.">
      <ul>
        {problems.map(({ line, message }) => (
          <li key={`${line} ${message}`}>
            {line !== null && `line ${line}: `}
            {message}
          </li>
        ))}
      </ul>
    </Banner>
  )
}

function Rules({ rules }: Pick<PolicyStatus, 'rules'>) {
  if (rules.length === 0) return null
  return (
    <ul className="flex flex-col gap-2">
      {rules.map((rule) => (
        <li key={rule.name} className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
          <Chip tone={TONE[rule.effect]}>{rule.effect}</Chip>
          <code className="font-semibold">{rule.name}</code>
          <span className="min-w-0 flex-1 text-small text-muted">
            {rule.when.length === 0 ? 'always' : `when ${rule.when.join(', ')}`}
            {rule.effect === 'ask' && `: ${rule.demands}`}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Place({ kept }: { kept: string }) {
  const [path, setPath] = useState<string | null>(null)
  const govern = useGovernSettings('Kept: the file there counts within two seconds')
  const changed = path !== null && path.trim() !== kept
  return (
    <form
      onSubmit={(submit) => {
        submit.preventDefault()
        if (changed) govern.mutate({ policyFile: path.trim() })
      }}
    >
      <Field
        label="Policy file"
        optional
        help="A path on this machine. Left out: policy.yaml in the data folder, if it is there. A chosen file that is missing counts as broken."
      >
        {(control) => (
          <div className="flex gap-2">
            <TextInput
              {...control}
              className="min-w-0 flex-1 font-mono"
              value={path ?? kept}
              maxLength={1000}
              onChange={(change) => setPath(change.target.value)}
            />
            <Button type="submit" disabled={!changed} busy={govern.isPending}>
              Keep the path
            </Button>
          </div>
        )}
      </Field>
    </form>
  )
}
