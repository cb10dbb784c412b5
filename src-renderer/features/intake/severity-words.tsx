import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import type { Severity } from '#contract/primitives'
import { Button } from '#ui/button'
import { Field } from '#ui/field'
import { IconButton } from '#ui/icon-button'
import { TextInput } from '#ui/input'
import { PlainText } from '#ui/plain-text'
import { Select } from '#ui/select'
import { SEVERITIES, severityWord } from '#ui/severity'

interface SeverityWordsProps {
  map: Readonly<Record<string, Severity>>
  onChange: (map: Record<string, Severity>) => void
}

/** What the source's own words for a severity mean here. */
export function SeverityWords({ map, onChange }: SeverityWordsProps) {
  const [word, setWord] = useState('')
  function add() {
    if (word.trim() !== '') onChange({ ...map, [word.trim()]: 'high' })
    setWord('')
  }
  return (
    <Field
      label="Its own words for severity"
      optional
      help="Common words such as P1, error or warning are known; the rest is medium."
    >
      {(control) => (
        <div className="flex flex-col gap-2">
          <Known map={map} onChange={onChange} />
          <div className="flex gap-2">
            <TextInput
              {...control}
              mono
              maxLength={80}
              placeholder="P2"
              value={word}
              onChange={(change) => setWord(change.target.value)}
              onKeyDown={(press) => {
                if (press.key !== 'Enter') return
                press.preventDefault()
                add()
              }}
            />
            <Button icon={<Plus size={15} strokeWidth={1.75} />} onClick={add}>
              Add
            </Button>
          </div>
        </div>
      )}
    </Field>
  )
}

function Known({ map, onChange }: SeverityWordsProps) {
  const entries = Object.entries(map)
  return entries.map(([said, severity]) => (
    <div key={said} className="grid grid-cols-[minmax(0,1fr)_120px_32px] items-center gap-2">
      <code className="truncate text-small">
        <PlainText text={said} max={80} />
      </code>
      <Select
        aria-label={`Severity of ${said}`}
        value={severity}
        options={SEVERITIES.map((one) => ({ value: one, label: severityWord(one) }))}
        onChoose={(next) => onChange({ ...map, [said]: next })}
      />
      <IconButton
        label={`Forget ${said}`}
        icon={<X size={14} strokeWidth={1.75} />}
        onClick={() => onChange(Object.fromEntries(entries.filter(([one]) => one !== said)))}
      />
    </div>
  ))
}
