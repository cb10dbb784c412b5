import { useMemo, useState } from 'react'
import type { Delivery } from '#contract/intake'
import { Banner } from '#ui/banner'
import { CodeBlock } from '#ui/code-block'
import { EmptyState } from '#ui/empty-state'
import { PlainText, UntrustedNote } from '#ui/plain-text'
import { Tabs } from '#ui/tabs'
import { prettyJson } from './intake-words'

interface BodyProps {
  delivery: Delivery & {
    headers: Record<string, string>
    body: string
    binary: boolean
    truncated: boolean
  }
}
type View = 'pretty' | 'raw' | 'headers'

/** Most characters drawn at once; copying takes all that main sent. */
const SHOWN = 200_000

/** The body as text and nothing else: no markup, no links; hidden characters are drawn as marks. */
export function DeliveryBody({ delivery }: BodyProps) {
  const { body, headers, binary, truncated } = delivery
  const pretty = useMemo(
    () => (binary || truncated ? null : prettyJson(body)),
    [body, binary, truncated],
  )
  const [wanted, setView] = useState<View>('pretty')
  const view = wanted === 'pretty' && pretty === null ? 'raw' : wanted
  const texts = { pretty: pretty ?? body, raw: body, headers: headerLines(headers) }
  return (
    <section aria-label="Body and headers" className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <Tabs
          label="What is shown"
          tabs={[
            ...(pretty === null ? [] : [{ value: 'pretty' as const, label: 'Set out' }]),
            { value: 'raw', label: 'As it came' },
            { value: 'headers', label: 'Headers', count: Object.keys(headers).length },
          ]}
          value={view}
          onChoose={setView}
        />
        <span className="ml-auto">
          <UntrustedNote>from the source</UntrustedNote>
        </span>
      </div>
      {view !== 'headers' && <Caveats delivery={delivery} />}
      <Text text={texts[view]} label={view === 'headers' ? 'Headers' : 'Body of the delivery'} />
    </section>
  )
}

function Caveats({ delivery: { binary, truncated } }: BodyProps) {
  const words = [
    binary ? 'It is not UTF-8 text: strange bytes are drawn as \uFFFD.' : '',
    truncated ? 'Only its beginning is shown; all of it is on disk.' : '',
  ].filter(Boolean)
  return words.length === 0 ? null : <Banner tone="info">{words.join(' ')}</Banner>
}

function Text({ text, label }: { text: string; label: string }) {
  if (text === '')
    return (
      <EmptyState compact title={`${label}: nothing is kept`}>
        A request that was refused at the door is not read, so there is nothing to show.
      </EmptyState>
    )
  return (
    <CodeBlock code={text} label={label} wrap>
      <PlainText text={text} max={SHOWN} />
    </CodeBlock>
  )
}

function headerLines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')
}
