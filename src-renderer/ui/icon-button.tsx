import type { ComponentProps, ReactNode } from 'react'
import { cx } from './class-names'
import { ariaKeys } from './kbd'
import { Tooltip } from './tooltip'

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  /** Its name: read aloud and shown as a tooltip. */
  label: string
  icon: ReactNode
  keys?: string
  /** For a button that stays down, such as a filter that is on. */
  pressed?: boolean | undefined
}

/** A button that is only an icon; it always has a name. */
export function IconButton({ label, icon, keys, pressed, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} keys={keys}>
      <button
        type="button"
        aria-label={label}
        aria-keyshortcuts={ariaKeys(keys)}
        aria-pressed={pressed}
        className={cx(
          'inline-flex size-8 shrink-0 items-center justify-center rounded-control border border-transparent text-muted transition-colors',
          'hover:bg-hover hover:text-text disabled:opacity-45 aria-pressed:border-accent/50 aria-pressed:tint-accent aria-pressed:text-accent',
          className,
        )}
        {...rest}
      >
        {icon}
      </button>
    </Tooltip>
  )
}
