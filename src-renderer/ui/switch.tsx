import type { ReactNode } from 'react'

/** On or off, at once, with its name and what it means. */
export function Switch({
  label,
  help,
  checked,
  onChange,
  disabled = false,
}: {
  label: ReactNode
  help?: ReactNode
  checked: boolean
  onChange: (checked: boolean) => void
  disabled?: boolean
}) {
  return (
    <label className="flex cursor-pointer items-start gap-3 py-1">
      <span className="relative mt-0.5 inline-flex shrink-0">
        <input
          type="checkbox"
          role="switch"
          aria-checked={checked}
          className="peer absolute inset-0 size-full cursor-pointer opacity-0"
          checked={checked}
          disabled={disabled}
          onChange={(change) => onChange(change.target.checked)}
        />
        <span
          aria-hidden
          className="h-[18px] w-8 rounded-full border border-strong bg-strong transition-colors peer-checked:border-accent peer-checked:bg-accent peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-accent peer-disabled:opacity-50"
        />
        <span
          aria-hidden
          className="pointer-events-none absolute top-[3px] left-[3px] size-3 rounded-full bg-white shadow-sm transition-transform peer-checked:translate-x-3.5"
        />
      </span>
      <span className="flex min-w-0 flex-col">
        <span className="font-medium">{label}</span>
        {help !== undefined && <span className="text-small text-muted">{help}</span>}
      </span>
    </label>
  )
}

/** One of several things that may all be chosen. */
export function Checkbox({
  label,
  checked,
  onChange,
}: {
  label: ReactNode
  checked: boolean
  onChange: (checked: boolean) => void
}) {
  return (
    <label className="flex cursor-pointer items-center gap-2.5 py-0.5">
      <input
        type="checkbox"
        checked={checked}
        onChange={(change) => onChange(change.target.checked)}
        className="size-4 shrink-0 cursor-pointer accent-accent"
      />
      <span className="min-w-0">{label}</span>
    </label>
  )
}
