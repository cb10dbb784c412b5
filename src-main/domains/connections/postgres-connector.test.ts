import { createServer } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Connection } from '#contract/connections'
import type { Tls } from '#contract/targets'
import { type Authority, makeAuthority } from './certificates.suite'
import { caller, openWorld, type Subject, type World } from './connector.suite'
import { freePort, type Peer, postgresMissing, startPostgres, startProxy } from './peers.suite'
import { promiseSuite } from './promises.suite'
import { addSecret, ask, connectServer, lastStage, PASSWORD, statementOn } from './statements.suite'

describe.skipIf(postgresMissing)('PostgreSQL', () => {
  let peer: Peer
  let authority: Authority
  beforeAll(async () => {
    authority = makeAuthority()
    peer = await startPostgres(authority.issue('server', 'IP:127.0.0.1'), authority)
  }, 120_000)
  afterAll(async () => {
    await peer.close()
    authority.remove()
  })
  const inTls = (change: Partial<Tls> = {}): Tls => ({
    mode: 'verify',
    ca: authority.ca,
    clientCertificateId: null,
    ...change,
  })
  const rows = () => expect.poll(() => peer.sql('select count(*) from t'), { timeout: 5_000 })
  const sleepers = () =>
    peer.sql(
      "select count(*) from pg_stat_activity where query like '%pg_sleep%' and state = 'active' and pid <> pg_backend_pid()",
    )

  promiseSuite('PostgreSQL over TLS, with a password', async () => {
    const world = await openWorld()
    const credentialId = await addSecret(world, 'password', PASSWORD)
    const tls = inTls()
    const given = { port: peer.port, database: 'postgres', credentialId, tls }
    const connection = await connectServer(world, 'postgres', given)
    const subject = { world, connection, close: world.close }
    return {
      ...subject,
      stages: ['name', 'tcp', 'tls', 'auth', 'permission'],
      says: (text) => statementOn(subject, 'select $1 as answer', { binds: [text] }),
      fails: () => statementOn(subject, 'select 1 / 0'),
      hangs: (change) => statementOn(subject, 'select pg_sleep(100)', change),
      isLeft: () => sleepers() !== '0',
      impossible: () => statementOn(subject, 'select $1', { binds: ['a\0b'] }),
    }
  })

  describe('a statement', () => {
    let world: World
    let subject: Subject
    beforeEach(async () => {
      world = await openWorld()
      const given = { username: 'qd', port: peer.port, database: 'postgres' }
      const connection = await connectServer(world, 'postgres', given)
      subject = { world, connection, close: world.close }
      peer.sql('drop table if exists t; create table t (id int primary key, note text)')
    })
    afterEach(() => world.close())
    const write = (text: string, more: Parameters<typeof ask>[2] = {}) =>
      ask(subject, text, { ...more, mode: 'change' })

    test('is drawn as a table in which NULL is no text and nothing moves the cursor', async () => {
      const hostile = 'a\u001B[31m\nb\u202E'
      const { stdout } = await ask(
        subject,
        'select null as n, $1 as n, $2 as e, $3 as h, true as t, 1.50::numeric',
        {
          binds: ['NULL', '', hostile],
        },
      )
      expect(stdout).toBe(
        [
          'n    | n      | e  | h                      | t | numeric',
          '-----+--------+----+------------------------+---+--------',
          'NULL | "NULL" | "" | a\\u{1b}[31m\\nb\\u{202e} | t | 1.50',
          '(1 row)\n',
        ].join('\n'),
      )
    })

    test('is cut after its rows and bytes, and says so', async () => {
      const few = await ask(subject, 'select g from generate_series(1, 100000) g', { mostRows: 3 })
      expect(few.stdout).toMatch(/3\n\(cut after 3 rows; there are more\)\n$/)
      const bytes = await ask(subject, "select repeat('x', 50) from generate_series(1, 100) g", {
        mostBytes: 1_000,
      })
      expect(bytes.stdout).toMatch(/\(cut after 1000 characters; there are more\)\n$/)
      const wide = await ask(subject, "select repeat('x', 100000)")
      expect(wide.stdout).toMatch(/\nx{59}…\n/)
    })

    test('takes values as values only, whatever is in them', async () => {
      const values = ["'; drop table t; --", '$1', '{{x}}', '\\', '%', "''", '🚢']
      for (const value of values)
        expect(
          (await ask(subject, 'select $1::text = $2 as same, $2 as v', { binds: [value, value] }))
            .stdout,
        ).toContain(`t    | ${value}`)
      const typed = { binds: ['true', '5', '2026-01-01', '{"a":1}', null] }
      const { stdout } = await ask(
        subject,
        'select $1::bool, $2::int, $3::date, $4::jsonb, $5::int',
        typed,
      )
      expect(stdout).toContain('t    | 5    | 2026-01-01 | {"a": 1} | NULL')
    })

    test.each([
      'insert into t values (1)',
      'with x as (insert into t values (1) returning 1) select * from x',
      'create table u (a int)',
      "select nextval('pg_catalog.pg_class_oid_seq')",
      'set transaction read write',
      'select 1; insert into t values (1)',
    ])('cannot write as a read: %s', async (text) => {
      const { outcome } = await ask(subject, text)
      expect(outcome.status).toMatch(/^(failed|not_started)$/)
      expect(peer.sql('select count(*) from t')).toBe('0')
    })

    test('is kept when it changed as many rows as it may, and rolled back otherwise', async () => {
      const one = await write('insert into t values (1)', { expect: { min: 1, max: 1 } })
      expect(one.outcome).toMatchObject({ status: 'exited' })
      expect(one.stdout).toBe('1 row was changed. Committed.\n')
      const two = await write('insert into t values (2), (3)', { expect: { min: 1, max: 1 } })
      expect(two.outcome).toEqual({
        status: 'failed',
        untouched: true,
        reason:
          '2 rows were changed, and 1 was expected. All of it was rolled back: nothing was kept.',
      })
      const none = await write('delete from t where id > 100', { expect: { min: 1, max: 5 } })
      expect(none.outcome).toMatchObject({ status: 'failed', untouched: true })
      expect(peer.sql('select count(*) from t')).toBe('1')
    })

    test('fails as a check that finds another number of rows', async () => {
      const expecting = { expect: { min: 1, max: 10 } }
      const { outcome } = await ask(subject, 'select * from t', expecting)
      expect(outcome).toMatchObject({ status: 'failed', reason: expect.stringMatching(/^0 rows/) })
      expect((await ask(subject, 'select 1', expecting)).outcome).toMatchObject({ exitCode: 0 })
    })

    test('that breaks a rule at its commit is not kept', async () => {
      peer.sql('alter table t add unique (note) deferrable initially deferred')
      const { outcome } = await write("insert into t values (1, 'x'), (2, 'x')")
      expect(outcome).toMatchObject({
        status: 'failed',
        untouched: true,
        reason: expect.stringContaining('duplicate key'),
      })
      expect(peer.sql('select count(*) from t')).toBe('0')
    })

    test('that runs outside of a transaction is not guarded, and says so', async () => {
      expect((await write('vacuum t')).outcome).toMatchObject({ exitCode: 0 })
      const guarded = await write('vacuum t', { expect: { min: 0, max: 1 } })
      expect(guarded.outcome).toMatchObject({ status: 'not_started' })
      expect((await write('commit')).outcome).toMatchObject({ status: 'not_started' })
    })

    test('tells what the server says besides rows', async () => {
      const { stderr } = await write("do $$ begin raise notice 'look here'; end $$")
      expect(stderr).toBe('NOTICE: look here\n')
    })

    test('is explained without being run', async () => {
      peer.sql('insert into t select g from generate_series(1, 500) g; analyze t')
      const action = statementOn(subject, 'delete from t where id > $1', {
        binds: ['100'],
        mode: 'change',
      })
      const preview = await world.connections.explain(action)
      expect(preview.plan).toMatch(/^Delete on t/)
      expect(preview.estimatedRows).toBeGreaterThan(300)
      const analyzed = await world.connections.explain(
        statementOn(subject, 'analyze delete from t', { mode: 'change' }),
      )
      expect(analyzed).toMatchObject({ plan: '', problem: expect.stringContaining('plans only') })
      expect(peer.sql('select count(*) from t')).toBe('500')
    })
  })

  describe('a line that breaks', () => {
    let world: World
    let subject: Subject
    let proxy: Awaited<ReturnType<typeof startProxy>>
    beforeEach(async () => {
      world = await openWorld()
      proxy = await startProxy(peer.port)
      const given = { username: 'qd', port: proxy.port, database: 'postgres' }
      subject = {
        world,
        connection: await connectServer(world, 'postgres', given),
        close: world.close,
      }
      peer.sql('drop table if exists t; create table t (id int)')
    })
    afterEach(async () => {
      await world.close()
      await proxy.close()
    })
    const write = (text = 'insert into t values (1)') => ask(subject, text, { mode: 'change' })
    test('before the transaction starts nothing', async () => {
      proxy.cut({ at: 'begin', when: 'before' })
      const { outcome, started } = await write()
      expect(outcome).toMatchObject({ status: 'not_started' })
      expect(started).toBe(0)
      await rows().toBe('0')
    })
    test.each(['before', 'after'] as const)('%s the statement keeps nothing', async (when) => {
      proxy.cut({ at: 'insert into', when })
      const { outcome, started } = await write()
      expect(outcome).toMatchObject({ status: 'failed', untouched: true })
      expect(started).toBe(1)
      await rows().toBe('0')
    })
    test('before the commit arrives: the database is asked, and says that nothing was kept', async () => {
      proxy.cut({ at: 'commit', when: 'before' })
      const { outcome } = await write()
      expect(outcome).toMatchObject({
        status: 'failed',
        untouched: true,
        reason: expect.stringContaining('says that it was rolled back'),
      })
      await rows().toBe('0')
    })
    test('after the commit arrived: the database is asked, and says that it was kept', async () => {
      proxy.cut({ at: 'commit', when: 'after' })
      const { outcome, stdout } = await write()
      expect(outcome).toMatchObject({ status: 'exited', exitCode: 0 })
      expect(stdout).toContain('asked again, the database says that it was committed')
      await rows().toBe('1')
    })
    test('for good at the commit leaves the outcome unknown', async () => {
      proxy.cut({ at: 'commit', when: 'after', forGood: true })
      const { outcome } = await write()
      expect(outcome).toMatchObject({
        status: 'lost',
        reason: expect.stringContaining('it may count or not'),
      })
      await rows().toBe('1')
    }, 20_000)
    test('during what no rollback takes back leaves the outcome unknown', async () => {
      proxy.cut({ at: 'pg_advisory_lock', when: 'after' })
      expect((await write('select pg_advisory_lock(1)')).outcome).toMatchObject({ status: 'lost' })
    })
    test('during a read is lost, and nothing else', async () => {
      proxy.cut({ at: 'from t', when: 'after' })
      expect((await ask(subject, 'select * from t')).outcome).toMatchObject({ status: 'lost' })
    })
    test('because the server ended the session keeps nothing', async () => {
      const running = write('insert into t select 1 from (select pg_sleep(20)) s')
      await expect.poll(sleepers, { timeout: 5_000 }).toBe('1')
      peer.sql("select pg_terminate_backend(pid) from pg_stat_activity where query like 'insert%'")
      const { outcome } = await running
      expect(outcome).toMatchObject({ status: 'lost' }) // pg_sleep reaches out, as far as anybody knows
      await rows().toBe('0')
      const plain = write('insert into t select 1 from generate_series(1, 20000000) a')
      await expect
        .poll(() =>
          peer.sql(
            "select count(*) from pg_stat_activity where query like 'insert%' and state = 'active'",
          ),
        )
        .toBe('1')
      peer.sql("select pg_terminate_backend(pid) from pg_stat_activity where query like 'insert%'")
      expect((await plain).outcome).toMatchObject({
        status: 'failed',
        untouched: true,
        reason: expect.stringContaining('nothing was kept'),
      })
      await rows().toBe('0')
    }, 20_000)
  })

  describe('signing in', () => {
    let world: World
    beforeEach(async () => {
      world = await openWorld()
    })
    afterEach(() => world.close())
    const tryWith = async (change: Parameters<typeof connectServer>[2] | object) => {
      const given = {
        port: peer.port,
        database: 'postgres',
        username: 'qd',
        tls: inTls(),
        ...change,
      }
      const { id } = await connectServer(world, 'postgres', given)
      return lastStage(world, id)
    }

    test('says what the account may do', async () => {
      expect(await tryWith({})).toMatchObject({
        stage: 'permission',
        state: 'passed',
        detail: expect.stringContaining('superuser'),
      })
      expect(await tryWith({ username: 'low' })).toMatchObject({
        detail: expect.stringContaining('It is no superuser'),
      })
    })
    test('says that the port is closed, or the name not known', async () => {
      const port = await freePort()
      expect(await tryWith({ port })).toMatchObject({ stage: 'tcp', state: 'failed' })
      const host = 'no-such-host.invalid'
      expect(await tryWith({ host })).toMatchObject({ stage: 'name', state: 'failed' })
    })
    test('says that the password is wrong, without saying it', async () => {
      const credentialId = await addSecret(world, 'password', 'wrong-password')
      const end = await tryWith({ username: 'ada', credentialId })
      expect(end).toMatchObject({ stage: 'auth', state: 'failed' })
      expect(end.detail).toContain('password authentication failed')
      expect(end.detail).not.toContain('wrong-password')
    })
    test('refuses an authority that is not trusted, in words', async () => {
      const end = await tryWith({ tls: inTls({ ca: null }) })
      expect(end).toMatchObject({ stage: 'tls', state: 'failed' })
      expect(end.detail).toMatch(/authority that this machine does not (know|trust)/)
    })
    test('refuses a certificate for another name, unless the authority is enough', async () => {
      const other = await startPostgres(authority.issue('other', 'DNS:db.example.org'), authority)
      try {
        const end = await tryWith({ port: other.port })
        expect(end).toMatchObject({ stage: 'tls', state: 'failed' })
        expect(end.detail).toMatch(/is for another name/)
        const loose = inTls({ mode: 'verify_ca' })
        expect(await tryWith({ port: other.port, tls: loose })).toMatchObject({ state: 'passed' })
      } finally {
        await other.close()
      }
    }, 60_000)
    test('proves who it is with a client certificate', async () => {
      const { cert, key } = authority.issue('cert', '')
      const clientCertificateId = await addSecret(world, 'token', `${key}\n${cert}`)
      const tls = inTls({ clientCertificateId })
      expect(await tryWith({ username: 'cert', tls })).toMatchObject({ state: 'passed' })
      expect(await tryWith({ username: 'cert' })).toMatchObject({ stage: 'auth', state: 'failed' })
    })
    test('never goes on in the clear when the server has no TLS', async () => {
      const proxy = await startRefuser()
      try {
        const end = await tryWith({ port: proxy.port })
        expect(end).toMatchObject({ stage: 'tls', state: 'failed' })
        expect(end.detail).toContain('does not offer TLS')
      } finally {
        await proxy.close()
      }
    })
    test('leaves a client certificate in the vault while a connection uses it', async () => {
      const clientCertificateId = await addSecret(world, 'token', 'certificate')
      const tls = inTls({ clientCertificateId })
      const made: Connection = await connectServer(world, 'postgres', {
        port: 1,
        database: 'x',
        tls,
      })
      const removing = world.credentials.remove({ id: clientCertificateId }, caller)
      await expect(removing).rejects.toMatchObject({ message: expect.stringContaining(made.name) })
    })
  })
})

/** A server that answers "no" to the wish for TLS, as one without it does. */
async function startRefuser() {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.write('N'))
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as { port: number }).port,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}
