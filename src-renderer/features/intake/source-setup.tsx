import { Waypoints } from 'lucide-react'
import { useState } from 'react'
import type { Source } from '#contract/intake'
import { Card } from '#ui/card'
import { CodeBlock } from '#ui/code-block'
import { PlainText } from '#ui/plain-text'
import { Tabs } from '#ui/tabs'
import { maskAddress } from './intake-words'
import { KIND_WORDS } from './kinds'
import type { Given, Setup, Step } from './kinds/kind'
import { ProofCard } from './proof-card'
import { SettingsForm } from './settings-form'
import { tunnelCommand } from './tunnel'

/** What to do on the sender's own screens, step by step, and what to tell Quarterdeck about it. */
export function SourceSetup({ source }: { source: Source }) {
  const { setups, about } = KIND_WORDS[source.kind]
  const [title, setTitle] = useState(setups[0]?.title ?? '')
  const setup = setups.find((one) => one.title === title) ?? setups[0]
  return (
    <>
      {setup !== undefined && (
        <Card title="In the sender" note={about}>
          <div className="flex flex-col gap-4">
            {setups.length > 1 && (
              <Tabs
                label="Way to set it up"
                look="segments"
                tabs={setups.map((one) => ({ value: one.title, label: one.title }))}
                value={setup.title}
                onChoose={setTitle}
              />
            )}
            <Steps setup={setup} url={source.url} />
            {setup.steps.some(({ code }) => code !== undefined) && (
              <p className="text-small text-muted">
                Copying takes the whole address. Treat it like a password: whoever has it can send
                alerts.
              </p>
            )}
          </div>
        </Card>
      )}
      <ProofCard source={source} />
      <SettingsForm key={source.name} source={source} />
      <Tunnel url={source.url} />
    </>
  )
}

function toGiven(url: string): Given {
  const at = url.lastIndexOf('/')
  return { url, bareUrl: url.slice(0, at), token: url.slice(at + 1) }
}

function Steps({ setup, url }: { setup: Setup; url: string }) {
  const masked = maskAddress(url)
  return (
    <>
      <p className="text-muted">{setup.about}</p>
      <ol className="flex flex-col gap-4">
        {setup.steps.map((step, index) => (
          <li key={step.say} className="grid grid-cols-[24px_minmax(0,1fr)] gap-x-2">
            <span
              aria-hidden
              className="mt-px flex size-[18px] items-center justify-center rounded-full border border-strong text-caption font-semibold text-muted tnum"
            >
              {index + 1}
            </span>
            <OneStep step={step} url={url} masked={masked} />
          </li>
        ))}
      </ol>
    </>
  )
}

/** The token is hidden here and whole in what is copied. */
function OneStep({
  step: { say, code },
  url,
  masked,
}: {
  step: Step
  url: string
  masked: string
}) {
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <p>{say}</p>
      {code !== undefined && (
        <CodeBlock code={code(toGiven(url))} label={say}>
          <PlainText text={code(toGiven(masked))} />
        </CodeBlock>
      )}
    </div>
  )
}

function Tunnel({ url }: { url: string }) {
  const { port } = new URL(url)
  return (
    <Card
      title="When the sender is on another machine"
      icon={<Waypoints size={16} strokeWidth={1.75} />}
    >
      <p className="mb-3 text-muted">
        Quarterdeck answers on this machine only. Carry port {port} to the sender over SSH; the
        address stays the same there.
      </p>
      <CodeBlock code={tunnelCommand(url)} label="Tunnel to the sender" />
    </Card>
  )
}
