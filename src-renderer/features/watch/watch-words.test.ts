import { describe, expect, test } from 'vitest'
import { figureText, figureTrend, leadSentence, needsSentence } from './watch-words'

const needs = (count: number, kind: 'approval' | 'escalated' = 'approval') =>
  Array.from({ length: count }, () => ({ kind }))

describe('the first sentence of the watch', () => {
  test('counts in words up to twelve and in figures above', () => {
    expect(needsSentence([])).toBe('Nothing needs you.')
    expect(needsSentence(needs(1))).toBe('One thing needs you.')
    expect(needsSentence(needs(3))).toBe('Three things need you.')
    expect(needsSentence([...needs(15), ...needs(15, 'escalated')])).toBe('30 things need you.')
    expect(needsSentence(needs(20))).toBe('At least 20 things need you.')
  })

  test('is followed by the worst first', () => {
    const watch = { needs: [], inHand: [], figures: [] }
    expect(leadSentence(watch, 4, 1)).toMatch(/^One critical ticket is open\./)
    expect(leadSentence(watch, 0, 0)).toBe('No open ticket, no run under way. A quiet watch.')
  })
})

describe('a figure', () => {
  const figure = {
    key: 'time_to_resolve',
    unit: 'minutes',
    value: 6.2,
    previous: 7.3,
    days: [],
  } as const

  test('says that fewer minutes are faster, and good', () => {
    expect(figureTrend({ ...figure, days: [] })).toEqual({ text: '1.1 min faster', tone: 'good' })
    expect(figureTrend({ ...figure, days: [], previous: 5 })).toMatchObject({ tone: 'bad' })
  })

  test('does not praise or blame a count', () => {
    expect(figureTrend({ ...figure, days: [], unit: 'count', value: 41, previous: 38 })).toEqual({
      text: '+3 on last week',
      tone: 'neutral',
    })
  })

  test('turns long times into hours and short ones into seconds', () => {
    expect(figureText({ ...figure, days: [], value: 180 })).toEqual({ value: '3', unit: 'h' })
    expect(figureText({ ...figure, days: [], value: 0.4 })).toEqual({ value: '24', unit: 's' })
  })

  test('without anything measured says so instead of showing a zero', () => {
    expect(figureText({ ...figure, days: [], value: null }).value).toBe('–')
    expect(figureTrend({ ...figure, days: [], value: null }).text).toBe('nothing to measure yet')
  })
})
