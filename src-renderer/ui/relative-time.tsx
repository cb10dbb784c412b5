import { useSyncExternalStore } from 'react'
import { clockTime, exactTime, relativeTime, spokenTime, untilTime } from './time-text'

export { clockTime, dayName, durationText, relativeTime, shortDay, spokenTime } from './time-text'

const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

function tick() {
  now = Date.now()
  for (const listener of listeners) listener()
}
function subscribe(listener: () => void) {
  listeners.add(listener)
  timer ??= setInterval(tick, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** The time now, in steps of `everyMs`: one timer for the whole window. */
export function useNow(everyMs = 1000): number {
  return useSyncExternalStore(subscribe, () => {
    const read = timer === undefined ? Math.floor(Date.now() / 1000) * 1000 : now
    return Math.floor(read / everyMs) * everyMs
  })
}

/** `3m` or `3 min ago`, with the exact time on hover. */
export function RelativeTime({
  at,
  long = false,
  className,
}: {
  at: number
  long?: boolean
  className?: string
}) {
  // Only what changes every second is drawn every second.
  const isYoung = useNow(30_000) - at < 120_000
  const current = useNow(isYoung ? 1000 : 30_000)
  return (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at)} className={className}>
      {long ? spokenTime(at, current) : relativeTime(at, current)}
    </time>
  )
}

/** `14:02:11`, with the day on hover. */
export function ClockTime({ at, className }: { at: number; className?: string }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at)} className={className}>
      {clockTime(at)}
    </time>
  )
}

/** Counts down to a moment: `14:12`, then `0:00`. Turns to attention in the last two minutes. */
export function Countdown({ until, prefix = '' }: { until: number; prefix?: string }) {
  const left = until - useNow()
  return (
    <time
      dateTime={new Date(until).toISOString()}
      title={exactTime(until)}
      className={left < 120_000 ? 'font-semibold text-critical tnum' : 'tnum'}
    >
      {prefix}
      {untilTime(left)}
    </time>
  )
}

/** The whole moment, for facts: `Fri 20 Nov 2026, 14:02:11.120 UTC+00:00`. */
export function ExactTime({ at, className }: { at: number; className?: string }) {
  return (
    <time dateTime={new Date(at).toISOString()} className={className ?? 'tnum'}>
      {exactTime(at)}
    </time>
  )
}
