import { CircleAlert } from 'lucide-react'
import { type ReactNode, useId } from 'react'

/** What a control in a field must carry so that label, help and error are read with it. */
export interface FieldControl {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
}

interface FieldProps {
  label: ReactNode
  help?: ReactNode
  error?: string | null | undefined
  /** Says so in words, not with a star. */
  optional?: boolean
  children: (control: FieldControl) => ReactNode
}

/** A labelled control with help and error: `<Field label="Host">{(control) => <TextInput {...control} />}</Field>`. */
export function Field({ label, help, error, optional = false, children }: FieldProps) {
  const id = useId()
  const problem = error ?? ''
  const described = [help !== undefined && `${id}-help`, problem !== '' && `${id}-error`]
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <label htmlFor={id} className="flex items-baseline gap-2 text-small font-semibold">
        {label}
        {optional && <span className="font-normal text-muted">optional</span>}
      </label>
      {children({
        id,
        'aria-describedby': described.filter(Boolean).join(' ') || undefined,
        'aria-invalid': problem === '' ? undefined : true,
      })}
      {problem !== '' && <Problem id={`${id}-error`} text={problem} />}
      {help !== undefined && (
        <p id={`${id}-help`} className="text-small text-muted">
          {help}
        </p>
      )}
    </div>
  )
}

function Problem({ id, text }: { id: string; text: string }) {
  return (
    <p id={id} role="alert" className="flex gap-1.5 text-small text-critical">
      <CircleAlert size={14} strokeWidth={2} className="mt-px shrink-0" aria-hidden />
      {text}
    </p>
  )
}
