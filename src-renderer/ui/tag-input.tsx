import { X } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import { cx } from './class-names'
import type { FieldControl } from './field'
import { safeString } from './hostile-text'
import { CONTROL } from './input'

interface TagInputProps extends FieldControl {
  tags: readonly string[]
  onChange: (tags: string[]) => void
  placeholder?: string
  /** Characters of one tag. */
  maxLength?: number
}

/** Words in a row. Enter or a comma keeps one, Backspace in the empty field takes the last; pasted lists are split. */
export function TagInput({ tags, onChange, placeholder, maxLength = 120, ...rest }: TagInputProps) {
  const [text, setText] = useState('')
  function keep(more: string) {
    const words = more.split(/[,\n]/).flatMap((word) => word.trim() || [])
    if (words.length > 0) onChange([...new Set([...tags, ...words])])
    setText('')
  }
  function onKey(press: KeyboardEvent) {
    if (press.key === 'Enter' && text.trim() !== '') {
      press.preventDefault()
      keep(text)
    }
    if (press.key === 'Backspace' && text === '' && tags.length > 0) onChange(tags.slice(0, -1))
  }
  return (
    <div
      className={cx(
        CONTROL,
        'flex min-h-8 flex-wrap items-center gap-1.5 py-1 focus-within:border-accent',
      )}
    >
      {tags.map((tag) => (
        <Tag key={tag} tag={tag} onRemove={() => onChange(tags.filter((one) => one !== tag))} />
      ))}
      <input
        {...rest}
        autoComplete="off"
        spellCheck={false}
        maxLength={maxLength}
        placeholder={tags.length === 0 ? placeholder : undefined}
        value={text}
        onKeyDown={onKey}
        onBlur={() => keep(text)}
        onChange={(change) => {
          if (/[,\n]/.test(change.target.value)) keep(change.target.value)
          else setText(change.target.value)
        }}
        className="h-5 min-w-20 flex-1 bg-transparent font-mono text-small outline-none"
      />
    </div>
  )
}

function Tag({ tag, onRemove }: { tag: string; onRemove: () => void }) {
  return (
    <span className="inline-flex h-[22px] max-w-full items-center gap-1 rounded-chip border border-strong bg-surface pl-2 font-mono text-caption">
      <span className="truncate">{safeString(tag, 120)}</span>
      <button
        type="button"
        aria-label={`Remove ${safeString(tag, 120)}`}
        onClick={onRemove}
        className="rounded-chip px-1 py-0.5 text-muted hover:text-text"
      >
        <X size={12} aria-hidden />
      </button>
    </span>
  )
}
