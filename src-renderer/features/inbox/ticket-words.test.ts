import { describe, expect, test } from 'vitest'
import type { Ticket, TicketSummary } from '#contract/tickets'
import { allowed, confidenceWords, stateWords } from './ticket-words'

const base = {
  status: 'investigating',
  verdict: 'true_positive',
  signal: 'firing',
  snoozedUntil: null,
  ownerId: null,
  ownerName: null,
  acknowledgedAt: null,
  activeRunId: null,
  incidentSince: null,
} as unknown as TicketSummary
const around = { now: 1000, me: undefined, isWaiting: false, run: undefined }

describe('the words at the right of a row', () => {
  test('put what waits for a person before everything else', () => {
    const run = { status: 'waiting', stepsDone: 1, stepsTotal: 4 } as never
    expect(stateWords(base, { ...around, isWaiting: true, run })).toEqual({
      text: 'waiting for you',
      tone: 'bad',
    })
    expect(stateWords(base, { ...around, run }).text).toBe('waiting, step 2 of 4')
  })

  test('never count past the last step', () => {
    const run = { status: 'running', stepsDone: 4, stepsTotal: 4 } as never
    expect(stateWords(base, { ...around, run }).text).toBe('running, step 4 of 4')
  })

  test('tell a false positive from a fix', () => {
    expect(stateWords({ ...base, status: 'closed', verdict: 'false_positive' }, around).text).toBe(
      'false positive, closed',
    )
    expect(stateWords({ ...base, status: 'resolved' }, around)).toEqual({
      text: 'resolved',
      tone: 'good',
    })
  })

  test('say when the source is quiet again while the ticket is still open', () => {
    expect(stateWords({ ...base, signal: 'resolved' }, around).text).toBe(
      'source says it is right again',
    )
  })

  test('forget a snooze that is over', () => {
    expect(stateWords({ ...base, snoozedUntil: 500 }, around).text).toBe('true positive')
  })
})

describe('what may be done', () => {
  test('does not offer to resolve while a run is at work', () => {
    expect(allowed({ ...base, activeRunId: 'run_x' } as unknown as Ticket)).toMatchObject({
      resolve: false,
      close: false,
      snooze: true,
    })
  })

  test('offers to reopen what is over, and nothing that needs an open ticket', () => {
    expect(allowed({ ...base, status: 'resolved' } as unknown as Ticket)).toMatchObject({
      reopen: true,
      resolve: false,
      acknowledge: false,
    })
  })
})

test('confidence always says what it rests on', () => {
  expect(confidenceWords({ value: 0.93, basis: 'measured', right: 38, total: 41 })).toEqual({
    label: '0.93 measured',
    note: '38 of 41 right',
  })
  expect(confidenceWords({ value: 0.5, basis: 'estimated', right: 0, total: 2 }).note).toContain(
    'rules alone',
  )
})
