import { useQuery } from '@tanstack/react-query'
import { CircleCheck, Copy, Send } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import type { Delivery, Source, SourceKind } from '#contract/intake'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { copyText } from '#ui/clipboard'
import { CodeBlock } from '#ui/code-block'
import { useCommand } from '#ui/command'
import { ErrorState } from '#ui/error-state'
import { Field } from '#ui/field'
import { TextInput } from '#ui/input'
import { AppLink, paths } from '#ui/links'
import { CardSkeleton } from '#ui/skeleton'
import { Tabs } from '#ui/tabs'
import { type KindInfo, KINDS, OTHER_KINDS } from './source-examples'

const sourcesKey = ['intake', 'sources']

/** The second door: choose a kind, copy the address, see a test alert become a ticket. */
export function ConnectSource({
  onBack,
  onDone,
  onOther,
}: {
  onBack: () => void
  onDone: () => void
  /** To Intake › Add a source, with this kind chosen. */
  onOther: (kind?: SourceKind) => void
}) {
  const [kind, setKind] = useState<SourceKind>('alertmanager')
  const sources = useQuery({ queryKey: sourcesKey, queryFn: () => api.intake.sources({}) })
  const info = KINDS.find((one) => one.kind === kind)!
  const source = sources.data?.find((one) => one.kind === kind && one.enabled)
  if (sources.error !== null)
    return <ErrorState error={sources.error} onRetry={() => void sources.refetch()} />
  return (
    <Card title="Connect your first source">
      <div className="flex flex-col gap-4">
        <div className="flex flex-col gap-2">
          <Tabs
            label="Kind of source"
            look="segments"
            tabs={KINDS.map((one) => ({ value: one.kind, label: one.title }))}
            value={kind}
            onChoose={setKind}
          />
          <p className="text-muted">{info.about}</p>
        </div>
        {sources.data === undefined && <CardSkeleton lines={5} />}
        {sources.data !== undefined && source === undefined && <MakeAddress info={info} />}
        {source !== undefined && <Address key={source.name} info={info} source={source} />}
        <OtherKinds onChoose={onOther} />
        <div className="flex justify-end gap-2">
          <Button onClick={onBack}>Back</Button>
          <Button variant="primary" disabled={source === undefined} onClick={onDone}>
            Go to the watch
          </Button>
        </div>
      </div>
    </Card>
  )
}

/** The kinds that are set up on their own screens: Intake leads through each of them step by step. */
function OtherKinds({ onChoose }: { onChoose: (kind?: SourceKind) => void }) {
  return (
    <section
      aria-label="Other kinds of source"
      className="flex flex-col gap-2 border-t border-line pt-4"
    >
      <p className="text-muted">
        Something else? Intake leads through it step by step, on the sender’s own screens.
      </p>
      <div className="flex flex-wrap gap-2">
        {OTHER_KINDS.map(({ kind, title }) => (
          <Button key={kind} size="small" onClick={() => onChoose(kind)}>
            {title}
          </Button>
        ))}
        <Button size="small" variant="ghost" onClick={() => onChoose()}>
          All kinds…
        </Button>
      </div>
    </section>
  )
}

function MakeAddress({ info }: { info: KindInfo }) {
  const add = useCommand(api.intake.addSource, {
    failed: 'The address was not made',
    refresh: [sourcesKey],
  })
  return (
    <div className="flex items-center justify-between gap-4 rounded-[10px] border border-dashed border-strong px-4 py-3">
      <p className="text-muted">
        It gets an address of its own, with a token that proves who sends.
      </p>
      <Button
        variant="primary"
        busy={add.isPending}
        onClick={() => add.mutate({ name: info.kind, kind: info.kind, title: info.title })}
      >
        Make the address
      </Button>
    </div>
  )
}

function Address({ info, source }: { info: KindInfo; source: Source }) {
  const test = useCommand(api.intake.sendTest, { failed: 'The test alert did not arrive' })
  const example = info.example(source.url)
  return (
    <>
      <Field
        label="Its address"
        help="Treat it like a password: the token in it lets anybody send alerts."
      >
        {(control) => (
          <div className="flex gap-2">
            <TextInput
              {...control}
              mono
              readOnly
              value={source.url}
              onFocus={(focus) => focus.target.select()}
            />
            <Button
              icon={<Copy size={15} strokeWidth={1.75} />}
              onClick={() => void copyText(source.url, 'Address copied')}
            >
              Copy
            </Button>
          </div>
        )}
      </Field>
      <CodeBlock code={example} label={`Configuration for ${info.title}`} />
      <div className="flex flex-wrap items-center gap-3">
        <Button
          icon={<Send size={15} strokeWidth={1.75} />}
          busy={test.isPending}
          onClick={() => test.mutate({ name: source.name })}
        >
          Send a test alert
        </Button>
        <TestOutcome delivery={test.data} />
      </div>
    </>
  )
}

function TestOutcome({ delivery }: { delivery: Delivery | undefined }) {
  if (delivery === undefined)
    return <span className="text-muted">A real example goes through the real listener.</span>
  const [ticket] = delivery.ticketIds
  return (
    <output className="flex items-center gap-2">
      <CircleCheck size={16} strokeWidth={1.75} className="text-ok" aria-hidden />
      It arrived{delivery.status === 'dead' ? `, but was not understood: ${delivery.reason}` : '.'}
      {ticket !== undefined && <AppLink href={paths.ticket(ticket)}>Open its ticket</AppLink>}
    </output>
  )
}
