import type { ComponentProps, ReactNode } from 'react'
import { cx } from './class-names'

/** The look of everything one can type or choose in. */
export const CONTROL =
  'w-full min-w-0 rounded-control border border-strong bg-canvas px-2.5 text-body text-text transition-colors ' +
  'hover:border-faint focus-visible:border-accent focus-visible:-outline-offset-1 aria-invalid:border-critical disabled:cursor-not-allowed disabled:opacity-60'

/** One line of text. `mono` for what machines read. */
export function TextInput({
  mono = false,
  className,
  ...rest
}: ComponentProps<'input'> & { mono?: boolean }) {
  return (
    <input
      autoComplete="off"
      spellCheck={false}
      {...rest}
      className={cx(CONTROL, 'h-8', mono && 'font-mono text-small', className)}
    />
  )
}

/** Several lines of text. */
export function TextArea({
  mono = false,
  className,
  ...rest
}: ComponentProps<'textarea'> & { mono?: boolean }) {
  return (
    <textarea
      rows={3}
      {...rest}
      className={cx(CONTROL, 'resize-y py-1.5', mono && 'font-mono text-small', className)}
    />
  )
}

/** A line of text with an icon before it, such as a search box. */
export function IconInput({
  icon,
  className,
  ...rest
}: ComponentProps<'input'> & { icon: ReactNode }) {
  return (
    <span className={cx('relative block min-w-0', className)}>
      <span
        aria-hidden
        className="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-muted"
      >
        {icon}
      </span>
      <input autoComplete="off" spellCheck={false} {...rest} className={cx(CONTROL, 'h-8 pl-8')} />
    </span>
  )
}
