import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Refusal } from '#contract'
import type { DeliveryId, OperatorId, RunId, TicketId } from '#contract/primitives'
import { Ticket } from '#contract/tickets'
import { newId } from '#platform/ids'
import {
  acknowledge,
  applyTriage,
  assign,
  type Change,
  close,
  declareIncident,
  escalate,
  isActive,
  type Kept,
  nothing,
  reopen,
  resolve,
  setSeverity,
  snooze,
} from './ticket'
import { beginRun, endRun } from './ticket-run'
import { ECHO_MS, REOPEN_WINDOW_MS, SETTLING_MS, type Signal } from './signal'
import { takeSignal } from './ticket-signals'
import { settleSilent } from './ticket-silence'

const ada = { id: newId<OperatorId>('opr'), name: 'Ada' }
const T0 = Date.UTC(2026, 0, 1)
const MINUTE = 60_000
const toNobody = (reason: string) => ({ reason, to: null, group: '' })

let born = 0
/** Ids in the order they are made, as those of deliveries are. */
const nextDelivery = () => `dlv_${String(++born).padStart(26, '0')}` as DeliveryId
const newTicket = () => newId<TicketId>('tkt')

function firing(startsAt: number, parts: Partial<Signal> = {}): Signal {
  return {
    source: 'alertmanager',
    fingerprint: 'f1',
    state: 'firing',
    title: 'Disk is full',
    description: '',
    severity: 'high',
    service: undefined,
    host: 'db-2',
    labels: {},
    annotations: {},
    links: [],
    startsAt,
    endsAt: undefined,
    deliveryId: nextDelivery(),
    ...parts,
  }
}
const resolved = (startsAt: number, endsAt: number, parts: Partial<Signal> = {}): Signal =>
  firing(startsAt, { state: 'resolved', endsAt, ...parts })

/** Signals one after the other, each at its own time. */
function follow(start: Kept | undefined, ...steps: [at: number, signal: Signal][]) {
  const effects: string[] = []
  let kept = start
  for (const [at, signal] of steps) {
    const taken = takeSignal(kept, signal, at, newTicket)
    effects.push(taken.effect)
    kept = taken.kept
  }
  return { kept: kept!, effects }
}

const opened = (at = T0) => follow(undefined, [at, firing(at)]).kept

describe('a signal', () => {
  test('about the same thing is counted on the same ticket, with one line for all repeats', () => {
    const first = opened()
    const lines: number[] = []
    let kept = first
    for (const minute of [5, 10, 15]) {
      const taken = takeSignal(kept, firing(T0), T0 + minute * MINUTE, newTicket)
      lines.push(taken.lines.length)
      kept = taken.kept!
    }
    expect(kept.ticket).toMatchObject({ id: first.ticket.id, occurrences: 4, status: 'open' })
    expect(lines).toEqual([1, 0, 0])
  })

  test('that says it is right again resolves the ticket', () => {
    const { kept, effects } = follow(opened(), [T0 + 9, resolved(T0, T0 + 9)])
    expect(effects).toEqual(['resolved'])
    expect(kept.ticket).toMatchObject({
      status: 'resolved',
      signal: 'resolved',
      resolvedAt: T0 + 9,
    })
  })

  test('of a delivery that was counted is not counted again when it is replayed', () => {
    const first = opened()
    const repeat = firing(T0)
    const { kept, effects } = follow(first, [T0 + 1, repeat], [T0 + 2, repeat])
    expect(effects).toEqual(['updated', 'unchanged'])
    expect(kept.ticket.occurrences).toBe(2)
  })

  test('that nothing is wrong, about something never heard of, opens nothing', () => {
    const { kept, effects } = follow(undefined, [T0, resolved(T0, T0)])
    expect(kept).toBeUndefined()
    expect(effects).toEqual(['unchanged'])
  })

  test('of an episode that has ended, arriving late, does not reopen its ticket', () => {
    const { kept, effects } = follow(
      opened(),
      [T0 + 9 * MINUTE, resolved(T0, T0 + 9 * MINUTE)],
      [T0 + 10 * MINUTE, firing(T0)],
    )
    expect(effects).toEqual(['resolved', 'unchanged'])
    expect(kept.ticket.status).toBe('resolved')
  })

  test('of an episode that has ended, replayed hours later, does not reopen its ticket', () => {
    const first = firing(T0, { receivedAt: T0 })
    const { effects } = follow(
      undefined,
      [T0, first],
      [T0 + MINUTE, resolved(T0, T0 + MINUTE, { receivedAt: T0 + MINUTE })],
      [T0 + 5 * 60 * MINUTE, first],
    )
    expect(effects).toEqual(['opened', 'resolved', 'unchanged'])
  })

  test('said anew long after its end is news: a sender that was cut off goes on with the old start', () => {
    const { effects } = follow(
      opened(),
      [T0 + MINUTE, resolved(T0, T0 + MINUTE)],
      [T0 + 2 * MINUTE + ECHO_MS, firing(T0)],
    )
    expect(effects).toEqual(['resolved', 'reopened'])
  })

  test('that an older episode ended says nothing about the one that runs', () => {
    const { kept, effects } = follow(opened(T0 + 10 * MINUTE), [
      T0 + 11 * MINUTE,
      resolved(T0, T0 + 5 * MINUTE),
    ])
    expect(effects).toEqual(['unchanged'])
    expect(kept.ticket.signal).toBe('firing')
  })

  test('soon after the end reopens the ticket for triage and keeps its owner', () => {
    const owned = assign(opened(), ada, ada, T0 + 1).kept
    const ended = T0 + 20 * MINUTE
    const { kept, effects } = follow(
      owned,
      [ended, resolved(T0, ended)],
      [ended + REOPEN_WINDOW_MS, firing(ended + 1)],
    )
    expect(effects).toEqual(['resolved', 'reopened'])
    expect(kept.ticket).toMatchObject({
      id: owned.ticket.id,
      status: 'open',
      ownerId: ada.id,
      resolvedAt: null,
      verdict: null,
    })
    expect(kept.memory.triage).toBe('due')
  })

  test('of a new episode that began before we heard of the end is not taken for an echo', () => {
    const { effects } = follow(
      opened(),
      [T0 + 5 * MINUTE, resolved(T0, T0 + MINUTE)],
      [T0 + 6 * MINUTE, firing(T0 + 2 * MINUTE)],
    )
    expect(effects).toEqual(['resolved', 'reopened'])
  })

  test('of a source without times counts in the order of its deliveries', () => {
    const first = firing(T0)
    const { effects } = follow(
      undefined,
      [T0, first],
      [T0, resolved(T0, T0)],
      [T0, first],
      [T0, firing(T0)],
    )
    expect(effects).toEqual(['opened', 'resolved', 'unchanged', 'reopened'])
  })

  test('long after the end opens a new ticket, and the old one no longer stands for it', () => {
    const ended = T0 + MINUTE
    const { kept: old } = follow(opened(), [ended, resolved(T0, ended)])
    const at = ended + REOPEN_WINDOW_MS + 1
    const taken = takeSignal(old, firing(at), at, newTicket)
    expect(taken.effect).toBe('opened')
    expect(taken.kept!.ticket.id).not.toBe(old.ticket.id)
    expect(taken.followed!.memory.current).toBe(false)
  })

  test('right after an operator resolved the ticket is taken for an echo, later for trouble', () => {
    const done = resolve(opened(), '', ada, T0 + 5 * MINUTE).kept
    const soon = takeSignal(done, firing(T0), T0 + 6 * MINUTE, newTicket)
    expect(soon.effect).toBe('unchanged')
    const late = takeSignal(done, firing(T0), T0 + 6 * MINUTE + SETTLING_MS, newTicket)
    expect(late.effect).toBe('reopened')
  })

  test('that it is right again leaves an escalated ticket to a person', () => {
    const escalated = escalate(opened(), toNobody('network team'), ada, T0 + 1).kept
    const { kept, effects } = follow(escalated, [T0 + 2, resolved(T0, T0 + 2)])
    expect(effects).toEqual(['updated'])
    expect(kept.ticket).toMatchObject({ status: 'escalated', signal: 'resolved' })
  })

  test('brings the severity of its source until somebody knows better', () => {
    const worse = takeSignal(opened(), firing(T0, { severity: 'critical' }), T0 + 1, newTicket)
    expect(worse.kept!.ticket.severity).toBe('critical')
    const told = setSeverity(worse.kept!, 'low', ada, T0 + 2).kept
    const again = takeSignal(told, firing(T0, { severity: 'critical' }), T0 + 3, newTicket)
    expect(again.kept!.ticket).toMatchObject({ severity: 'low', severityBy: 'operator' })
  })
})

describe('a run', () => {
  const runId = newId<RunId>('run')
  const run = { runId, title: 'Free the disk', actor: 'Ada' }
  const end = (outcome: 'resolved' | 'escalated' | 'released') => ({
    runId,
    outcome,
    reason: '',
    actor: 'run',
  })

  test('decides alone while it works: the source only changes the signal', () => {
    const working = beginRun(opened(), run, T0 + 1).kept
    const { kept, effects } = follow(working, [T0 + 2, resolved(T0, T0 + 2)])
    expect(effects).toEqual(['updated'])
    expect(kept.ticket).toMatchObject({ status: 'in_progress', signal: 'resolved' })
    expect(endRun(kept, end('resolved'), T0 + 3).kept.ticket.status).toBe('resolved')
  })

  test('that lets go gives the ticket back as it was', () => {
    for (const before of [opened(), escalate(opened(), toNobody('x'), ada, T0).kept]) {
      const { kept } = endRun(beginRun(before, run, T0 + 1).kept, end('released'), T0 + 2)
      expect(kept.ticket).toMatchObject({ status: before.ticket.status, activeRunId: null })
    }
  })

  test('that lets go makes up for what the source said meanwhile', () => {
    const working = beginRun(opened(), run, T0 + 1).kept
    const { kept } = follow(working, [T0 + 2, resolved(T0, T0 + 2)])
    expect(endRun(kept, end('released'), T0 + 3).kept.ticket.status).toBe('resolved')
  })

  test('refuses a second run, and is itself again after a restart', () => {
    const working = beginRun(opened(), run, T0 + 1).kept
    expect(() => beginRun(working, { ...run, runId: newId<RunId>('run') }, T0 + 2)).toThrow(
      expect.objectContaining({ code: 'conflict' }),
    )
    expect(beginRun(working, run, T0 + 2).kept).toBe(working)
    expect(endRun(working, { ...end('resolved'), runId: newId<RunId>('run') }, T0 + 2).kept).toBe(
      working,
    )
  })

  test('keeps an operator from resolving or closing under its hands', () => {
    const working = beginRun(opened(), run, T0 + 1).kept
    expect(() => resolve(working, '', ada, T0 + 2)).toThrow(
      expect.objectContaining({ code: 'conflict' }),
    )
    expect(() => close(working, '', ada, T0 + 2)).toThrow(
      expect.objectContaining({ code: 'conflict' }),
    )
  })
})

/** Everything that can happen to a ticket; what is refused leaves it as it is. */
const runIds = [newId<RunId>('run'), newId<RunId>('run')]
const happenings = fc.array(
  fc.record({
    after: fc.integer({ min: 0, max: 3 * 60 * MINUTE }),
    what: fc.oneof(
      fc.record({
        kind: fc.constant('signal' as const),
        state: fc.constantFrom(
          'firing',
          'acknowledged',
          'noted',
          'resolved',
          'withdrawn',
          'silence',
        ),
        lag: fc.integer({ min: 0, max: 3 * 60 * MINUTE }),
      }),
      fc.record({
        kind: fc.constantFrom(
          'acknowledge',
          'assign',
          'unassign',
          'snooze',
          'wake',
          'severity',
          'resolve',
          'escalate',
          'reopen',
          'close',
          'incident',
          'triage',
        ),
      }),
      fc.record({
        kind: fc.constantFrom('begin', 'end-resolved', 'end-escalated', 'end-released'),
        run: fc.integer({ min: 0, max: 1 }),
      }),
    ),
  }),
  { maxLength: 40 },
)
type Happening = (typeof happenings extends fc.Arbitrary<(infer T)[]> ? T : never)['what']

function happen(kept: Kept, what: Happening, now: number): Change {
  const by = ada
  if (what.kind === 'signal') {
    const said = now - what.lag
    const isSilent = kept.ticket.activeRunId === null && kept.ticket.status !== 'escalated'
    if (what.state === 'silence')
      return isSilent && isActive(kept.ticket.status) ? settleSilent(kept, now) : nothing(kept)
    const signals: Record<string, Signal> = {
      firing: firing(said, { receivedAt: now, quietMs: MINUTE }),
      acknowledged: firing(said, { receivedAt: now, state: 'acknowledged', title: '' }),
      noted: firing(said, { receivedAt: now, state: 'noted', note: 'x' }),
      resolved: resolved(said, said, { receivedAt: now }),
      withdrawn: resolved(said, said, { receivedAt: now, withdrawn: 'edited' }),
    }
    const signal = signals[what.state]!
    const taken = takeSignal(kept, signal, now, newTicket)
    return { kept: taken.kept!, lines: taken.lines }
  }
  if ('run' in what) {
    const runId = runIds[what.run]!
    if (what.kind === 'begin') return beginRun(kept, { runId, title: 'run', actor: 'Ada' }, now)
    const outcome = what.kind.slice(4) as 'resolved' | 'escalated' | 'released'
    return endRun(kept, { runId, outcome, reason: '', actor: 'run' }, now)
  }
  const orders: Record<string, () => Change> = {
    acknowledge: () => acknowledge(kept, by, now),
    assign: () => assign(kept, ada, by, now),
    unassign: () => assign(kept, null, by, now),
    snooze: () => snooze(kept, now + MINUTE, by, now),
    wake: () => snooze(kept, null, by, now),
    severity: () => setSeverity(kept, 'low', by, now),
    resolve: () => resolve(kept, '', by, now),
    escalate: () => escalate(kept, toNobody('help'), by, now),
    reopen: () => reopen(kept, '', by, now),
    close: () => close(kept, '', by, now),
    incident: () => declareIncident(kept, by, now),
    triage: () => applyTriage(kept, { verdict: 'uncertain', severity: 'info' }, 'rules', now),
  }
  return orders[what.kind]!()
}

test('whatever happens to a ticket, it makes sense', () => {
  fc.assert(
    fc.property(happenings, (steps) => {
      let now = T0
      let kept = opened()
      for (const { after, what } of steps) {
        now += after
        const next = unlessRefused(kept, () => happen(kept, what, now).kept)
        expectSense(next, now)
        const heeded = kept.ticket.severityBy === 'operator' && next.ticket.id === kept.ticket.id
        expect(!heeded || next.ticket.severityBy === 'operator').toBe(true)
        kept = next
        // A closed ticket no longer stands for its fingerprint: the next signal would find none.
        if (!kept.memory.current) kept = opened(now)
      }
    }),
    { numRuns: 500 },
  )
})

function unlessRefused(kept: Kept, work: () => Kept): Kept {
  try {
    return work()
  } catch (error) {
    if (error instanceof Refusal && error.code === 'conflict') return kept
    throw error
  }
}

function expectSense({ ticket, memory }: Kept, now: number): void {
  expect(Ticket.safeParse(ticket).error).toBeUndefined()
  expect(ticket.resolvedAt !== null).toBe(
    ticket.status === 'resolved' || (ticket.status === 'closed' && ticket.resolvedAt !== null),
  )
  expect(memory.silent && ticket.resolvedAt === null).toBe(false)
  expect(memory.current).toBe(ticket.status !== 'closed')
  expect(memory.statusBeforeRun !== null).toBe(ticket.activeRunId !== null)
  expect(ticket.activeRunId === null || ['in_progress', 'escalated'].includes(ticket.status)).toBe(
    true,
  )
  expect(isActive(ticket.status) || ticket.snoozedUntil === null).toBe(true)
  expect(memory.endedAt !== null).toBe(ticket.signal === 'resolved')
  expect(ticket.updatedAt).toBeLessThanOrEqual(now)
  expect(ticket.occurrences).toBeGreaterThanOrEqual(memory.repeats + 1)
}

test('episodes end as they ended, in whatever order and how often their signals arrive', () => {
  const episode = fc.record({
    pause: fc.integer({ min: 1, max: 5 * MINUTE }),
    length: fc.integer({ min: 1, max: 5 * MINUTE }),
  })
  fc.assert(
    fc.property(
      fc.array(episode, { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      fc.infiniteStream(fc.nat()),
      (episodes, lastGoesOn, dice) => {
        let at = T0
        const said: Signal[] = []
        for (const [n, { pause, length }] of episodes.entries()) {
          const startsAt = (at += pause)
          said.push(firing(startsAt))
          at += length
          if (n < episodes.length - 1 || !lastGoesOn) said.push(resolved(startsAt, at))
        }
        // All arrive in one moment, while an echo is still an echo. The first opens the ticket.
        const arrivals = shuffle([...said, ...said], () => dice.next().value)
        const start = follow(undefined, [T0, firing(T0)]).kept
        let kept = start
        for (const signal of arrivals) {
          const taken = takeSignal(kept, signal, at, newTicket)
          expect(taken.effect).not.toBe('opened')
          kept = taken.kept!
        }
        expect(kept.ticket.signal).toBe(lastGoesOn ? 'firing' : 'resolved')
        expect(isActive(kept.ticket.status)).toBe(lastGoesOn)
      },
    ),
    { numRuns: 300 },
  )
})

function shuffle<T>(all: readonly T[], dice: () => number): T[] {
  const rest = [...all]
  return all.map(() => rest.splice(dice() % rest.length, 1)[0]!)
}
