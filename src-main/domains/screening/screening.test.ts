import * as fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Signal } from '#domains/tickets'
import { type Database, transact } from '#platform/database'
import { stores } from '#platform/stores.suite'
import {
  admin,
  aRule,
  type Clock,
  eve,
  HOUR,
  MINUTE,
  NOON,
  only,
  openWorld,
  operator,
  TABLES,
  type World,
} from './screening-world.suite'

describe.each(stores)('screening on $name', { timeout: 60_000 }, (store) => {
  let database: Database
  let world: World
  const clock: Clock = { at: NOON }

  beforeAll(async () => {
    database = await store.open()
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    for (const table of TABLES) await sql`delete from ${sql.table(table)}`.execute(database.db)
    await sql`delete from screening_rules where built_in = 0`.execute(database.db)
    clock.at = NOON
    world = await openWorld(database, clock)
  })
  afterEach(() => world.close())

  const verdicts = async (...signals: Signal[]) =>
    (await world.take(...signals)).map(({ screened }) => screened.verdict)
  const effects = async (...signals: Signal[]) =>
    (await world.take(...signals)).map(({ reception }) => reception?.effect ?? 'held')
  const untilIn = (ms: number) => ({ repeats: 'once', from: clock.at - 1, until: clock.at + ms })
  const right = (parts: Partial<Signal> = {}) =>
    world.says({ state: 'resolved', endsAt: clock.at, ...parts })
  const isFree = async () => {
    while ((await world.screening.sweep()) > 0);
  }

  const look = (draft: ReturnType<typeof aRule>) => world.screening.preview({ draft }, admin)
  const story = () => {
    // f1 fires for ten minutes, f2 for an hour, f3 three times in a row, and goes on.
    for (const [fingerprint, state, minute] of [
      ['f1', 'firing', 0],
      ['f2', 'firing', 1],
      ['f3', 'firing', 2],
      ['f3', 'firing', 3],
      ['f3', 'firing', 4],
      ['f1', 'resolved', 10],
      ['f2', 'resolved', 60],
    ] as const) {
      const at = NOON - 2 * HOUR + minute * MINUTE
      const endsAt = state === 'resolved' ? at : undefined
      world.past.push(world.says({ fingerprint, state, startsAt: at, receivedAt: at, endsAt }))
    }
  }

  test('without a rule everything passes as it is', async () => {
    const [taken] = await world.take(world.says())
    expect(taken).toEqual({
      screened: { verdict: 'pass', trace: [] },
      reception: expect.objectContaining({ effect: 'opened' }),
    })
  })

  describe('a maintenance window', () => {
    test('holds what would open a ticket, and opens it when it ends', async () => {
      await world.addRule(aRule('window', untilIn(HOUR)))
      expect(await effects(world.says())).toEqual(['held'])
      clock.at += 30 * MINUTE
      expect(await effects(world.says({ startsAt: NOON, severity: 'critical' }))).toEqual(['held'])
      expect(await world.screening.sweep()).toBe(0)
      expect(await world.held()).toMatchObject([{ times: 2, since: NOON, severity: 'critical' }])
      clock.at = NOON + HOUR
      expect(await world.screening.sweep()).toBe(1)
      expect(await world.openTickets()).toMatchObject([{ severity: 'critical', status: 'open' }])
      expect(await world.held()).toEqual([])
    })

    test('drops what is right again before it ends, but not for an older word', async () => {
      await world.addRule(aRule('window', untilIn(HOUR)))
      await world.take(world.says({ startsAt: NOON }))
      clock.at += MINUTE
      await world.take(right({ endsAt: NOON - MINUTE }))
      expect(await world.held()).toHaveLength(1)
      const [taken] = await world.take(right())
      expect(taken!.screened.trace).toMatchObject([{ stage: 'window', outcome: 'ended' }])
      clock.at += HOUR
      expect(await world.screening.sweep()).toBe(0)
      expect(await world.openTickets()).toEqual([])
    })

    test('lets pass what a ticket is open for, and holds what would reopen it', async () => {
      await world.take(world.says())
      await world.addRule(aRule('window', untilIn(3 * HOUR)))
      clock.at += MINUTE
      expect(await effects(world.says({ startsAt: NOON }), right())).toEqual([
        'updated',
        'resolved',
      ])
      clock.at += MINUTE * 5
      expect(await effects(world.says())).toEqual(['held'])
      expect(await world.openTickets()).toMatchObject([{ status: 'resolved' }])
    })

    test('of one delivery heeds the order: right again and wrong again is held', async () => {
      await world.addRule(aRule('window', untilIn(HOUR)))
      const [first, second] = [world.says(), right({ endsAt: NOON + 1 })]
      expect(await effects(first, second, world.says({ startsAt: NOON + 2 }))).toEqual([
        'held',
        'unchanged',
        'held',
      ])
      expect(await world.held()).toMatchObject([{ times: 1 }])
      expect(await effects(right({ endsAt: NOON + 3 }))).toEqual(['unchanged'])
      expect(await world.held()).toEqual([])
    })

    test('opens the ticket of what somebody acknowledges at the source', async () => {
      await world.addRule(aRule('window', untilIn(HOUR)))
      await world.take(world.says())
      clock.at += MINUTE
      const seen = { state: 'acknowledged', actor: 'Bob', title: '', severity: undefined } as const
      expect(await effects(world.says(seen))).toEqual(['updated'])
      expect(await world.openTickets()).toMatchObject([
        { title: 'Disk is full on db-2', status: 'in_progress' },
      ])
      expect(await world.held()).toEqual([])
    })

    test.each(['switched off', 'about something else', 'removed', 'over'])(
      'that is %s gives free at once what it held',
      async (what) => {
        const draft = aRule('window', untilIn(HOUR))
        const { id } = await world.addRule(draft)
        await world.take(world.says())
        const changes = {
          'switched off': { enabled: false },
          'about something else': { match: [only('host', 'web-*', 'like')] },
          over: { params: { ...untilIn(0), repeats: 'once' as const } },
        }
        if (what === 'removed') await world.screening.removeRule({ id }, operator)
        else {
          const changed = { ...draft, ...changes[what as 'over'] } as typeof draft
          await world.screening.updateRule({ id, draft: changed }, operator)
        }
        await isFree()
        expect(await world.openTickets()).toHaveLength(1)
        expect(await world.held()).toEqual([])
      },
    )

    test('holds on with another one that is open, too', async () => {
      const first = await world.addRule(aRule('window', untilIn(HOUR)))
      await world.addRule(aRule('window', untilIn(2 * HOUR), [], { name: 'second' }))
      await world.take(world.says())
      await world.screening.removeRule({ id: first.id }, admin)
      await isFree()
      expect(await world.held()).toMatchObject([{ rule: 'second' }])
    })

    test('drops what was silent for longer than its source allows', async () => {
      await world.addRule(aRule('window', untilIn(HOUR)))
      await world.take(world.says({ quietMs: 10 * MINUTE }))
      clock.at += HOUR
      expect(await world.screening.sweep()).toBe(0)
      expect(await world.held()).toEqual([])
      const { items } = await world.audit.list(
        { cursor: null, limit: 9, text: 'signal.silent' },
        admin,
      )
      expect(items).toHaveLength(1)
    })

    test('releases one signal at the word of an operator', async () => {
      await world.addRule(aRule('window', untilIn(HOUR)))
      await world.take(world.says(), world.says({ fingerprint: 'f2' }))
      const one = { source: 'alertmanager', fingerprint: 'f2' }
      const { ticketId } = await world.screening.release(one, operator)
      expect(await world.openTickets()).toMatchObject([{ id: ticketId }])
      await expect(world.screening.release(one, operator)).rejects.toMatchObject({
        code: 'not_found',
      })
    })

    test('that fails with its transaction has held nothing', async () => {
      await world.addRule(aRule('window', untilIn(HOUR)))
      const broken = transact(database.db, async (tx) => {
        await world.screening.screen(tx, [world.says()])
        throw new Error('no')
      })
      await expect(broken).rejects.toThrow('no')
      expect(await world.held()).toEqual([])
    })

    test('known to another console, too', async () => {
      await world.addRule(aRule('window', untilIn(HOUR)))
      await world.take(world.says())
      const other = await openWorld(database, clock)
      await other.take(right({ endsAt: clock.at + 1 }))
      expect(await world.held()).toEqual([])
      await other.close()
    })
  })

  describe('a threshold', () => {
    test('opens with the last of its occurrences, and a replayed delivery is none', async () => {
      await world.addRule(aRule('threshold', { occurrences: 3, minutes: 10 }))
      const first = world.says()
      expect(await verdicts(first, first)).toEqual(['held', 'held'])
      clock.at += MINUTE
      expect(await verdicts(world.says(), first)).toEqual(['held', 'held'])
      clock.at += MINUTE
      const [taken] = await world.take(world.says())
      expect(taken!.screened.trace).toMatchObject([{ stage: 'threshold', outcome: 'passed' }])
      expect(await world.openTickets()).toHaveLength(1)
      expect(await world.held()).toEqual([])
    })

    test('is reached by two that come at once', async () => {
      await world.addRule(aRule('threshold', { occurrences: 2, minutes: 10 }))
      const other = await openWorld(database, clock)
      for (let n = 0; n < 10; n++) {
        const parts = { fingerprint: `twin-${n}` }
        const [one, two] = await Promise.all([
          world.take(world.says(parts)),
          other.take(other.says(parts)),
        ])
        const both = [one[0]!.screened.verdict, two[0]!.screened.verdict]
        expect(both.toSorted()).toEqual(['held', 'pass'])
      }
      expect(await world.openTickets()).toHaveLength(10)
      expect(await world.held()).toEqual([])
      await other.close()
    })

    test('forgets what is too long ago, and what was right again', async () => {
      await world.addRule(aRule('threshold', { occurrences: 2, minutes: 10 }))
      await world.take(world.says())
      clock.at += 11 * MINUTE
      expect(await verdicts(world.says())).toEqual(['held'])
      clock.at += MINUTE
      await world.take(right())
      expect(await world.held()).toEqual([])
      clock.at += MINUTE
      expect(await verdicts(world.says())).toEqual(['held'])
      expect(await verdicts(world.says())).toEqual(['pass'])
    })

    test('counts together what is equal, and opens all that it held', async () => {
      await world.addRule(aRule('threshold', { occurrences: 3, minutes: 10, per: ['service'] }))
      const f = (fingerprint: string) => world.says({ fingerprint })
      expect(await verdicts(f('a'), world.says({ service: 'mail', fingerprint: 'm' }))).toEqual([
        'held',
        'held',
      ])
      clock.at += MINUTE
      expect(await verdicts(f('b'), f('c'), f('d'))).toEqual(['held', 'pass', 'pass'])
      await isFree()
      expect((await world.openTickets()).map(({ fingerprint }) => fingerprint).toSorted()).toEqual([
        'a',
        'b',
        'c',
        'd',
      ])
      expect(await world.held()).toMatchObject([{ fingerprint: 'm' }])
    })

    test('comes after the windows, and counts what they held as one', async () => {
      await world.addRule(aRule('threshold', { occurrences: 2, minutes: 90 }))
      await world.addRule(aRule('window', untilIn(HOUR)))
      await world.take(world.says())
      clock.at += HOUR
      expect(await world.screening.sweep()).toBe(0)
      expect(await world.held()).toMatchObject([{ stage: 'threshold' }])
      expect(await verdicts(world.says())).toEqual(['pass'])
    })

    test('goes by the first rule that matches', async () => {
      const strict = aRule('threshold', { occurrences: 5, minutes: 10 }, [
        only('host', 'db-*', 'like'),
      ])
      await world.addRule(strict)
      const { id } = await world.addRule(aRule('threshold', { occurrences: 2, minutes: 10 }))
      expect(await verdicts(world.says(), world.says())).toEqual(['held', 'held'])
      const ids = (await world.screening.rules({}, admin))
        .filter(({ draft }) => draft.kind === 'threshold')
        .map((rule) => rule.id)
      await world.screening.orderRules({ ids: [id, ...ids.filter((one) => one !== id)] }, admin)
      expect(await verdicts(world.says(), world.says())).toEqual(['held', 'pass'])
    })
  })

  describe('routes and incidents', () => {
    test('give a ticket its owner by the first route that matches, and declare it', async () => {
      const to = (who: typeof eve, name: string, ...match: ReturnType<typeof only>[]) =>
        world.addRule(aRule('route', { ownerId: who.operator.id }, match, { name }))
      await to(eve, 'shop', only('service', 'CHECKOUT'))
      await to(operator, 'all')
      const [taken] = await world.take(
        world.says({ source: 'pager' }),
        world.says({ fingerprint: 'x', service: 'mail' }),
      )
      expect(taken!.screened.trace).toMatchObject([
        { stage: 'route', rule: 'shop', text: 'Goes to Eve, if nobody has it.' },
        { stage: 'incident', rule: 'PagerDuty incidents' },
      ])
      const byOwner = (await world.openTickets()).map(({ ownerName, incidentSince, status }) => [
        ownerName,
        incidentSince !== null,
        status,
      ])
      expect(byOwner).toEqual(
        expect.arrayContaining([
          ['Eve', true, 'open'],
          ['Otto', false, 'open'],
        ]),
      )
    })

    test('of those that came with Quarterdeck heed the severity, also when it rises', async () => {
      await world.take(world.says({ source: 'errors', severity: 'low' }))
      expect(await world.openTickets()).toMatchObject([{ incidentSince: null }])
      clock.at += MINUTE
      await world.take(world.says({ source: 'errors', severity: 'critical' }))
      expect(await world.openTickets()).toMatchObject([{ incidentSince: clock.at }])
    })

    test('are asked for what was held, too', async () => {
      await world.addRule(aRule('route', { ownerId: eve.operator.id }))
      await world.addRule(aRule('window', untilIn(HOUR)))
      await world.take(world.says({ source: 'pager' }))
      clock.at += HOUR
      await world.screening.sweep()
      expect(await world.openTickets()).toMatchObject([
        { ownerName: 'Eve', incidentSince: clock.at },
      ])
    })
  })

  describe('tickets that belong together', () => {
    const rule = aRule('correlation', { fields: ['service'], minutes: 10, atLeast: 3 })

    test('are a group, propose an incident, and become one at the word of an operator', async () => {
      await world.addRule(rule)
      await world.take(world.says({ fingerprint: 'a', severity: 'low' }))
      clock.at += 5 * MINUTE
      const [, third] = await world.take(
        world.says({ fingerprint: 'b', severity: 'critical' }),
        world.says({ fingerprint: 'c' }),
        world.says({ fingerprint: 'd', service: 'mail' }),
      )
      expect(third!.screened.trace).toMatchObject([
        { stage: 'correlation', text: 'Belongs together with 2 other tickets (service checkout).' },
      ])
      const { items } = await world.screening.groups(
        { cursor: null, limit: 9, state: 'proposed' },
        admin,
      )
      expect(items).toMatchObject([{ size: 3, what: 'service checkout', tickets: [{}, {}, {}] }])
      const declared = await world.screening.declare({ id: items[0]!.id }, operator)
      const tickets = await world.openTickets()
      const worst = tickets.find(({ severity }) => severity === 'critical')!
      expect(declared).toMatchObject({ state: 'declared', incidentId: worst.id, decidedBy: 'Otto' })
      expect(worst.incidentSince).toBe(clock.at)
      await expect(world.screening.declare({ id: declared.id }, operator)).rejects.toMatchObject({
        code: 'conflict',
      })
      const low = tickets.find(({ severity }) => severity === 'low')!
      const line = async (id: typeof low.id) =>
        (await world.tickets.timeline({ id, cursor: null, limit: 50 }, admin)).items.map(
          ({ title }) => title,
        )
      expect((await line(low.id)).at(-1)).toBe('Part of an incident (service checkout)')
      expect(await line(worst.id)).toContain(
        '3 tickets belong together (service checkout): is it an incident?',
      )
      expect(await world.screening.groupsOf({ ticketId: low.id }, admin)).toMatchObject([
        { id: declared.id },
      ])
    })

    test('go on while each comes within the time of the one before, and are dismissed', async () => {
      await world.addRule(rule)
      for (const fingerprint of ['a', 'b', 'c']) {
        await world.take(world.says({ fingerprint }))
        clock.at += 9 * MINUTE
      }
      clock.at += 2 * MINUTE
      await world.take(world.says({ fingerprint: 'd' }))
      const page = { cursor: null, limit: 9, state: null }
      const { items, total } = await world.screening.groups(page, admin)
      expect([items.map(({ size }) => size), total]).toEqual([[3], 1])
      const dismissed = await world.screening.dismiss(
        { id: items[0]!.id, reason: 'a test' },
        operator,
      )
      expect(dismissed).toMatchObject({ state: 'dismissed' })
      await expect(
        world.screening.dismiss({ id: items[0]!.id, reason: '' }, operator),
      ).rejects.toMatchObject({ code: 'conflict' })
    })

    test('may come by the thousand in one delivery, each with others or alone', async () => {
      await world.addRule(aRule('correlation', { fields: ['host'], minutes: 10, atLeast: 3 }))
      await world.addRule(aRule('correlation', { fields: ['service'], minutes: 10, atLeast: 3 }))
      const storm = Array.from({ length: 3100 }, (_, n) =>
        world.says({ fingerprint: `m${n}`, host: `h${n}`, service: `s${n % 3050}` }),
      )
      const taken = await world.take(...storm)
      expect(taken.every(({ reception }) => reception?.effect === 'opened')).toBe(true)
      const page = { cursor: null, limit: 1, state: null }
      expect((await world.screening.groups(page, admin)).total).toBe(50)
    })

    test('of a storm are one group, however they come', async () => {
      await world.addRule(aRule('correlation', { fields: [], minutes: 10, atLeast: 50 }))
      const storm = Array.from({ length: 120 }, (_, n) => world.says({ fingerprint: `s${n}` }))
      await world.take(...storm.slice(0, 60))
      await Promise.all([world.take(...storm.slice(60, 90)), world.take(...storm.slice(90))])
      const page = { cursor: null, limit: 9, state: null }
      expect((await world.screening.groups(page, admin)).items).toMatchObject([
        { size: 120, state: 'proposed' },
      ])
    })
  })

  describe('a rule', () => {
    test('is an admin’s, but for maintenance', async () => {
      const draft = aRule('threshold', { occurrences: 3, minutes: 10 })
      await expect(world.screening.addRule({ draft }, operator)).rejects.toMatchObject({
        code: 'forbidden',
      })
      const added = await world.screening.addRule({ draft: aRule('window', untilIn(1)) }, operator)
      expect(added).toMatchObject({ createdBy: 'Otto', openNow: true, holds: 0 })
    })

    test('that came with Quarterdeck is switched off and not removed', async () => {
      const first = (await world.screening.rules({}, admin)).find(({ builtIn }) => builtIn)
      await expect(world.screening.removeRule({ id: first!.id }, admin)).rejects.toMatchObject({
        code: 'conflict',
      })
      const off = { id: first!.id, draft: { ...first!.draft, enabled: false } }
      await world.screening.updateRule(off, admin)
      await world.take(world.says({ source: 'pager' }))
      expect(await world.openTickets()).toMatchObject([{ incidentSince: null }])
      await world.screening.updateRule({ id: first!.id, draft: first!.draft }, admin)
    })

    test('is written down with every change', async () => {
      const draft = aRule('window', untilIn(HOUR))
      const { id } = await world.addRule(draft)
      await world.screening.updateRule({ id, draft: { ...draft, name: 'other' } }, operator)
      await world.screening.removeRule({ id }, operator)
      const { items } = await world.audit.list({ cursor: null, limit: 9, text: id }, admin)
      expect(items.map(({ action }) => action)).toEqual([
        'rule.removed',
        'rule.changed',
        'rule.added',
      ])
    })

    test('is foreseen, and nothing is held or counted', async () => {
      await world.addRule(aRule('threshold', { occurrences: 2, minutes: 10 }))
      const foreseen = await world.screening.foresee([
        world.says(),
        world.says({ source: 'pager' }),
      ])
      expect(foreseen.map(({ verdict }) => verdict)).toEqual(['held', 'held'])
      expect(await world.held()).toEqual([])
      expect(await verdicts(world.says())).toEqual(['held'])
    })
  })

  test('no signal that fires is lost: it is open, right again, or held', async () => {
    const step = fc.record({
      n: fc.nat(3),
      other: fc.nat(3),
      what: fc.constantFrom(
        'ends',
        'fire',
        'fire',
        'fire',
        'right',
        'seen',
        'window',
        'threshold',
        'remove',
        'sweep',
      ),
      after: fc.integer({ min: 1, max: 20 * MINUTE }),
    })
    let round = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        round++
        const firing = new Map<string, boolean>()
        const rules: { id: Awaited<ReturnType<World['addRule']>>['id'] }[] = []
        const say = (place: number, state: Signal['state']) => {
          const fingerprint = `${round}-${place}`
          firing.set(fingerprint, state !== 'resolved')
          const endsAt = state === 'resolved' ? clock.at : undefined
          return world.says({ fingerprint, state, endsAt, startsAt: clock.at })
        }
        const happen: Record<string, (n: number, other: number) => Promise<unknown>> = {
          fire: (n, other) => world.take(say(n, 'firing'), say(other, 'firing')),
          right: (n, other) => world.take(say(n, 'resolved'), say(other, 'firing')),
          ends: (n) => world.take(say(n, 'firing'), say(n, 'resolved')),
          seen: (n) => world.take(say(n, 'acknowledged')),
          sweep: () => world.screening.sweep(),
          window: async (n) =>
            rules.push(await world.addRule(aRule('window', untilIn(10 * MINUTE * (n + 1))))),
          threshold: async (n) => {
            const params = { occurrences: 2 + n, minutes: 15, per: n > 1 ? ['service'] : [] }
            rules.push(await world.addRule(aRule('threshold', params)))
          },
          remove: async () => {
            const rule = rules.pop()
            if (rule) await world.screening.removeRule(rule, admin)
          },
        }
        for (const { n, what, after, other } of steps) {
          clock.at += after
          await happen[what]!(n, other)
        }
        await world.screening.sweep()
        const held = new Set((await world.held()).map(({ fingerprint }) => fingerprint))
        const active = (await world.openTickets()).filter(({ status }) => status !== 'resolved')
        const open = new Set(active.map(({ fingerprint }) => fingerprint))
        const lost = [...firing].filter(([f, fires]) => fires && !open.has(f) && !held.has(f))
        const wrong = [...firing].filter(([f, fires]) => !fires && (open.has(f) || held.has(f)))
        expect({ lost, wrong }).toEqual({ lost: [], wrong: [] })
        for (const rule of rules) await world.screening.removeRule(rule, admin)
        await isFree()
        const after = (await world.openTickets()).filter(({ status }) => status !== 'resolved')
        const all = new Set(after.map(({ fingerprint }) => fingerprint))
        expect([...firing].filter(([f, fires]) => fires && !all.has(f))).toEqual([])
        expect(await world.held()).toEqual([])
      }),
      { numRuns: 25 },
    )
  })

  describe('a preview', () => {
    test('says what a window would have held, put off and spared', async () => {
      story()
      const from = NOON - 2 * HOUR
      const params = { repeats: 'once', from, until: from + 30 * MINUTE }
      expect(await look(aRule('window', params))).toMatchObject({
        signals: 7,
        truncated: false,
        opened: 3,
        notOpened: 1,
        delayed: 2,
        stillHeld: 0,
        examples: [{}, {}, {}],
      })
    })

    test('says what each other kind of rule would have done', async () => {
      story()
      expect(await look(aRule('threshold', { occurrences: 3, minutes: 10 }))).toMatchObject({
        notOpened: 2,
        delayed: 1,
      })
      const group = { fields: ['service'], minutes: 10, atLeast: 2 }
      expect(await look(aRule('correlation', group))).toMatchObject({ grouped: 3, proposals: 1 })
      const { id: ownerId } = eve.operator
      expect(await look(aRule('route', { ownerId }))).toMatchObject({ routed: 3 })
      const some = [only('host', 'web-*', 'like')]
      expect(await look(aRule('incident', {}, some))).toMatchObject({ declared: 0, matched: 0 })
      expect(await look(aRule('incident', {}))).toMatchObject({ declared: 3, matched: 7 })
    })

    test('of 20,000 signals leaves the main loop to others, and can be stopped', async () => {
      for (let n = 0; n < 21_000; n++) world.past.push(world.says({ fingerprint: `p${n % 3000}` }))
      let longest = 0
      let last = process.threadCpuUsage()
      const beat = setInterval(() => {
        const { user, system } = process.threadCpuUsage(last)
        longest = Math.max(longest, (user + system) / 1000)
        last = process.threadCpuUsage()
      }, 1)
      const group = { fields: ['service'], minutes: 10, atLeast: 2 }
      const found = await look(aRule('correlation', group))
      clearInterval(beat)
      console.info(
        `a preview of 20,000 signals worked for ${longest.toFixed(1)} ms at a time at most`,
      )
      expect(found).toMatchObject({ signals: 20_000, truncated: true, opened: 3000 })
      const stop = new AbortController()
      stop.abort()
      const stopped = world.screening.preview(
        { draft: aRule('correlation', group) },
        { ...admin, signal: stop.signal },
      )
      await expect(stopped).rejects.toMatchObject({ code: 'cancelled' })
    })
  })
})
