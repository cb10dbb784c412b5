import { ChevronsUpDown } from 'lucide-react'
import type { ComponentProps } from 'react'
import { cx } from './class-names'
import { CONTROL } from './input'

export interface Option<Value extends string = string> {
  value: Value
  label: string
}

/** One of a few. The system's own list opens, so it works everywhere and injects no styles. */
export function Select<Value extends string>({
  options,
  onChoose,
  className,
  ...rest
}: Omit<ComponentProps<'select'>, 'onChange' | 'value'> & {
  options: readonly Option<Value>[]
  value: Value
  onChoose: (value: Value) => void
}) {
  return (
    <span className={cx('relative block min-w-0', className)}>
      <select
        {...rest}
        onChange={(change) => {
          const chosen = options.find((option) => option.value === change.target.value)
          if (chosen !== undefined) onChoose(chosen.value)
        }}
        className={cx(CONTROL, 'h-8 appearance-none truncate pr-7')}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} className="bg-raised text-text">
            {option.label}
          </option>
        ))}
      </select>
      <ChevronsUpDown
        size={14}
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 text-muted"
      />
    </span>
  )
}
