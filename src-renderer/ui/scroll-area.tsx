import type { ReactNode } from 'react'
import { cx } from './class-names'

/** A part of the screen that scrolls by itself; it can be reached and scrolled with the keyboard, so it has a name. */
export function ScrollArea({
  label,
  className,
  children,
}: {
  label: string
  className?: string
  children: ReactNode
}) {
  return (
    <div
      role="region"
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region has to be reachable by keyboard
      tabIndex={0}
      className={cx('ring-inside min-h-0 overflow-y-auto', className)}
    >
      {children}
    </div>
  )
}
