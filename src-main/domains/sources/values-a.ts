import type { SourceSettings } from '#contract/intake'
import type { Severity, Timestamp } from '#contract/primitives'
import type { SourceSignal } from './source'
import { toLine, toSeverity, toTime } from './values'

/** What the test button says, in whatever shape a kind has. */
export const TEST = {
  title: 'Test alert from Quarterdeck',
  text: 'Nothing is wrong: an operator pressed the test button of this source.',
} as const

/**
 * A Unix time in s, ms, µs or ns, as a number or in digits, told apart by its size; never later than we heard of it.
 * Nanoseconds are above 2^53 and lose their last digits in JSON, which milliseconds do not show.
 */
export function toEpoch(value: unknown, receivedAt: Timestamp): Timestamp | undefined {
  const isDigits = typeof value === 'string' && /^\s*\d{1,19}(\.\d{1,9})?\s*$/.test(value)
  const at = isDigits ? Number(value) : value
  if (typeof at !== 'number' || !(at > 0)) return undefined
  const scale = at < 1e11 ? 1000 : at < 1e14 ? 1 : at < 1e17 ? 1e-3 : 1e-6
  return Math.min(Math.floor(at * scale), receivedAt)
}

/** The first of several times that can be read, in RFC 3339 or as a Unix time. */
export function firstTime(receivedAt: Timestamp, ...values: unknown[]): Timestamp | undefined {
  for (const value of values) {
    const at = toEpoch(value, receivedAt) ?? toTime(value, receivedAt)
    if (at !== undefined) return at
  }
  return undefined
}

/** Lines of a list, or of what stands where a list could: each once, without the empty ones, at most 20. */
export function toLines(value: unknown): string[] {
  const all: unknown[] = Array.isArray(value) ? value.slice(0, 20) : [value]
  return [...new Set(all.map((each) => toLine(each)).filter((line) => line !== ''))]
}

/** Labels by their names; those that say nothing are left out, and lists are joined. */
export function toLabels(parts: Readonly<Record<string, unknown>>): Record<string, string> {
  const said = Object.entries(parts).map(([name, value]) => [name, toLines(value).join(', ')])
  return Object.fromEntries(said.filter(([, text]) => text !== '')) as Record<string, string>
}

/** A rank as people name them: `SEV-1` and `Sev 1` are `sev1`. */
export function toRank(word: unknown): Severity | undefined {
  return toSeverity(toLine(word, 40).replaceAll(/[\s_-]/g, ''))
}

/** How long an alert may be silent before it counts as over: as the operator says, else as the kind does, in ms. */
export function quietMsOf(settings: SourceSettings, defaultMs?: number): number | undefined {
  const minutes = settings.quietMinutes
  if (minutes === null) return defaultMs
  return minutes === 0 ? undefined : minutes * 60_000
}

type Optional = 'note' | 'actor' | 'withdrawn' | 'quietMs'
type Told = Pick<SourceSignal, 'fingerprint' | 'state' | 'startsAt'> &
  Partial<Omit<SourceSignal, Optional>> & { [key in Optional]?: SourceSignal[key] | undefined }

/** A signal from the parts that were told; empty ones are left out, and only what fires can fall silent. */
export function toSignal({ note, actor, withdrawn, quietMs, ...told }: Told): SourceSignal {
  return {
    title: '',
    description: '',
    severity: undefined,
    service: undefined,
    host: undefined,
    labels: {},
    annotations: {},
    links: [],
    endsAt: undefined,
    ...told,
    ...(note !== undefined && note !== '' && { note }),
    ...(actor !== undefined && actor !== '' && { actor }),
    ...(withdrawn !== undefined && told.state === 'resolved' && { withdrawn }),
    ...(quietMs !== undefined && told.state === 'firing' && { quietMs }),
  }
}
