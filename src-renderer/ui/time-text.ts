const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const two = (value: number) => String(value).padStart(2, '0')

/** The shortest form for dense lists: `now`, `42s`, `6m`, `3h`, `12d`, `5mo`, `2y`. Future times read the same with `in `. */
export function relativeTime(at: number, now: number): string {
  const away = Math.abs(now - at)
  const prefix = at - now > SECOND ? 'in ' : ''
  if (away < 5 * SECOND) return 'now'
  return prefix + shortSpan(away)
}

function shortSpan(span: number): string {
  if (span < MINUTE) return `${Math.floor(span / SECOND)}s`
  if (span < HOUR) return `${Math.floor(span / MINUTE)}m`
  if (span < DAY) return `${Math.floor(span / HOUR)}h`
  if (span < 60 * DAY) return `${Math.floor(span / DAY)}d`
  if (span < 730 * DAY) return `${Math.floor(span / (30.44 * DAY))}mo`
  return `${Math.floor(span / (365.25 * DAY))}y`
}

const UNITS: readonly (readonly [string, number])[] = [
  ['year', 365.25 * DAY],
  ['month', 30.44 * DAY],
  ['week', 7 * DAY],
  ['day', DAY],
  ['hour', HOUR],
  ['min', MINUTE],
]
/** A unit is used from two of it on, except the small ones: `12 days ago` says more than `1 week ago`. */
const FROM_ONE = new Set(['day', 'hour', 'min'])

/** For sentences: `just now`, `40 s ago`, `3 min ago`, `12 days ago`, `in 2 hours`. */
export function spokenTime(at: number, now: number): string {
  const away = Math.abs(now - at)
  if (away < 5 * SECOND) return 'just now'
  const unit = UNITS.find(([name, size]) => away >= (FROM_ONE.has(name) ? size : 2 * size))
  const words = unit === undefined ? `${Math.floor(away / SECOND)} s` : counted(unit, away)
  return at > now ? `in ${words}` : `${words} ago`
}

function counted([name, size]: readonly [string, number], span: number): string {
  const count = Math.floor(span / size)
  return `${count} ${name}${count === 1 || name === 'min' ? '' : 's'}`
}

/** `14:12` for minutes and seconds left, `2 h 05` above an hour; never below `0:00`. */
export function untilTime(leftMs: number): string {
  const left = Math.max(0, leftMs)
  if (left >= HOUR) return `${Math.floor(left / HOUR)} h ${two(Math.floor((left % HOUR) / MINUTE))}`
  return `${Math.floor(left / MINUTE)}:${two(Math.floor((left % MINUTE) / SECOND))}`
}

/** How long something took: `38 ms`, `3.1 s`, `4 min 12 s`, `2 h 05 min`. */
export function durationText(ms: number): string {
  if (ms < SECOND) return `${Math.round(ms)} ms`
  if (ms < MINUTE) return `${(ms / SECOND).toFixed(1)} s`
  if (ms < HOUR)
    return `${Math.floor(ms / MINUTE)} min ${two(Math.floor((ms % MINUTE) / SECOND))} s`
  return `${Math.floor(ms / HOUR)} h ${two(Math.floor((ms % HOUR) / MINUTE))} min`
}

/** `14:02:11` in the operator's own time zone. */
export function clockTime(at: number): string {
  const day = new Date(at)
  return `${two(day.getHours())}:${two(day.getMinutes())}:${two(day.getSeconds())}`
}

// By hand: a list draws hundreds of these, and the platform's formatter takes a third of a millisecond for each.
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const weekday = (day: Date) => WEEKDAYS[day.getDay()] ?? ''
const month = (day: Date) => MONTHS[day.getMonth()] ?? ''

/** Everything about a moment: day, time to the millisecond and the zone's offset. */
export function exactTime(at: number): string {
  const day = new Date(at)
  const date = `${weekday(day).slice(0, 3)} ${day.getDate()} ${month(day).slice(0, 3)} ${day.getFullYear()}`
  const minutes = -day.getTimezoneOffset()
  const offset = `${minutes < 0 ? '−' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`
  return `${date}, ${clockTime(at)}.${String(day.getMilliseconds()).padStart(3, '0')} UTC${offset}`
}

/** `Friday 20 November`, for headers. */
export function dayName(at: number): string {
  const day = new Date(at)
  return `${weekday(day)} ${day.getDate()} ${month(day)}`
}

/** `20 Nov`, or `20 Nov 2025` in another year than this one. */
export function shortDay(at: number): string {
  const day = new Date(at)
  const words = `${day.getDate()} ${day.toLocaleString('en', { month: 'short' })}`
  return day.getFullYear() === new Date().getFullYear() ? words : `${words} ${day.getFullYear()}`
}
