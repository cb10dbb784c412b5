import { Search } from 'lucide-react'
import { useState } from 'react'
import type { SourceKind } from '#contract/intake'
import { cx } from '#ui/class-names'
import { IconInput } from '#ui/input'
import { KIND_WORDS } from './kinds'
import type { KindWords } from './kinds/kind'

const GROUPS: readonly { group: KindWords['group']; title: string }[] = [
  { group: 'signals', title: 'Monitoring: what is wrong' },
  { group: 'people', title: 'People: who asks for help' },
  { group: 'changes', title: 'Engineering: what was changed' },
]
const KINDS = Object.entries(KIND_WORDS) as [SourceKind, KindWords][]

interface Choice {
  kind: SourceKind
  onChoose: (kind: SourceKind) => void
}

/** Which sender it is: a few dozen, so in groups, and found by typing. */
export function KindChoice({ kind, onChoose }: Choice) {
  const [text, setText] = useState('')
  const wanted = text.trim().toLowerCase()
  const fits = ([name, { title, about }]: (typeof KINDS)[number]) =>
    [name, title, about].some((words) => words.toLowerCase().includes(wanted))
  const found = KINDS.filter(fits)
  return (
    <div className="flex flex-col gap-4">
      <IconInput
        icon={<Search size={16} strokeWidth={1.75} />}
        aria-label="Find a kind of source"
        placeholder="Find a kind: Grafana, Zendesk, GitHub…"
        value={text}
        onChange={(change) => setText(change.target.value)}
      />
      {found.length === 0 && (
        <p className="text-muted">
          No kind is called that. <em>Any JSON</em> reads whatever posts JSON: you say where it
          keeps what.
        </p>
      )}
      {GROUPS.map(({ group, title }) => {
        const kinds = found.filter(([, words]) => words.group === group)
        return (
          kinds.length > 0 && (
            <fieldset key={group} className="flex flex-col gap-2">
              <legend className="mb-2 text-small font-semibold text-muted">{title}</legend>
              <div className="grid gap-2 min-[620px]:grid-cols-2 min-[900px]:grid-cols-3">
                {kinds.map(([one, words]) => (
                  <KindCard
                    key={one}
                    words={words}
                    chosen={one === kind}
                    onChoose={() => onChoose(one)}
                  />
                ))}
              </div>
            </fieldset>
          )
        )
      })}
    </div>
  )
}

function KindCard({
  words: { title, about },
  chosen,
  onChoose,
}: {
  words: KindWords
  chosen: boolean
  onChoose: () => void
}) {
  return (
    <label
      className={cx(
        'flex cursor-pointer flex-col gap-0.5 rounded-control border px-3 py-2.5 transition-colors focus-within:outline-2 focus-within:outline-accent',
        chosen
          ? 'border-accent bg-selected'
          : 'border-line bg-surface hover:border-strong hover:bg-hover',
      )}
    >
      <input type="radio" name="kind" className="sr-only" checked={chosen} onChange={onChoose} />
      <span className="font-semibold">{title}</span>
      <span className="line-clamp-2 text-small text-muted">{about}</span>
    </label>
  )
}
