import { useState } from 'react'
import { Field } from '#ui/field'
import { TextInput } from '#ui/input'

interface NumberFieldProps {
  label: string
  help: string
  value: number
  min: number
  max: number
  onKeep: (value: number) => void
}

/** A whole number that is kept when the field is left or Enter is pressed; what does not fit is said and not kept. */
export function NumberField({ label, help, value, min, max, onKeep }: NumberFieldProps) {
  const [text, setText] = useState<string | null>(null)
  const number = Number(text ?? value)
  const fits = Number.isInteger(number) && number >= min && number <= max && text?.trim() !== ''
  const keep = () => {
    if (text === null || !fits) return
    if (number !== value) onKeep(number)
    setText(null)
  }
  return (
    <Field
      label={label}
      help={help}
      error={fits ? null : `A whole number from ${min} to ${max}. ${value} is still in force.`}
    >
      {(control) => (
        <TextInput
          {...control}
          inputMode="numeric"
          className="max-w-32"
          value={text ?? String(value)}
          onChange={(change) => setText(change.target.value)}
          onBlur={keep}
          onKeyDown={(press) => {
            if (press.key === 'Enter') keep()
          }}
        />
      )}
    </Field>
  )
}
