import { LoaderCircle } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { cx } from './class-names'
import { ariaKeys, Kbd } from './kbd'

export type ButtonVariant = 'primary' | 'secondary' | 'danger' | 'ghost' | 'good'

const VARIANT: Readonly<Record<ButtonVariant, string>> = {
  primary: 'border-transparent bg-accent text-on-accent hover:bg-accent/88 active:bg-accent/80',
  secondary: 'border-strong bg-raised text-text hover:bg-hover active:bg-selected',
  danger: 'border-critical/50 bg-transparent text-critical hover:tint-critical',
  good: 'border-ok/55 bg-transparent text-ok hover:tint-ok',
  ghost: 'border-transparent bg-transparent text-muted hover:bg-hover hover:text-text',
}
const SIZE = {
  small: 'h-7 px-2.5 text-small gap-1.5',
  normal: 'h-8 px-3 gap-2',
  large: 'h-9 px-4 gap-2',
}

export interface ButtonProps extends ComponentProps<'button'> {
  variant?: ButtonVariant
  size?: keyof typeof SIZE
  icon?: ReactNode
  /** Shown as a hint; the screen registers the shortcut itself with `useShortcut`. */
  keys?: string | undefined
  /** Work is under way: shown as a spinner, and a second press does nothing. */
  busy?: boolean
}

/** Every action is one of these. The one primary action of a screen sits bottom right and has a key. */
export function Button({
  variant = 'secondary',
  size = 'normal',
  icon,
  keys,
  busy = false,
  className,
  children,
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      aria-keyshortcuts={ariaKeys(keys)}
      aria-busy={busy || undefined}
      disabled={disabled === true || busy}
      className={cx(
        'inline-flex shrink-0 items-center justify-center rounded-control border font-semibold whitespace-nowrap transition-colors select-none',
        'disabled:cursor-not-allowed disabled:opacity-55',
        SIZE[size],
        VARIANT[variant],
        className,
      )}
      {...rest}
    >
      {busy ? <LoaderCircle size={16} strokeWidth={1.75} className="animate-spin-slow" /> : icon}
      {children}
      {keys !== undefined && <Kbd keys={keys} className="ml-0.5" />}
    </button>
  )
}
