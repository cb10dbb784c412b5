import { Eye, EyeOff } from 'lucide-react'
import { useState } from 'react'
import { cx } from './class-names'
import type { FieldControl } from './field'
import { IconButton } from './icon-button'
import { CONTROL } from './input'

interface SecretInputProps extends FieldControl {
  value: string
  onChange: (value: string) => void
  /** For a key: several lines. */
  lines?: number
  placeholder?: string
  autoFocus?: boolean
}

/** Dots instead of letters also in a text area; the browser knows it, its types do not. */
const HIDDEN: object = { WebkitTextSecurity: 'disc' }
const SHOWN: object = { WebkitTextSecurity: 'none' }

/** A secret on its way in: hidden while it is typed, never offered for filling in, shown only while asked for. */
export function SecretInput({
  value,
  onChange,
  lines = 1,
  autoFocus = false,
  ...rest
}: SecretInputProps) {
  const [shown, setShown] = useState(false)
  const look = cx(CONTROL, 'pr-10 font-mono text-small', lines > 1 ? 'resize-y py-1.5' : 'h-8')
  const common = {
    ...rest,
    value,
    autoComplete: 'off',
    spellCheck: false,
    'data-autofocus': autoFocus || undefined,
    className: look,
  }
  return (
    <span className="relative block min-w-0">
      {lines > 1 ? (
        <textarea
          {...common}
          rows={lines}
          style={{ ...(shown ? SHOWN : HIDDEN) }}
          onChange={(change) => onChange(change.target.value)}
        />
      ) : (
        <input
          {...common}
          type={shown ? 'text' : 'password'}
          onChange={(change) => onChange(change.target.value)}
        />
      )}
      <IconButton
        label={shown ? 'Hide it' : 'Show it'}
        pressed={shown}
        icon={
          shown ? <EyeOff size={15} strokeWidth={1.75} /> : <Eye size={15} strokeWidth={1.75} />
        }
        onClick={() => setShown(!shown)}
        className="absolute top-0.5 right-0.5 size-7"
      />
    </span>
  )
}
