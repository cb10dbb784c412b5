import { describe, expect, test } from 'vitest'
import type { Delivery, Source } from '#contract/intake'
import {
  deliveryWord,
  filterFeed,
  healthOf,
  maskAddress,
  freeName,
  nameFrom,
  prettyJson,
  sizeWords,
} from './intake-words'

const now = Date.UTC(2026, 10, 20, 12)
const source = (rest: Partial<Source>) =>
  ({ enabled: true, lastDeliveryAt: now - 6000, deadTotal: 0, ...rest }) as Source

const word = (status: Delivery['status'], firing = 0, resolved = 0, changes = 0) =>
  deliveryWord({ status, firing, resolved, changes }).word

describe('a source in words', () => {
  test('what needs a look is told first', () => {
    expect(healthOf(source({ deadTotal: 2 }), now)).toMatchObject({ tone: 'attention' })
    expect(healthOf(source({}), now).tone).toBe('good')
    expect(healthOf(source({ lastDeliveryAt: null }), now).word).toBe('nothing yet')
    expect(healthOf(source({ lastDeliveryAt: now - 3_600_000 }), now).word).toBe('quiet for 1h')
    expect(healthOf(source({ enabled: false, deadTotal: 2 }), now).word).toBe('turned off')
  })
  test('a delivery newer than the clock of the list came just now', () => {
    expect(healthOf(source({ lastDeliveryAt: now + 9000 }), now).word).toBe('just now')
  })
  test('its address is shown without its token', () => {
    const shown = maskAddress('http://127.0.0.1:8425/hooks/grafana/abcdefghijklmnop')
    expect(shown).toBe('http://127.0.0.1:8425/hooks/grafana/••••••••mnop')
    expect(maskAddress('http://127.0.0.1:8425/hooks/grafana/…')).toMatch(/…$/)
  })
  test('a name is made of its title', () => {
    expect(nameFrom('Grafana (prod), Köln')).toBe('grafana-prod-ko-ln')
    expect(nameFrom('2nd cluster!')).toBe('nd-cluster')
  })
})

describe('a delivery in words', () => {
  test('the word follows what was done with it', () => {
    expect(word('processed', 2, 1)).toBe('firing')
    expect(word('processed', 0, 1)).toBe('resolved')
    expect(word('dead', 1)).toBe('not read')
    expect(word('stored')).toBe('just in')
  })
  test('the feed is searched in summary, source and reason', () => {
    const items = [
      { summary: 'HighCPU on node-4', source: 'grafana', reason: '', status: 'processed' },
      { summary: '', source: 'events', reason: 'not JSON', status: 'dead' },
    ] as Delivery[]
    expect(filterFeed(items, 'json EVENTS')).toHaveLength(1)
    expect(filterFeed(items, '')).toHaveLength(2)
  })
  test('sizes are short', () => {
    expect([sizeWords(812), sizeWords(1234), sizeWords(3_400_000)]).toEqual([
      '812 B',
      '1.2 kB',
      '3.4 MB',
    ])
  })
})

describe('a body set out in lines', () => {
  test('keeps every character that says something', () => {
    const body = '{"a":[1,2.50,{}],"b":"x, {y} \\" [z]", "big":12345678901234567890}'
    const pretty = prettyJson(body)
    expect(pretty).toBe(
      '{\n  "a": [\n    1,\n    2.50,\n    {}\n  ],\n  "b": "x, {y} \\" [z]",\n  "big": 12345678901234567890\n}',
    )
    expect(JSON.parse(pretty ?? '')).toEqual(JSON.parse(body))
  })
  test('is not offered for what is no JSON', () => {
    expect(prettyJson('hello')).toBeNull()
  })
})

describe('a name that is taken', () => {
  test('gets the first free number', () => {
    expect(freeName('grafana', [])).toBe('grafana')
    expect(freeName('grafana', ['grafana', 'grafana-2'])).toBe('grafana-3')
  })

  test('stays as short as an address allows', () => {
    const long = 'a'.repeat(60)
    expect(freeName(long, [long]).length).toBeLessThanOrEqual(60)
  })
})
