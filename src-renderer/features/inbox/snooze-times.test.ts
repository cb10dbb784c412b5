import { describe, expect, test } from 'vitest'
import { snoozeTimes } from './snooze-times'

const at = (text: string) => new Date(text).getTime()

describe('the times a ticket can be snoozed until', () => {
  test('are all in the future, the nearest first', () => {
    const now = at('2026-11-20T03:00:00')
    const times = snoozeTimes(now).map(({ until }) => until)
    expect(times.every((until) => until > now)).toBe(true)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })

  test('name Monday only when it is not tomorrow anyway', () => {
    expect(snoozeTimes(at('2026-11-20T12:00:00')).at(-1)).toEqual({
      label: 'Monday at 9',
      until: at('2026-11-23T09:00:00'),
    })
    expect(snoozeTimes(at('2026-11-22T12:00:00')).map(({ label }) => label)).not.toContain(
      'Monday at 9',
    )
  })
})
