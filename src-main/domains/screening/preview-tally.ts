import type { Preview } from '#contract/screening'
import type { Timestamp } from '#contract/primitives'
import type { Signal } from '#domains/tickets'

export interface PastSignal extends Signal {
  readonly receivedAt: Timestamp
}

type Counts = Omit<Preview, 'since' | 'signals' | 'truncated' | 'examples'>

const MOST_EXAMPLES = 20

/** Adds up what a rule would have done; of the examples the newest stay. */
export function createTally() {
  const counts: Counts = {
    matched: 0,
    opened: 0,
    notOpened: 0,
    delayed: 0,
    stillHeld: 0,
    grouped: 0,
    proposals: 0,
    routed: 0,
    declared: 0,
  }
  const examples: Preview['examples'] = []
  return {
    add(what: keyof Counts, by = 1): void {
      counts[what] += by
    },
    example({ source, title, fingerprint, receivedAt }: PastSignal, text: string): void {
      examples.push({ source, title: title === '' ? fingerprint : title, at: receivedAt, text })
      if (examples.length > MOST_EXAMPLES) examples.shift()
    },
    sum: () => ({ ...counts, examples: examples.toReversed() }),
  }
}
export type Tally = ReturnType<typeof createTally>
