import { Waypoints } from 'lucide-react'
import { useState } from 'react'
import type { Source } from '#contract/intake'
import { Card } from '#ui/card'
import { CodeBlock } from '#ui/code-block'
import { PlainText } from '#ui/plain-text'
import { Tabs } from '#ui/tabs'
import { KIND_WORDS, maskAddress } from './intake-words'
import { SETUPS, tunnelCommand } from './setups'

/** What the sender's own configuration needs. The token is hidden here and whole in what is copied. */
export function SourceSetup({ source }: { source: Source }) {
  const setups = SETUPS[source.kind]
  const [title, setTitle] = useState(setups[0]!.title)
  const setup = setups.find((one) => one.title === title) ?? setups[0]!
  const { port } = new URL(source.url)
  return (
    <>
      <Card title="In the sender" note={KIND_WORDS[source.kind].about}>
        <div className="flex flex-col gap-3">
          {setups.length > 1 && (
            <Tabs
              label="Way to set it up"
              look="segments"
              tabs={setups.map((one) => ({ value: one.title, label: one.title }))}
              value={setup.title}
              onChoose={setTitle}
            />
          )}
          <p className="text-muted">{setup.about}</p>
          <CodeBlock code={setup.code(source.url)} label={`Set-up: ${setup.title}`}>
            <PlainText text={setup.code(maskAddress(source.url))} />
          </CodeBlock>
          <p className="text-small text-muted">
            Copying takes the whole address. Treat it like a password: whoever has it can send
            alerts.
          </p>
        </div>
      </Card>
      <Card
        title="When the sender is on another machine"
        icon={<Waypoints size={16} strokeWidth={1.75} />}
      >
        <p className="mb-3 text-muted">
          Quarterdeck answers on this machine only. Carry port {port} to the sender over SSH; the
          address stays the same there.
        </p>
        <CodeBlock code={tunnelCommand(source.url)} label="Tunnel to the sender" />
      </Card>
    </>
  )
}
