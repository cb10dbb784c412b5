import type { SourceSettings } from '#contract/intake'
import type { Timestamp } from '#contract/primitives'
import type { Reading, SourceSignal } from './source'
import { toKey, toLine } from './values'

/** What the test button says, in whatever shape a kind has. */
export const TEST = {
  title: 'Test alert from Quarterdeck',
  text: 'Nothing is wrong: an operator pressed the test button of this source.',
} as const

/** How long an alert may be silent before it counts as over: as the operator says, else as the kind does. Undefined: for ever. */
export function quietMsOf(settings: SourceSettings, defaultMs?: number): number | undefined {
  const minutes = settings.quietMinutes
  if (minutes === null) return defaultMs
  return minutes === 0 ? undefined : minutes * 60_000
}

type Optional = 'note' | 'actor' | 'withdrawn' | 'quietMs'
type Told = Pick<SourceSignal, 'fingerprint' | 'state' | 'startsAt'> &
  Partial<Omit<SourceSignal, Optional>> & { [key in Optional]?: SourceSignal[key] | undefined }

/**
 * A signal from the parts that were told, such as it can be kept: empty parts are left out, what is too long is cut, only
 * what is over has an end, and only what fires can fall silent.
 */
export function toSignal({ note, actor, withdrawn, quietMs, ...told }: Told): SourceSignal {
  return {
    description: '',
    severity: undefined,
    service: undefined,
    host: undefined,
    labels: {},
    annotations: {},
    links: [],
    ...told,
    fingerprint: toKey(told.fingerprint) ?? told.fingerprint,
    title: toLine(told.title),
    endsAt: told.state === 'resolved' ? told.endsAt : undefined,
    ...extrasOf(told.state, { note, actor, withdrawn, quietMs }),
  }
}

function extrasOf(
  state: SourceSignal['state'],
  { note, actor, withdrawn, quietMs }: Pick<Told, Optional>,
): Pick<SourceSignal, Optional> {
  return {
    ...(note !== undefined && note !== '' && { note }),
    ...(actor !== undefined && actor !== '' && { actor }),
    ...(withdrawn !== undefined && state === 'resolved' && { withdrawn }),
    ...(quietMs !== undefined && state === 'firing' && { quietMs }),
  }
}

/** The same thing, over. `withdrawn` says why that is no recovery. */
export function asResolved(
  signal: SourceSignal,
  endsAt: Timestamp,
  withdrawn?: string,
): SourceSignal {
  return toSignal({ ...signal, state: 'resolved', endsAt, withdrawn })
}

/** What somebody else said about the same thing, and when. */
export function asNote(
  signal: SourceSignal,
  startsAt: Timestamp,
  note: string,
  actor?: string,
): SourceSignal {
  return toSignal({ ...signal, state: 'noted', startsAt, endsAt: undefined, note, actor })
}

/** The note of a comment that holds a picture or a file only. */
export const WORDLESS = 'A comment without words was added.'

/** It is understood and says nothing for us. */
export const ignored = (why: string): Reading => ({ signals: [], ignored: why })

/** What several records of one delivery say. It is ignored only when all of them are. */
export function together(readings: readonly Reading[]): Reading {
  if (readings.length === 1) return readings[0]!
  const signals = readings.flatMap((each) => each.signals)
  const changes = readings.flatMap((each) => each.changes ?? [])
  const why = signals.length + changes.length === 0 ? readings[0]?.ignored : undefined
  return { signals, changes, ...(why !== undefined && { ignored: why }) }
}
