import { Tooltip as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { useFloatingRoot } from './floating-root'
import { Kbd } from './kbd'

interface TooltipProps {
  text: ReactNode
  keys?: string | undefined
  side?: 'top' | 'right' | 'bottom' | 'left'
  children: ReactNode
}

/** Says more about a control on hover and on focus. Never the only place where something is said. */
export function Tooltip({ text, keys, side = 'bottom', children }: TooltipProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal container={useFloatingRoot()}>
        <Radix.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 flex max-w-80 animate-rise items-center gap-2 rounded-control border border-strong bg-raised px-2.5 py-1.5 text-small text-text shadow-float"
        >
          <span className="min-w-0 break-words">{text}</span>
          {keys !== undefined && <Kbd keys={keys} />}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** Once around the application: one delay for all tooltips. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return (
    <Radix.Provider delayDuration={450} skipDelayDuration={200}>
      {children}
    </Radix.Provider>
  )
}
