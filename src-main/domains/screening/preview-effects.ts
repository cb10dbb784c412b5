import type { Timestamp } from '#contract/primitives'
import type { RuleDraft } from '#contract/screening'
import { dedupKeyOf } from '#domains/tickets'
import { readerOf } from './match'
import { minutes } from './plan'
import type { PastSignal, Tally } from './preview-tally'
import { endOf, isOpen } from './window-times'

/** What a rule of one kind makes of what opens a ticket, of what repeats, and of the end. */
interface Effect {
  opens?(past: PastSignal, kind: string): void
  /** Matches and fires, whether it opens a ticket or not. */
  fires?(past: PastSignal, kind: string): void
  ends?(key: string, at: Timestamp): void
  finish?(): void
}

export function effectOf(draft: RuleDraft, tally: Tally, now: Timestamp): Effect {
  if (draft.kind === 'window') return replayWindow(draft, tally, now)
  if (draft.kind === 'threshold') return replayThreshold(draft, tally)
  if (draft.kind === 'correlation') return replayCorrelation(draft, tally)
  if (draft.kind === 'route')
    return {
      opens(past) {
        tally.add('routed')
        tally.example(past, 'It would have had its owner when it opened')
      },
    }
  return replayIncident(tally)
}

type Draft<Kind extends RuleDraft['kind']> = Extract<RuleDraft, { kind: Kind }>

function replayWindow({ params }: Draft<'window'>, tally: Tally, now: Timestamp): Effect {
  const held = new Map<string, { past: PastSignal; until: Timestamp }>()
  const late = (past: PastSignal) => {
    tally.add('delayed')
    tally.example(past, 'Its ticket would have opened after the maintenance')
  }
  return {
    opens(past) {
      if (isOpen(params, past.receivedAt))
        held.set(dedupKeyOf(past), { past, until: endOf(params, past.receivedAt) })
    },
    ends(key, at) {
      const waiting = held.get(key)
      if (!waiting) return
      held.delete(key)
      if (at >= waiting.until) return late(waiting.past)
      tally.add('notOpened')
      tally.example(waiting.past, 'No ticket: it was right again before the maintenance ended')
    },
    finish() {
      for (const { past, until } of held.values()) {
        if (until <= now) late(past)
        else stillHeld(tally, past)
      }
    },
  }
}

function stillHeld(tally: Tally, past: PastSignal): void {
  tally.add('stillHeld')
  tally.example(past, 'No ticket yet: it would still be held')
}

function replayThreshold({ params }: Draft<'threshold'>, tally: Tally): Effect {
  const { occurrences, minutes: within, per } = params
  const counts = new Map<string, { key: string; at: Timestamp }[]>()
  const held = new Map<string, { past: PastSignal; place: string }>()
  const open = new Set<string>()
  const placeOf = (past: PastSignal, kind: string) =>
    per.length === 0
      ? dedupKeyOf(past)
      : JSON.stringify(per.map((field) => readerOf(field)(past, kind).toLowerCase()))
  return {
    fires(past, kind) {
      const key = dedupKeyOf(past)
      if (open.has(key)) return
      const place = placeOf(past, kind)
      const at = past.receivedAt
      const recent = (counts.get(place) ?? []).filter((one) => one.at > at - minutes(within))
      recent.push({ key, at })
      counts.set(place, recent.slice(-occurrences))
      if (recent.length < occurrences) {
        if (!held.has(key)) held.set(key, { past, place })
        return
      }
      open.add(key)
      for (const [other, waiting] of held) {
        if (waiting.place !== place) continue
        held.delete(other)
        open.add(other)
        tally.add('delayed')
        tally.example(waiting.past, `Its ticket would have opened at ${new Date(at).toISOString()}`)
      }
    },
    ends(key) {
      open.delete(key)
      const waiting = held.get(key)
      for (const [place, all] of waiting
        ? [[waiting.place, counts.get(waiting.place)!] as const]
        : [])
        counts.set(
          place,
          all.filter((one) => one.key !== key),
        )
      if (!waiting) return
      held.delete(key)
      tally.add('notOpened')
      tally.example(waiting.past, `No ticket: it did not happen ${occurrences} times`)
    },
    finish() {
      for (const { past } of held.values()) stillHeld(tally, past)
    },
  }
}

function replayCorrelation({ params }: Draft<'correlation'>, tally: Tally): Effect {
  const { fields, minutes: within, atLeast } = params
  const groups = new Map<string, { keys: Set<string>; lastAt: Timestamp }>()
  return {
    opens(past, kind) {
      const values = fields.map((field) => readerOf(field)(past, kind).toLowerCase())
      if (values.includes('')) return
      const place = JSON.stringify(values)
      const at = past.receivedAt
      const before = groups.get(place)
      const goesOn = before !== undefined && before.lastAt >= at - minutes(within)
      const keys = goesOn ? before.keys : new Set<string>()
      const size = keys.add(dedupKeyOf(past)).size
      groups.set(place, { keys, lastAt: at })
      if (size < atLeast) return
      if (size === atLeast) {
        tally.add('proposals')
        tally.example(
          past,
          `An incident would have been proposed: ${size} tickets (${values.join(', ')})`,
        )
      }
      tally.add('grouped', size === atLeast ? size : 1)
    },
  }
}

function replayIncident(tally: Tally): Effect {
  const declared = new Set<string>()
  return {
    fires(past) {
      const key = dedupKeyOf(past)
      if (declared.has(key)) return
      declared.add(key)
      tally.add('declared')
      tally.example(past, 'It would have been declared an incident')
    },
    ends: (key) => void declared.delete(key),
  }
}
