const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Until when a ticket can be put aside, with words; "tomorrow" is nine in the morning where the operator is. */
export function snoozeTimes(now: number): { label: string; until: number }[] {
  const tomorrow = new Date(now)
  tomorrow.setDate(tomorrow.getDate() + 1)
  tomorrow.setHours(9, 0, 0, 0)
  const monday = new Date(tomorrow)
  monday.setDate(monday.getDate() + ((8 - monday.getDay()) % 7))
  const times = [
    { label: '15 minutes', until: now + 15 * MINUTE },
    { label: '1 hour', until: now + HOUR },
    { label: '4 hours', until: now + 4 * HOUR },
    { label: 'Tomorrow at 9', until: tomorrow.getTime() },
  ]
  return monday.getTime() > tomorrow.getTime()
    ? [...times, { label: 'Monday at 9', until: monday.getTime() }]
    : times
}
