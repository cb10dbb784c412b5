import * as fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { changes as contract } from '#contract/changes'
import type { OperatorId, TicketId } from '#contract/primitives'
import type { Caller } from '#platform/caller'
import { type Database, transact } from '#platform/database'
import { createEvents } from '#platform/events'
import { newId } from '#platform/ids'
import { stores } from '#platform/stores.suite'
import { type Changes, type ChangeNews, createChanges } from '.'

const ada = { id: newId<OperatorId>('opr'), name: 'Ada', role: 'operator' as const }
const caller: Caller = { operator: ada, signal: new AbortController().signal }
const NOON = Date.UTC(2026, 0, 5, 12)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const TABLES = ['changes', 'change_tellings', 'change_revisions', 'change_names']
const A = 'aaaaaaa1'.padEnd(40, '0')
const B = 'bbbbbbb2'.padEnd(40, '0')
const C = 'ccccccc3'.padEnd(40, '0')

type News<K extends ChangeNews['kind']> = ChangeNews & { kind: K }

const deployed = (parts: Partial<News<'deployment'>> = {}): ChangeNews => ({
  kind: 'deployment',
  externalId: 'd1',
  title: 'Deploy checkout',
  service: 'checkout',
  environment: 'production',
  production: true,
  state: 'succeeded',
  revision: A,
  occurredAt: NOON,
  ...parts,
})
const at = (n: number, revision: string, parts: Partial<News<'deployment'>> = {}) =>
  deployed({ externalId: `d${n}`, revision, occurredAt: NOON + n * HOUR, ...parts })
const pull = (parts: Partial<News<'pull_request'>> = {}): ChangeNews => ({
  kind: 'pull_request',
  externalId: 'acme/shop#7',
  repository: 'acme/shop',
  number: '7',
  title: 'Faster checkout',
  occurredAt: NOON,
  ...parts,
})
const built = (parts: Partial<News<'build'>> = {}): ChangeNews => ({
  kind: 'build',
  externalId: 'acme/shop/1',
  repository: 'acme/shop',
  title: 'ci',
  name: 'ci',
  state: 'succeeded',
  revision: A,
  occurredAt: NOON,
  ...parts,
})
const committed = (revision: string, parts: Partial<News<'commit'>> = {}): ChangeNews => ({
  kind: 'commit',
  externalId: `acme/shop@${revision}`,
  repository: 'acme/shop',
  title: 'Cache the prices',
  revision,
  authoredAt: NOON - HOUR,
  occurredAt: NOON - HOUR,
  ...parts,
})

describe.each(stores)('changes on $name', { timeout: 120_000 }, ({ open }) => {
  let database: Database
  let changes: Changes
  let heard: number
  let ticket: { service: string | null; openedAt: number; labels: Record<string, string> }
  const ticketId = newId<TicketId>('tkt')

  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())

  const empty = async () => {
    for (const table of TABLES) await sql`delete from ${sql.table(table)}`.execute(database.db)
  }
  beforeEach(async () => {
    await empty()
    heard = 0
    ticket = { service: 'checkout', openedAt: NOON, labels: {} }
    const events = createEvents()
    events.subscribe('changes.changed', () => (heard += 1))
    const ticketFacts = async (id: TicketId) => (id === ticketId ? ticket : undefined)
    changes = createChanges({ database, events, ticketFacts })
  })

  const take = (source: string, ...news: ChangeNews[]) =>
    transact(database.db, (tx) => changes.takeChanges(tx, source, news))
  const list = async (filter: object = {}) => {
    const answer = await changes.list(contract.list.input.parse(filter), caller)
    return contract.list.output.parse(answer)
  }
  const only = async () => {
    const { items, total } = await list()
    expect(total).toBe(1)
    return items[0]!
  }
  const deployments = async () =>
    (await list({ kind: 'deployment' })).items.flatMap((each) =>
      each.kind === 'deployment' ? [each] : [],
    )

  /** Oldest first: 1 for a rollback. */
  const backs = async () =>
    (await deployments()).toReversed().map(({ rollback }) => Number(rollback))
  const titles = async () => {
    const found = contract.before.output.parse(await changes.before({ ticketId }, caller))
    return found.map(({ title }) => title)
  }
  const everything = async () => {
    const { items } = await list({ limit: 200 })
    const bare = items.map((each) => JSON.stringify({ ...each, id: '' }))
    return bare.toSorted()
  }

  const arrive = async (told: readonly Told[], batch: number) => {
    await empty()
    for (let start = 0; start < told.length; start += batch)
      await transact(database.db, async (tx) => {
        for (const { source, news } of told.slice(start, start + batch))
          await changes.takeChanges(tx, source, [news])
      })
    return everything()
  }

  describe('what is told', () => {
    test('is kept as it is said, listed, and told of once', async () => {
      const url = 'https://git.example/acme/shop/pull/7'
      const taken = await take('github', pull({ url, actor: 'bea', state: 'open' }), committed(A))
      expect(taken).toMatchObject([
        { kind: 'pull_request', effect: 'added' },
        { kind: 'commit', effect: 'added' },
      ])
      expect(heard).toBe(1)
      const { items } = await list()
      expect(items.map(({ id }) => id)).toEqual(taken.map(({ id }) => id))
      expect(items[0]).toMatchObject({ source: 'github', number: '7', url, actor: 'bea' })
      expect(items[1]).toMatchObject({ revision: A, authoredAt: NOON - HOUR })
    })

    test('in one transaction is one piece of news, and none when it is taken back', async () => {
      await transact(database.db, async (tx) => {
        await changes.takeChanges(tx, 'github', [pull()])
        await changes.takeChanges(tx, 'gitlab', [pull()])
      })
      expect(heard).toBe(1)
      const failed = transact(database.db, async (tx) => {
        await changes.takeChanges(tx, 'github', [committed(A)])
        throw new Error('no')
      })
      await expect(failed).rejects.toThrow('no')
      expect(heard).toBe(1)
      expect(await list()).toMatchObject({ total: 2 })
    })

    test('again changes nothing and is no news', async () => {
      const [first] = await take('github', pull({ state: 'open' }))
      const [again] = await take('github', pull({ state: 'open' }))
      expect(again).toEqual({ ...first, effect: 'unchanged' })
      expect(heard).toBe(1)
    })

    test('nothing is nothing', async () => {
      expect(await take('github')).toEqual([])
      expect(heard).toBe(0)
    })

    test('by two sources about a pull request of the same name is two', async () => {
      await take('github', pull())
      await take('gitlab', pull())
      expect(await list()).toMatchObject({ total: 2 })
      expect(await list({ source: 'gitlab' })).toMatchObject({ total: 1 })
    })

    test('of a storm of commits is kept in one go', async () => {
      const many = Array.from({ length: 700 }, (_, n) => committed(`${n}`.padStart(40, 'f')))
      const taken = await take('github', ...many)
      expect(new Set(taken.map(({ id }) => id)).size).toBe(700)
      expect(await list({ kind: 'commit' })).toMatchObject({ total: 700 })
    })

    test('with an address that no browser may open has none', async () => {
      await take('github', pull({ url: 'javascript:alert(1)' }))
      expect(await only()).toMatchObject({ url: null })
    })
  })

  describe('a pull request', () => {
    test('is filled up by what its reviews say, and the first of each counts', async () => {
      await take(
        'github',
        pull({ title: '', reviewedAt: NOON + 9, occurredAt: NOON + 9 }),
        pull({ approvedAt: NOON + 20, occurredAt: NOON + 20 }),
        pull({ reviewedAt: NOON + 5, occurredAt: NOON + 5, firstCommitAt: NOON - HOUR }),
        pull({ approvedAt: NOON + 30, occurredAt: NOON + 30, firstCommitAt: NOON - MINUTE }),
        pull({ state: 'open', openedAt: NOON, draft: true }),
      )
      expect(await only()).toMatchObject({
        title: 'Faster checkout',
        state: 'open',
        draft: true,
        openedAt: NOON,
        firstCommitAt: NOON - HOUR,
        firstReviewAt: NOON + 5,
        approvedAt: NOON + 20,
        occurredAt: NOON + 30,
      })
    })

    test('that was merged stays merged, whatever is said later or late', async () => {
      await take('github', pull({ state: 'merged', occurredAt: NOON + 2, mergeRevision: B }))
      await take('github', pull({ state: 'open', occurredAt: NOON + 1, title: 'Old words' }))
      await take('github', pull({ state: 'closed', occurredAt: NOON + 3 }))
      expect(await only()).toMatchObject({
        state: 'merged',
        mergedAt: NOON + 2,
        mergeRevision: B,
      })
    })

    test('that was closed can be opened again, but not by an older word', async () => {
      await take('github', pull({ state: 'closed', closedAt: NOON + 5, occurredAt: NOON + 5 }))
      await take('github', pull({ state: 'open', occurredAt: NOON + 1 }))
      expect(await only()).toMatchObject({ state: 'closed', closedAt: NOON + 5 })
      await take('github', pull({ state: 'open', occurredAt: NOON + 9 }))
      expect(await only()).toMatchObject({ state: 'open', closedAt: null })
    })

    test('keeps newer words, and older ones fill what is empty', async () => {
      await take('github', pull({ title: 'New', occurredAt: NOON + 5 }))
      const [older] = await take('github', pull({ title: 'Old', actor: 'bea', branch: 'main' }))
      expect(older).toMatchObject({ effect: 'updated' })
      expect(await only()).toMatchObject({ title: 'New', actor: 'bea', branch: 'main' })
    })
  })

  describe('a build', () => {
    test('moves on, and a second attempt begins anew', async () => {
      const running = { state: 'running', occurredAt: NOON + 1, startedAt: NOON } as const
      await take('ci', built({ state: 'failed', occurredAt: NOON + 9, finishedAt: NOON + 8 }))
      await take('ci', built(running))
      expect(await only()).toMatchObject({
        state: 'failed',
        startedAt: NOON,
        finishedAt: NOON + 8,
        attempt: 1,
      })
      await take('ci', built({ state: 'queued', attempt: 2, occurredAt: NOON + 10 }))
      expect(await only()).toMatchObject({
        state: 'queued',
        attempt: 2,
        startedAt: null,
        finishedAt: null,
      })
      await take('ci', built({ state: 'succeeded', attempt: 1, occurredAt: NOON + 50 }))
      expect(await only()).toMatchObject({ state: 'queued', attempt: 2 })
    })

    test('ended when it was said to have ended, if nobody says more', async () => {
      await take('ci', built())
      expect(await only()).toMatchObject({ finishedAt: NOON })
    })
  })

  describe('a deployment', () => {
    test('only moves on', async () => {
      await take('argo', deployed({ occurredAt: NOON + 5, finishedAt: NOON + 4 }))
      await take('argo', deployed({ state: 'running', occurredAt: NOON + 9, startedAt: NOON }))
      expect(await only()).toMatchObject({
        state: 'succeeded',
        startedAt: NOON,
        finishedAt: NOON + 4,
      })
    })

    test('that another took the place of is inactive, but one that failed has failed', async () => {
      const inactive = { state: 'inactive', occurredAt: NOON + HOUR } as const
      await take('github', deployed(), deployed({ externalId: 'd2', state: 'failed', revision: B }))
      await take('github', deployed(inactive), deployed({ ...inactive, externalId: 'd2' }))
      const states = (await deployments()).map(({ state }) => state)
      expect(states.toSorted()).toEqual(['failed', 'inactive'])
    })

    test('told by two sources within an hour is one', async () => {
      const [first] = await take('github', deployed({ state: 'running', startedAt: NOON }))
      const [second] = await take(
        'argo',
        deployed({
          externalId: 'uid',
          revision: A.slice(0, 8).toUpperCase(),
          service: 'Checkout',
          occurredAt: NOON + 50 * MINUTE,
        }),
      )
      expect(second).toMatchObject({ id: first!.id, effect: 'updated' })
      expect(await only()).toMatchObject({
        source: 'github',
        alsoFrom: ['argo'],
        state: 'succeeded',
      })
      expect(await list({ source: 'argo' })).toMatchObject({ total: 1 })
    })

    test('that two sources tell of at the same moment is one', async () => {
      const sources = ['argo', 'github', 'gitlab', 'ci']
      await Promise.all(sources.map((source) => take(source, deployed(), deployed())))
      const [rollout, ...others] = await deployments()
      expect(others).toEqual([])
      expect(rollout).toMatchObject({ source: 'argo', alsoFrom: ['ci', 'github', 'gitlab'] })
    })

    test('is told of first by whoever tells of the earlier time', async () => {
      const [first] = await take('argo', deployed({ occurredAt: NOON + MINUTE }))
      const [second] = await take('github', deployed({ externalId: '9' }))
      expect(second!.id).toBe(first!.id)
      expect(await only()).toMatchObject({ source: 'github', alsoFrom: ['argo'] })
    })

    test.each([
      ['an hour later', 'argo', { occurredAt: NOON + HOUR + 1 }],
      ['of another revision', 'argo', { revision: B }],
      [
        'of a revision that begins alike',
        'argo',
        { revision: `${A.slice(0, 8)}${'9'.repeat(32)}` },
      ],
      ['of another service', 'argo', { service: 'search' }],
      ['to another environment', 'argo', { environment: 'staging' }],
      ['by the same source', 'github', {}],
      ['without a revision', 'argo', { revision: undefined }],
    ])('%s is another', async (_, source, parts) => {
      await take('github', deployed())
      await take(source, deployed({ externalId: 'other', ...parts }))
      expect(await list()).toMatchObject({ total: 2 })
    })

    test('whose revision is told later joins the rollout that it is part of', async () => {
      await take('github', deployed())
      const [alone] = await take('argo', deployed({ state: 'running', revision: undefined }))
      expect(await list()).toMatchObject({ total: 2 })
      const [joined] = await take('argo', deployed({ occurredAt: NOON + 5 }))
      expect(await only()).toMatchObject({ id: joined!.id, alsoFrom: [expect.any(String)] })
      expect(joined!.id).not.toBe(alone!.id)
      await expect(changes.get({ id: alone!.id }, caller)).rejects.toMatchObject({
        code: 'not_found',
      })
    })

    test('is told apart again when it turns out to be of another revision', async () => {
      await take('github', deployed())
      await take('argo', deployed())
      await take('argo', deployed({ revision: B, occurredAt: NOON + 5 }))
      const found = await deployments()
      expect(found.map(({ revision, alsoFrom }) => [revision, alsoFrom])).toEqual([
        [B, []],
        [A, []],
      ])
    })
  })

  describe('a rollback', () => {
    test('goes to a revision that was live before the one that is', async () => {
      await take('argo', at(1, A), at(2, B), at(3, A.slice(0, 9)))
      expect(await backs()).toEqual([0, 0, 1])
    })

    test('is not a redeployment, nor going forward again', async () => {
      await take('argo', at(1, A), at(2, A), at(3, B), at(4, A), at(5, A), at(6, B), at(7, C))
      expect(await backs()).toEqual([0, 0, 0, 1, 0, 0, 0])
    })

    test('is not a second try after one that failed', async () => {
      await take('argo', at(1, A), at(2, B, { state: 'failed' }), at(3, A), at(4, B))
      expect(await backs()).toEqual([0, 0, 0, 0])
    })

    test('is another matter in another place', async () => {
      await take('argo', at(1, A, { environment: 'staging' }), at(2, B), at(3, A))
      expect(await backs()).toEqual([0, 0, 0])
    })

    test('is seen whichever of them is heard of last', async () => {
      await take('argo', at(3, A))
      await take('argo', at(2, B))
      expect(await backs()).toEqual([0, 0])
      await take('argo', at(1, A))
      expect(await backs()).toEqual([0, 0, 1])
    })

    test('is one when the sender says so, or a later word says what was live', async () => {
      await take('heroku', at(1, A, { rollback: true }))
      expect(await backs()).toEqual([1])
      await take('heroku', at(2, B, { state: 'running' }), at(3, A))
      expect(await backs()).toEqual([1, 0, 0])
      await take('heroku', at(2, B, { occurredAt: NOON + 2 * HOUR + 1 }))
      expect(await backs()).toEqual([1, 0, 1])
    })
  })

  describe('questions', () => {
    test('a page goes on where the last one ended', async () => {
      const many = Array.from({ length: 7 }, (_, n) =>
        committed(`${n}`.repeat(40), { occurredAt: NOON + Math.floor(n / 2) }),
      )
      await take('github', ...many)
      const seen: string[] = []
      let cursor: string | null = null
      do {
        const page = await list({ cursor, limit: 3 })
        expect(page.total).toBe(7)
        seen.push(...page.items.map(({ id }) => id))
        cursor = page.next
      } while (cursor !== null)
      expect(new Set(seen).size).toBe(7)
      expect(seen).toEqual((await list()).items.map(({ id }) => id))
    })

    test.each([
      ['checkout', 1],
      ['CHECK', 1],
      ['acme/shop', 2],
      ['shop', 2],
      ['acme', 2],
      ['hop', 0],
      ['%', 0],
      ['', 3],
    ])('%j finds %d', async (about, total) => {
      await take('github', committed(A), pull(), deployed())
      expect(await list({ about })).toMatchObject({ total })
    })

    test('filters narrow each other', async () => {
      await take('github', committed(A), pull())
      await take('ci', built(), deployed())
      expect(await list({ source: 'github', about: 'shop', kind: 'commit' })).toMatchObject({
        total: 1,
      })
      expect(await list({ source: 'ci', kind: 'commit' })).toMatchObject({ total: 0 })
    })

    test('a change comes with all of the same revision', async () => {
      await take('github', committed(A), pull({ mergeRevision: A.slice(0, 12) }), committed(B))
      await take('ci', built(), built({ externalId: 'other', revision: `${A.slice(0, 7)}${C}` }))
      const { id } = (await take('argo', deployed({ revision: A.slice(0, 8) })))[0]!
      const { change, related } = contract.get.output.parse(await changes.get({ id }, caller))
      expect(change).toMatchObject({ kind: 'deployment' })
      expect(related.map(({ kind }) => kind).toSorted()).toEqual([
        'build',
        'commit',
        'pull_request',
      ])
    })

    test('before a ticket come deployments and merges of the day, newest first', async () => {
      const times = (n: number) => ({ externalId: `${n}`, occurredAt: NOON + n * HOUR })
      await take('argo', deployed({ ...times(-1), title: 'last' }))
      await take('argo', deployed({ ...times(-20), title: 'first', revision: B }))
      await take('argo', deployed({ ...times(-25), title: 'too early', revision: C }))
      await take('argo', deployed({ ...times(1), title: 'too late', revision: C }))
      await take('argo', deployed({ ...times(-2), title: 'elsewhere', service: 'search' }))
      const shop = { repository: 'acme/Checkout', ...times(-3) }
      await take('github', pull({ ...shop, title: 'merged', state: 'merged' }))
      await take('github', pull({ ...shop, externalId: 'open', state: 'open' }), built(shop))
      // What became of it later does not matter: it began before.
      await take('argo', deployed({ ...times(-1), occurredAt: NOON + 9 * HOUR, state: 'inactive' }))
      expect(await titles()).toEqual(['Deploy checkout', 'merged', 'first'])
      ticket = { service: 'prod/checkout', openedAt: NOON, labels: {} }
      expect(await titles()).toHaveLength(3)
      ticket = { service: null, openedAt: NOON, labels: { app: 'search' } }
      expect(await titles()).toEqual(['elsewhere'])
      ticket = { service: null, openedAt: NOON, labels: {} }
      expect(await titles()).toEqual([])
    })

    test('what is not there is refused', async () => {
      const refused = { code: 'not_found' }
      await expect(changes.get({ id: newId('chg') }, caller)).rejects.toMatchObject(refused)
      const strange = { ticketId: newId<TicketId>('tkt') }
      await expect(changes.before(strange, caller)).rejects.toMatchObject(refused)
    })
  })

  test('the order of arrival does not matter', async () => {
    const histories = fc
      .array(aTelling, { minLength: 2, maxLength: 14 })
      .chain((told) =>
        fc.tuple(fc.constant(told), fc.shuffledSubarray(told, { minLength: told.length })),
      )
    await fc.assert(
      fc.asyncProperty(histories, fc.integer({ min: 1, max: 5 }), async ([told, other], batch) => {
        expect(await arrive(other, batch)).toEqual(await arrive(told, 1))
      }),
      { numRuns: 120 },
    )
  })
})

interface Told {
  readonly source: string
  readonly news: ChangeNews
}

const aTime = fc.integer({ min: 0, max: 12 }).map((n) => NOON + n * 20 * MINUTE)
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const aRevision = fc.constantFrom(A, B, A.slice(0, 8), C)
const shared = {
  title: fc.constantFrom('', 'one', 'two'),
  actor: maybe(fc.constantFrom('bea', 'cem')),
  occurredAt: aTime,
}
const aDeployment = fc.record({
  ...shared,
  kind: fc.constant('deployment' as const),
  externalId: fc.constantFrom('1', '2', '3'),
  service: fc.constantFrom('shop', 'Shop', 'search'),
  environment: fc.constant('production'),
  production: fc.boolean(),
  state: fc.constantFrom(
    ...(['pending', 'running', 'succeeded', 'failed', 'cancelled', 'inactive'] as const),
  ),
  revision: maybe(aRevision),
  rollback: maybe(fc.boolean()),
  startedAt: maybe(aTime),
  finishedAt: maybe(aTime),
})
const aPull = fc.record({
  ...shared,
  kind: fc.constant('pull_request' as const),
  externalId: fc.constant('acme/shop#7'),
  number: fc.constant('7'),
  state: maybe(fc.constantFrom(...(['open', 'merged', 'closed'] as const))),
  draft: maybe(fc.boolean()),
  headRevision: maybe(aRevision),
  mergeRevision: maybe(aRevision),
  openedAt: maybe(aTime),
  reviewedAt: maybe(aTime),
  approvedAt: maybe(aTime),
  mergedAt: maybe(aTime),
  closedAt: maybe(aTime),
})
const aBuild = fc.record({
  ...shared,
  kind: fc.constant('build' as const),
  externalId: fc.constant('acme/shop/1'),
  name: fc.constant('ci'),
  state: fc.constantFrom(
    ...(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'skipped'] as const),
  ),
  attempt: maybe(fc.integer({ min: 1, max: 3 })),
  startedAt: maybe(aTime),
  finishedAt: maybe(aTime),
})
const aTelling: fc.Arbitrary<Told> = fc.record({
  source: fc.constantFrom('github', 'argo', 'ci'),
  news: fc.oneof({ weight: 4, arbitrary: aDeployment }, aPull, aBuild),
})
