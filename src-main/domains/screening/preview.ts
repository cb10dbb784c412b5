import { setImmediate as breathe } from 'node:timers/promises'
import { Refusal } from '#contract'
import type { Timestamp } from '#contract/primitives'
import type { RuleDraft } from '#contract/screening'
import { dedupKeyOf, type Signal } from '#domains/tickets'
import type { Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { compile } from './match'
import { effectOf } from './preview-effects'
import { createTally, type PastSignal, type Tally } from './preview-tally'
import type { KindOf } from './screen'

interface Needs {
  clock: Clock
  kindOf: KindOf
  pastSignals: (since: Timestamp) => AsyncIterable<Signal>
}

const DAYS = 7
/** Older ones are left out: the newest say most. */
const MOST_SIGNALS = 20_000
/** After so long others go first: the main loop is not to be held longer than 12 ms. */
const SLICE_MS = 3

/** What a rule would have done to the signals of the last days, if it had been the only one. */
export function createPreview(needs: Needs): Serves<'screening'>['preview'] {
  const { clock, kindOf, pastSignals } = needs
  return async ({ draft }, { signal: cancel }) => {
    const now = clock.now()
    const since = now - DAYS * 86_400_000
    const tally = createTally()
    const replay = createReplay(draft, tally, now)
    const matches = compile(draft.match)
    const slice = createSlice()
    const newestFirst: PastSignal[] = []
    const rest = async () => {
      await slice.end()
      if (cancel.aborted)
        throw new Refusal('cancelled', 'The preview was stopped. It changes nothing.')
    }
    for await (const signal of pastSignals(since)) {
      newestFirst.push({ ...signal, receivedAt: signal.receivedAt ?? signal.startsAt })
      if (slice.isOver()) await rest()
      if (newestFirst.length === MOST_SIGNALS) break
    }
    for (const past of newestFirst.toReversed()) {
      const kind = kindOf(past.source) ?? ''
      replay.take(past, matches(past, kind), kind)
      if (slice.isOver()) await rest()
    }
    replay.end()
    const signals = newestFirst.length
    return { since, signals, truncated: signals === MOST_SIGNALS, ...tally.sum() }
  }
}

/** Asked for every signal, so it costs no promise. */
function createSlice() {
  let began = -Infinity
  return {
    isOver: () => performance.now() - began > SLICE_MS,
    async end(): Promise<void> {
      await breathe()
      began = performance.now()
    },
  }
}

/** Tickets as they come and go by dedup alone: one a key from the first that fires until it resolves. */
function createReplay(draft: RuleDraft, tally: Tally, now: Timestamp) {
  const active = new Set<string>()
  const effect = effectOf(draft, tally, now)
  return {
    take(past: PastSignal, matches: boolean, kind: string): void {
      const key = dedupKeyOf(past)
      if (matches) tally.add('matched')
      if (past.state === 'resolved') {
        active.delete(key)
        effect.ends?.(key, past.receivedAt)
      } else if (past.state !== 'noted') {
        if (!active.has(key)) {
          active.add(key)
          tally.add('opened')
          if (matches) effect.opens?.(past, kind)
        }
        if (matches) effect.fires?.(past, kind)
      }
    },
    end: (): void => effect.finish?.(),
  }
}
