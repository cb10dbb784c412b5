import type { Timestamp } from '#contract/primitives'
import { WEEKDAYS, type WindowTimes } from '#contract/screening'

type Weekly = Extract<WindowTimes, { repeats: 'weekly' }>

const DAY_MINUTES = 24 * 60
const MINUTE_MS = 60_000

/**
 * Weekly windows go by the wall clock of their zone. Where it is set back, what is in the window happens twice and is
 * in it twice; where it is set forward, a window within the hour that is left out does not happen that day.
 */
export function isOpen(times: WindowTimes, at: Timestamp): boolean {
  if (times.repeats === 'once') return times.from <= at && at < times.until
  const { day, minute } = wallClock(times.zone, at)
  const [from, to] = [minuteOf(times.from), minuteOf(times.to)]
  const today = times.days.includes(WEEKDAYS[day]!)
  if (from < to) return today && from <= minute && minute < to
  const yesterday = times.days.includes(WEEKDAYS[(day + 6) % 7]!)
  return (today && minute >= from) || (yesterday && minute < to)
}

/** When a window that is open at `at` ends, as far as can be foreseen; another may follow at once. */
export function endOf(times: WindowTimes, at: Timestamp): Timestamp {
  if (times.repeats === 'once') return times.until
  const { minute } = wallClock(times.zone, at)
  const left = (minuteOf(times.to) - minute + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES
  const end = (Math.floor(at / MINUTE_MS) + left) * MINUTE_MS
  return end + correction(times, end)
}

/** What the wall clock was set by on the way there. */
function correction({ zone, to }: Weekly, end: Timestamp): number {
  const off = (minuteOf(to) - wallClock(zone, end).minute + DAY_MINUTES) % DAY_MINUTES
  return (off > DAY_MINUTES / 2 ? off - DAY_MINUTES : off) * MINUTE_MS
}

function minuteOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number)
  return hours! * 60 + minutes!
}

interface WallClock {
  /** 0 is Monday. */
  readonly day: number
  /** Of the day. */
  readonly minute: number
}

const clocks = new Map<string, Intl.DateTimeFormat>()
/** The last answer for each zone: signals by the thousand ask within one minute. */
const lastAsked = new Map<string, { minute: number; answer: WallClock }>()

function wallClock(zone: string, at: Timestamp): WallClock {
  const minute = Math.floor(at / MINUTE_MS)
  const last = lastAsked.get(zone)
  if (last?.minute === minute) return last.answer
  const answer = readClock(zone, at)
  lastAsked.set(zone, { minute, answer })
  return answer
}

function readClock(zone: string, at: Timestamp): WallClock {
  let clock = clocks.get(zone)
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
    clocks.set(zone, clock)
  }
  const parts = new Map(clock.formatToParts(at).map(({ type, value }) => [type, value]))
  const weekday = parts.get('weekday')!.toLowerCase()
  return {
    day: WEEKDAYS.findIndex((day) => day === weekday),
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  }
}
