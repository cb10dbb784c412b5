import { describe, expect, test } from 'vitest'
import type { TicketSummary } from '#contract/tickets'
import { isInView, patchPages, rowsOf, type TicketPage } from './ticket-pages'

const ticket = (id: string, more: Partial<TicketSummary> = {}) =>
  ({ id, status: 'open', snoozedUntil: null, ownerId: null, ...more }) as TicketSummary
const page = (ids: string[], next: string | null = null): TicketPage => ({
  items: ids.map((id) => ticket(id)),
  next,
  total: 99,
})
const ids = (pages: readonly TicketPage[]) => rowsOf(pages).map((one) => one.id as string)

describe('a scrolled list after tickets changed', () => {
  test('takes a new ticket at the top and loses none that it pushed down', () => {
    const pages = [page(['a', 'b'], '2'), page(['c', 'd'])]
    expect(ids(patchPages(pages, page(['new', 'a']), [], () => true))).toEqual([
      'new',
      'a',
      'b',
      'c',
      'd',
    ])
  })

  test('shows a row further down in its new state, in its place', () => {
    const pages = [page(['a'], '2'), page(['b', 'c'])]
    const after = patchPages(
      pages,
      page(['a']),
      [ticket('b', { status: 'in_progress' })],
      () => true,
    )
    expect(rowsOf(after)[1]).toMatchObject({ id: 'b', status: 'in_progress' })
  })

  test('drops a row that left the view', () => {
    const pages = [page(['a'], '2'), page(['b', 'c'])]
    const after = patchPages(pages, page(['a']), [ticket('b', { status: 'resolved' })], (one) =>
      isInView('open', one, undefined, 0),
    )
    expect(ids(after)).toEqual(['a', 'c'])
  })

  test('never shows a ticket twice, even when it moved up', () => {
    const pages = [page(['a'], '2'), page(['b', 'c'])]
    expect(ids(patchPages(pages, page(['c', 'a']), [], () => true))).toEqual(['c', 'a', 'b'])
  })

  test('goes on where it would have gone on', () => {
    const pages = [page(['a'], '2'), page(['b'], '4')]
    const after = patchPages(pages, page(['a'], 'other'), [], () => true)
    expect(after.map(({ next }) => next)).toEqual(['2', '4'])
  })
})

describe('a snoozed ticket', () => {
  const snoozed = ticket('a', { snoozedUntil: 2000 })
  test('is out of the open view until its time has come', () => {
    expect(isInView('open', snoozed, undefined, 1000)).toBe(false)
    expect(isInView('snoozed', snoozed, undefined, 1000)).toBe(true)
    expect(isInView('open', snoozed, undefined, 3000)).toBe(true)
  })
})
