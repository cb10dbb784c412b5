import { describe, expect, test } from 'vitest'
import { contract } from '#contract'
import { REFRESHING, staleAfter } from './news-map'

const TICKET = 'tkt_01J9Q3ABCDEFGHJKMNPQRSTVWX' as never

/** Heard by one screen, and nothing that was asked is older for it. */
const TOLD_TO_ONE = new Set(['host.goTo', 'intake.replaying'])

describe('news make stale', () => {
  test('the one ticket they are about, the counts and the watch', () => {
    const keys = staleAfter('tickets.changed', { ids: [TICKET] })
    expect(keys).toContainEqual(['tickets', 'get', { id: TICKET }])
    expect(keys).toContainEqual(['tickets', 'counts'])
    expect(keys).toContainEqual(['insights', 'watch'])
  })

  test('never the pages of the inbox, which would jump under the reader', () => {
    const keys = staleAfter('tickets.changed', { ids: [TICKET] })
    expect(keys).not.toContainEqual(['tickets'])
    expect(keys.map(([first]) => first)).not.toContain('ticket-pages')
  })

  test('only calls that exist in the contract', () => {
    const calls = Object.entries(contract).flatMap(([domain, all]) => [
      domain,
      ...Object.keys(all).map((call) => `${domain}.${call}`),
    ])
    const payload = { ids: [TICKET], items: [], ticketId: TICKET } as never
    const keys = REFRESHING.flatMap((name) => staleAfter(name, payload))
    expect(keys.length).toBeGreaterThan(20)
    expect(calls).toEqual(expect.arrayContaining(keys.map((key) => key.slice(0, 2).join('.'))))
  })

  test('for every piece of news but those that only lead somewhere', () => {
    const events = Object.entries(contract).flatMap(([domain, all]) =>
      Object.entries(all)
        .filter(([, spec]) => spec.kind === 'event')
        .map(([name]) => `${domain}.${name}`),
    )
    expect(events.filter((name) => !TOLD_TO_ONE.has(name)).toSorted()).toEqual(
      [...REFRESHING].toSorted(),
    )
  })
})
