import { CircleCheck, CircleSlash, Hand, Shuffle } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { ImportLine } from '#contract/importers'
import { PlainText } from '#ui/plain-text'
import { Tabs } from '#ui/tabs'

type Level = ImportLine['level']

const LEVELS: readonly Level[] = ['needs_you', 'left_out', 'changed', 'mapped']
const WORDS: Readonly<Record<Level, string>> = {
  needs_you: 'Needs you',
  left_out: 'Left out',
  changed: 'Changed',
  mapped: 'The same',
}
const ICONS: Readonly<Record<Level, ReactNode>> = {
  needs_you: <Hand size={14} strokeWidth={2} className="text-high" aria-label="needs you" />,
  left_out: <CircleSlash size={14} strokeWidth={2} className="text-medium" aria-label="left out" />,
  changed: <Shuffle size={14} strokeWidth={2} className="text-accent" aria-label="changed" />,
  mapped: <CircleCheck size={14} strokeWidth={2} className="text-ok" aria-label="the same" />,
}

/** What became of each thing in the file, what needs a person first. */
export function ImportReport({ lines }: { lines: readonly ImportLine[] }) {
  const [level, setLevel] = useState<Level | 'all'>('all')
  const sorted = LEVELS.flatMap((wanted) => lines.filter((line) => line.level === wanted))
  const seen = level === 'all' ? sorted : sorted.filter((line) => line.level === level)
  const tabs = LEVELS.map((value) => ({
    value,
    label: WORDS[value],
    count: lines.filter((line) => line.level === value).length,
  }))
  return (
    <div className="flex min-w-0 flex-col gap-2.5">
      <Tabs
        label="Which lines"
        tabs={[
          { value: 'all' as const, label: 'All', count: lines.length },
          ...tabs.filter(({ count }) => count > 0),
        ]}
        value={level}
        onChoose={setLevel}
      />
      <ul
        className="flex max-h-[44vh] flex-col overflow-y-auto rounded-[10px] border border-line"
        aria-label="Report"
      >
        {seen.map((line, at) => (
          // oxlint-disable-next-line react/no-array-index-key -- lines may be equal, and never move
          <Line key={`${at} ${line.item}`} line={line} />
        ))}
      </ul>
    </div>
  )
}

function Line({ line: { level, line, item, why, todo } }: { line: ImportLine }) {
  return (
    <li className="flex gap-2.5 border-b border-line px-3 py-2 last:border-b-0">
      <span className="mt-[3px] shrink-0">{ICONS[level]}</span>
      <span className="w-14 shrink-0 text-small tnum text-muted">line {line}</span>
      <span className="min-w-0 flex-1">
        <span className="block font-medium break-words">
          <PlainText text={item} max={200} />
        </span>
        <span className="block break-words text-muted">
          <PlainText text={why} max={1000} />
        </span>
        {todo !== '' && (
          <span className="block break-words text-small">
            <PlainText text={todo} max={600} />
          </span>
        )}
      </span>
    </li>
  )
}
