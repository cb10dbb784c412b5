import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Tls } from '#contract/targets'
import { type Authority, makeAuthority } from './certificates.suite'
import { openWorld, type Subject, type World } from './connector.suite'
import { freePort, mariadbMissing, type Peer, startMariadb, startProxy } from './peers.suite'
import { promiseSuite } from './promises.suite'
import { addSecret, ask, connectServer, lastStage, PASSWORD, statementOn } from './statements.suite'

describe.skipIf(mariadbMissing)('MariaDB', () => {
  let peer: Peer
  let authority: Authority
  beforeAll(async () => {
    authority = makeAuthority()
    peer = await startMariadb(authority.issue('server', 'IP:127.0.0.1'))
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
  const count = (table = 't') => peer.sql(`select count(*) from shop.${table}`)
  const rows = () => expect.poll(() => count(), { timeout: 5_000 })
  const sleepers = () =>
    peer.sql("select count(*) from information_schema.processlist where info like 'select sleep%'")

  async function connect(world: World, change: object = {}): Promise<Subject> {
    const credentialId = await addSecret(world, 'password', PASSWORD)
    const given = { port: peer.port, database: 'shop', credentialId, tls: inTls(), ...change }
    const connection = await connectServer(world, 'mysql', given)
    return { world, connection, close: world.close }
  }

  promiseSuite('MariaDB over TLS, with a password', async () => {
    const subject = await connect(await openWorld())
    return {
      ...subject,
      stages: ['name', 'tcp', 'tls', 'auth', 'permission'],
      says: (text) => statementOn(subject, 'select ? as answer', { binds: [text] }),
      fails: () => statementOn(subject, 'select * from no_such_table'),
      hangs: (change) => statementOn(subject, 'select sleep(100)', change),
      isLeft: () => sleepers() !== '0',
      impossible: () => statementOn(subject, 'select ?', { binds: ['a\0b'] }),
    }
  })

  describe('a statement', () => {
    let world: World
    let subject: Subject
    beforeEach(async () => {
      world = await openWorld()
      subject = await connect(world)
      peer.sql(
        'drop table if exists shop.t, shop.m; create table shop.t (id int primary key, note text)',
      )
    })
    afterEach(() => world.close())
    const write = (text: string, more: Parameters<typeof ask>[2] = {}) =>
      ask(subject, text, { ...more, mode: 'change' })

    test('is drawn as the server writes its values', async () => {
      const text =
        "select null as n, 'NULL' as t, cast(1.50 as decimal(5,2)) as d, date '2026-01-02' as day, x'00ff' as bytes, 9007199254740993 as big"
      const expected = [
        'n    | t      | d    | day        | bytes  | big',
        '-----+--------+------+------------+--------+-----------------',
        'NULL | "NULL" | 1.50 | 2026-01-02 | 0x00ff | 9007199254740993',
        '(1 row)\n',
      ].join('\n')
      expect((await ask(subject, text)).stdout).toBe(expected)
      const bound = await ask(subject, `${text} from dual where ? = ?`, { binds: ['a', 'a'] })
      expect(bound.stdout).toBe(expected)
    })

    test('is cut after its rows, and the rest is not waited for', async () => {
      const { stdout, outcome } = await ask(subject, 'select seq from seq_1_to_100000000', {
        mostRows: 3,
      })
      expect(outcome).toMatchObject({ exitCode: 0 })
      expect(stdout).toMatch(/3\n\(cut after 3 rows; there are more\)\n$/)
    })

    test('takes values as values only, whatever is in them', async () => {
      for (const value of ["'; drop table t; --", '\\', "\\' or 1=1 -- ", '%', '🚢']) {
        const { stdout } = await ask(subject, 'select ? = ? as same, ? as v', {
          binds: [value, value, value],
        })
        expect(stdout).toContain(`1    | ${value.trim() === value ? value : `"${value}"`}`)
      }
      const action = statementOn(subject, 'select seq from seq_1_to_10 limit ?', { binds: ['2'] })
      const binds = action.binds.map((bind) => ({ ...bind, type: 'integer' as const }))
      const { stdout } = await performed({ ...action, binds })
      expect(stdout).toContain('(2 rows)')
    })
    const performed = async (action: ReturnType<typeof statementOn>) => {
      let stdout = ''
      await world.connections.perform(action, {
        signal: new AbortController().signal,
        onOutput: (_, text) => void (stdout += text),
      })
      return { stdout }
    }

    test.each([
      'insert into t values (1, null)',
      'create table u (a int)',
      'drop table t',
      'truncate table t',
      'select 1; insert into t values (1, null)',
      "select 1 into outfile '/tmp/qd-owned'",
    ])('cannot write as a read: %s', async (text) => {
      const { outcome } = await ask(subject, text)
      expect(outcome).toMatchObject({ status: 'failed', untouched: true })
      expect(count()).toBe('0')
    })

    test('is kept when it changed as many rows as it may, and rolled back otherwise', async () => {
      const one = await write("insert into t values (1, 'a')", { expect: { min: 1, max: 1 } })
      expect(one.stdout).toBe('1 row was changed. Committed.\n')
      const two = await write("insert into t values (2, 'a'), (3, 'b')", {
        expect: { min: 1, max: 1 },
      })
      expect(two.outcome).toMatchObject({ status: 'failed', untouched: true })
      expect(count()).toBe('1')
    })

    test('in a table without transactions never claims that nothing was kept', async () => {
      peer.sql('create table shop.m (id int) engine=MyISAM')
      const { outcome } = await write('insert into m values (1), (2)', {
        expect: { min: 1, max: 1 },
      })
      expect(outcome).toMatchObject({
        status: 'failed',
        untouched: false,
        reason: expect.stringContaining('not everything it did can be'),
      })
      expect(count('m')).toBe('2')
    })

    test('that the server commits by itself is not guarded, and says so', async () => {
      expect((await write('create table m (id int)')).outcome).toMatchObject({ exitCode: 0 })
      const guarded = await write('drop table m', { expect: { min: 0, max: 1 } })
      expect(guarded.outcome).toMatchObject({ status: 'not_started' })
      expect(count('m')).toBe('0')
    })

    test('is explained without being run', async () => {
      peer.sql('use shop; insert into t select seq, null from seq_1_to_500')
      const action = statementOn(subject, 'delete from t where id > ?', {
        binds: ['100'],
        mode: 'change',
      })
      const preview = await world.connections.explain(action)
      expect(preview).toMatchObject({ problem: '', plan: expect.stringContaining('table: t') })
      expect(preview.estimatedRows).toBeGreaterThan(300)
      expect(count()).toBe('500')
    })
  })

  describe('a line that breaks', () => {
    let world: World
    let subject: Subject
    let proxy: Awaited<ReturnType<typeof startProxy>>
    beforeEach(async () => {
      world = await openWorld()
      proxy = await startProxy(peer.port)
      const tls: Tls = { mode: 'off', ca: null, clientCertificateId: null }
      subject = await connect(world, { port: proxy.port, tls })
      peer.sql('drop table if exists shop.t, shop.m; create table shop.t (id int)')
    })
    afterEach(async () => {
      await world.close()
      await proxy.close()
    })
    const write = () => ask(subject, 'insert into t values (1)', { mode: 'change' })

    test('before the transaction starts nothing', async () => {
      proxy.cut({ at: 'start transaction', when: 'before' })
      expect((await write()).outcome).toMatchObject({ status: 'not_started' })
      await rows().toBe('0')
    })
    test.each(['before', 'after'] as const)('%s the statement keeps nothing', async (when) => {
      proxy.cut({ at: 'insert into', when })
      expect((await write()).outcome).toMatchObject({ status: 'failed', untouched: true })
      await rows().toBe('0')
    })
    test.each([
      ['before', '0'],
      ['after', '1'],
    ] as const)('%s the commit arrives leaves the outcome unknown', async (when, kept) => {
      proxy.cut({ at: 'commit', when })
      expect((await write()).outcome).toMatchObject({ status: 'lost' })
      await rows().toBe(kept)
    })
    test('because the server ended the session keeps nothing', async () => {
      const running = ask(subject, 'insert into t select s.seq from seq_1_to_50000000 s', {
        mode: 'change',
      })
      const id = "select id from information_schema.processlist where info like 'insert%'"
      await expect.poll(() => peer.sql(id), { timeout: 5_000 }).toMatch(/^\d+$/)
      peer.sql(`kill ${peer.sql(id)}`)
      expect((await running).outcome).toMatchObject({ status: 'failed', untouched: true })
      await rows().toBe('0')
    }, 30_000)
  })

  describe('signing in', () => {
    let world: World
    beforeEach(async () => {
      world = await openWorld()
    })
    afterEach(() => world.close())
    const tryWith = async (change: object) => {
      const { connection } = await connect(world, change)
      return lastStage(world, connection.id)
    }

    test('says what the account may do', async () => {
      expect(await tryWith({})).toMatchObject({
        detail: expect.stringContaining('may change rows'),
      })
      const low = await tryWith({ username: 'low' })
      expect(low).toMatchObject({ detail: expect.stringContaining('may only read') })
    })
    test('says that the port is closed', async () => {
      expect(await tryWith({ port: await freePort() })).toMatchObject({
        stage: 'tcp',
        state: 'failed',
      })
    })
    test('says that the password is wrong', async () => {
      const credentialId = await addSecret(world, 'password', 'wrong-password')
      const end = await tryWith({ credentialId })
      expect(end).toMatchObject({ stage: 'auth', state: 'failed' })
      expect(end.detail).toContain('Access denied')
    })
    test('refuses an authority that is not trusted, in words', async () => {
      const end = await tryWith({ tls: inTls({ ca: null }) })
      expect(end).toMatchObject({ stage: 'tls', state: 'failed' })
      expect(end.detail).toMatch(/authority that this machine does not (know|trust)/)
    })
    test('refuses a certificate for another name, unless the authority is enough', async () => {
      const other = await startMariadb(authority.issue('other', 'DNS:localhost'))
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
  })
})
