import { useState } from 'react'
import type { GenericMapping } from '#contract/intake'
import { CodeBlock } from '#ui/code-block'
import { Field } from '#ui/field'
import { TextArea, TextInput } from '#ui/input'
import { PlainText } from '#ui/plain-text'
import { TagInput } from '#ui/tag-input'
import { PLACES, pointerProblem, tryMapping } from './mapping'
import { SeverityWords } from './severity-words'

interface MappingFieldsProps {
  mapping: GenericMapping
  onChange: (part: Partial<GenericMapping>) => void
}

const EXAMPLE = `{
  "title": "Disk is nearly full",
  "status": "firing",
  "severity": "P2",
  "service": "web",
  "host": "web-1",
  "url": "https://grafana.example/d/1"
}`

/** Where each part is found, tried at once on an example of what the source sends. */
export function MappingFields({ mapping, onChange }: MappingFieldsProps) {
  const [example, setExample] = useState(EXAMPLE)
  const tried = tryMapping(mapping, example)
  return (
    <div className="grid items-start gap-5 min-[1180px]:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <Places mapping={mapping} onChange={onChange} />
      <div className="flex flex-col gap-4">
        <Field
          label="Example of what it sends"
          help="Paste one. It is tried here and nowhere else."
          error={tried === null ? 'It is no JSON, or has no list where the mapping looks.' : null}
        >
          {(control) => (
            <TextArea
              {...control}
              mono
              rows={9}
              value={example}
              onChange={(change) => setExample(change.target.value)}
            />
          )}
        </Field>
        {tried !== null && <Found tried={tried} />}
        <Field label="Words that mean it is over" help="In any case: Resolved is resolved.">
          {(control) => (
            <TagInput
              {...control}
              tags={mapping.resolvedValues}
              onChange={(resolvedValues) =>
                onChange({ resolvedValues: resolvedValues.slice(0, 20) })
              }
            />
          )}
        </Field>
        <SeverityWords
          map={mapping.severityMap}
          onChange={(severityMap) => onChange({ severityMap })}
        />
      </div>
    </div>
  )
}

function Places({ mapping, onChange }: MappingFieldsProps) {
  return (
    <ul className="flex flex-col gap-2">
      {PLACES.map(({ field, label, help, empty = 'not sent' }) => (
        <li key={field}>
          <Field label={label} help={help || undefined} error={pointerProblem(mapping[field])}>
            {(control) => (
              <TextInput
                {...control}
                mono
                maxLength={200}
                placeholder={empty}
                value={mapping[field]}
                onChange={(change) => onChange({ [field]: change.target.value })}
              />
            )}
          </Field>
        </li>
      ))}
    </ul>
  )
}

function Found({ tried }: { tried: NonNullable<ReturnType<typeof tryMapping>> }) {
  const lines = PLACES.flatMap(({ field, label }) => {
    const value = tried.found[field]
    return value === undefined ? [] : [{ label, text: JSON.stringify(value) }]
  })
  return (
    <CodeBlock
      code={lines.map(({ label, text }) => `${label}: ${text}`).join('\n')}
      label="What is found in the example"
      wrap
    >
      <span className="text-term-muted">
        {tried.count === 1 ? 'One signal is found' : `${tried.count} signals, the first has`}
        {'\n'}
      </span>
      {lines.map(({ label, text }) => (
        <span key={label}>
          <span className="text-term-muted">{label.padEnd(12)}</span>
          <PlainText text={text} max={300} />
          {'\n'}
        </span>
      ))}
    </CodeBlock>
  )
}
