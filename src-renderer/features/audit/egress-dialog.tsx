import type { EgressEntry } from '#contract/egress'
import { Chip } from '#ui/chip'
import { CodeBlock } from '#ui/code-block'
import { Dialog } from '#ui/dialog'
import { KeyValues } from '#ui/key-values'
import { MonoId } from '#ui/mono-id'
import { PlainText } from '#ui/plain-text'
import { durationText, ExactTime } from '#ui/relative-time'
import { bytesWords, outcomeWords } from './egress-words'

/** One request, whole. */
export function EgressDialog({ entry, onClose }: { entry: EgressEntry; onClose: () => void }) {
  const { text, tone } = outcomeWords(entry)
  return (
    <Dialog open title={`${entry.purpose}, entry ${entry.seq}`} onClose={onClose}>
      <div className="flex flex-col gap-4">
        <KeyValues
          items={[
            { name: 'When', value: <ExactTime at={entry.at} /> },
            { name: 'Who', value: <PlainText text={entry.actor} /> },
            { name: 'From', value: <PlainText text={entry.console} /> },
            { name: 'Outcome', value: <Chip tone={tone}>{text}</Chip> },
            {
              name: 'Out / in',
              value: `${bytesWords(entry.bytesOut)} / ${bytesWords(entry.bytesIn)}`,
            },
            { name: 'Took', value: durationText(entry.durationMs) },
            { name: 'Hash', value: <MonoId id={entry.hash} /> },
          ]}
        />
        <CodeBlock code={`${entry.method} ${entry.host}${entry.path}`} label="Request" wrap />
        {entry.reason !== '' && <PlainText text={entry.reason} />}
      </div>
    </Dialog>
  )
}
