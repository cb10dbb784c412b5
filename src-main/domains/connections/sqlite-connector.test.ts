import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { caller, openWorld, type Subject, type World } from './connector.suite'
import { promiseSuite } from './promises.suite'
import { ask, lastStage, statementOn } from './statements.suite'

/** Counts for minutes, without a function of its own. */
const ENDLESS =
  'with recursive n(i) as (select 1 union all select i + 1 from n where i < 1e12) select max(i) from n'

describe('SQLite', () => {
  let folder: string
  let file: string
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'qd-sqlite-')))
    file = join(folder, 'app.db')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  async function connect(world: World, path = file): Promise<Subject> {
    const given = { name: `db ${Math.random()}`, kind: 'sqlite' as const, tags: [] }
    const rest = {
      host: null,
      port: 22,
      username: null,
      auth: 'agent' as const,
      credentialId: null,
    }
    const specifics = { kind: 'sqlite' as const, file: path }
    const connection = await world.connections.create({ ...given, ...rest, specifics }, caller)
    return { world, connection, close: world.close }
  }

  promiseSuite('a SQLite file', async () => {
    new Sqlite(file).close()
    const subject = await connect(await openWorld())
    return {
      ...subject,
      stages: ['permission'],
      says: (text) => statementOn(subject, 'select ? as answer', { binds: [text] }),
      fails: () => statementOn(subject, 'select * from no_such_table'),
      hangs: (change) => statementOn(subject, ENDLESS, change),
      impossible: () => statementOn(subject, 'select ?', { binds: ['a\0b'] }),
    }
  })

  describe('a statement', () => {
    let world: World
    let subject: Subject
    let database: Sqlite.Database
    beforeEach(async () => {
      database = new Sqlite(file)
      database.exec('drop table if exists t; create table t (id integer primary key, note)')
      world = await openWorld()
      subject = await connect(world)
    })
    afterEach(async () => {
      await world.close()
      database.close()
    })
    const count = () => database.prepare('select count(*) from t').pluck().get()
    const write = (text: string, more: Parameters<typeof ask>[2] = {}) =>
      ask(subject, text, { ...more, mode: 'change' })

    test('is drawn with large numbers whole and bytes as digits', async () => {
      const { stdout } = await ask(
        subject,
        "select 9007199254740993 as big, x'00ff' as bytes, null as n, 1.5 as f",
      )
      expect(stdout).toContain("9007199254740993 | x'00ff' | NULL | 1.5")
    })

    test('is cut after its rows', async () => {
      const text = 'with recursive n(i) as (select 1 union all select i + 1 from n) select i from n'
      const { stdout } = await ask(subject, text, { mostRows: 250 })
      expect(stdout).toMatch(/\n250\n\(cut after 250 rows; there are more\)\n$/)
    })

    test.each([
      'insert into t values (1, 2)',
      'drop table t',
      'pragma user_version = 5',
      "attach '/tmp/qd-owned.db' as other",
      'select 1; insert into t values (1, 2)',
    ])('cannot write as a read: %s', async (text) => {
      const { outcome } = await ask(subject, text)
      expect(outcome).toMatchObject({ status: 'failed', untouched: true })
      expect(count()).toBe(0)
    })

    test('is kept when it changed as many rows as it may, and rolled back otherwise', async () => {
      const one = await write('insert into t values (?, ?)', {
        binds: ['1', "'; drop"],
        expect: { min: 1, max: 1 },
      })
      expect(one.stdout).toBe('1 row was changed. Committed.\n')
      const two = await write('insert into t values (2, 1), (3, 1)', { expect: { min: 1, max: 1 } })
      expect(two.outcome).toMatchObject({ status: 'failed', untouched: true })
      const returning = await write('insert into t values (4, 1), (5, 1) returning id', {
        expect: { min: 2, max: 2 },
      })
      expect(returning.stdout).toContain('(2 rows)\n2 rows were changed. Committed.')
      expect(count()).toBe(3)
    })

    test('waits for a lock only so long, and says so', async () => {
      database.exec('begin immediate')
      const { outcome } = await write('insert into t values (1, 2)', { timeoutMs: 1_000 })
      database.exec('rollback')
      expect(outcome).toMatchObject({
        status: 'not_started',
        reason: expect.stringContaining('locked'),
      })
    })

    test('whose process dies keeps nothing', async () => {
      const cancel = new AbortController()
      setTimeout(() => cancel.abort(), 800)
      const text = ENDLESS.replace('select max(i)', 'insert into t select null, i')
      const action = statementOn(subject, text, { mode: 'change' })
      const outcome = await world.connections.perform(action, {
        signal: cancel.signal,
        onOutput: () => {},
      })
      expect(outcome).toEqual({ status: 'cancelled', stopped: true, untouched: true })
      expect(count()).toBe(0)
    })

    test('is explained without being run', async () => {
      database.exec('insert into t values (1, 2)')
      const action = statementOn(subject, 'delete from t where id = ?', {
        binds: ['1'],
        mode: 'change',
      })
      expect(await world.connections.explain(action)).toMatchObject({
        plan: expect.stringContaining('SEARCH t'),
        problem: '',
      })
      expect(count()).toBe(1)
    })
  })

  test('says that there is no such file', async () => {
    const world = await openWorld()
    const { connection } = await connect(world, join(folder, 'none.db'))
    expect(await lastStage(world, connection.id)).toMatchObject({
      stage: 'permission',
      state: 'failed',
      detail: expect.stringContaining('There is no file'),
    })
    await world.close()
  })
})
