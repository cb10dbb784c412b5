import { create } from 'zustand'
import type { Severity } from '#contract/primitives'
import type { TicketView } from '#contract/tickets'

interface InboxView {
  view: TicketView
  /** Empty: all of them. */
  severities: readonly Severity[]
  text: string
  choose: (view: TicketView) => void
  toggle: (severity: Severity) => void
  search: (text: string) => void
  clear: () => void
}

/** How this operator looks at the inbox; it stays while other screens are visited. */
export const useInboxView = create<InboxView>()((set) => ({
  view: 'open',
  severities: [],
  text: '',
  choose: (view) => set({ view }),
  toggle: (severity) =>
    set(({ severities }) => ({
      severities: severities.includes(severity)
        ? severities.filter((one) => one !== severity)
        : [...severities, severity],
    })),
  search: (text) => set({ text }),
  clear: () => set({ severities: [], text: '', view: 'open' }),
}))
