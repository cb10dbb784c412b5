import { type ReactNode, useEffect, useSyncExternalStore } from 'react'
import { cx } from './class-names'
import { createStore } from './external-store'
import { ScrollArea } from './scroll-area'

/** What the top bar shows for the screen that is open. */
export interface PageHead {
  title: string
  note: ReactNode
  actions: ReactNode
}
const head = createStore<PageHead>({ title: '', note: null, actions: null })

/** Puts title, a quiet note and the screen's own actions into the top bar and the window's title. */
export function usePageHead(
  title: string,
  { note = null, actions = null }: { note?: ReactNode; actions?: ReactNode } = {},
) {
  // Runs after every drawing: nodes have no useful identity, and the store ignores nothing it needs.
  useEffect(() => {
    head.set({ title, note, actions })
  }, [title, note, actions])
}

export function useCurrentHead(): PageHead {
  return useSyncExternalStore(head.subscribe, head.get)
}

/** A screen that scrolls as a whole, with the usual margins. `narrow` for reading and forms. */
export function Page({
  children,
  narrow = false,
  className,
}: {
  children: ReactNode
  narrow?: boolean
  className?: string
}) {
  return (
    <ScrollArea label="Screen" className="h-full">
      <div
        className={cx(
          'mx-auto flex min-h-full flex-col gap-4 p-6 max-md:p-4',
          narrow ? 'max-w-[880px]' : 'max-w-[1680px]',
          className,
        )}
      >
        {children}
      </div>
    </ScrollArea>
  )
}

/** The sentence a screen begins with. */
export function PageTitle({
  children,
  lead,
  actions,
}: {
  children: ReactNode
  lead?: ReactNode
  actions?: ReactNode
}) {
  return (
    <div className="flex flex-wrap items-end gap-x-4 gap-y-2">
      <div className="min-w-0 flex-1">
        <h2 className="text-title font-[640] tracking-[-0.015em] text-balance">{children}</h2>
        {lead !== undefined && <p className="mt-1 text-muted">{lead}</p>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  )
}
