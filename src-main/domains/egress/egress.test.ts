import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Caller } from '#platform/caller'
import type { Database } from '#platform/database'
import { createEvents } from '#platform/events'
import { createMasking } from '#platform/masking'
import { stores } from '#platform/stores.suite'
import { createEgress, type Egress } from '.'

const nobody = {} as Caller
const errand = { purpose: 'pull github', actor: 'source github' }
const servers: { close(): unknown }[] = []

async function listen(server: TcpServer) {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  servers.push(server)
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
const serve = async (listener: RequestListener) =>
  `http://127.0.0.1:${await listen(createServer(listener))}`

describe.each(stores)('egress on $name', ({ open }) => {
  let database: Database
  let egress: Egress
  const settings = { offline: false }
  const masking = createMasking()
  masking.add('hunter2-hunter2')

  const start = () =>
    createEgress({
      database,
      clock: { now: () => 1_000 },
      events: createEvents(),
      masking,
      settings: { current: () => settings },
      console: 'ada@desk',
    })
  const ask = (url: string, more: object = {}) => egress.ask({ url: new URL(url), ...more }, errand)
  const entries = async () => {
    const page = { cursor: null, limit: 50, text: '', outcome: null }
    return (await egress.list(page, nobody)).items
  }

  beforeEach(async () => {
    settings.offline = false
    database = await open()
    egress = await start()
  })
  afterEach(async () => {
    for (const server of servers.splice(0)) server.close()
    await database.close()
  })

  test('what was answered is written down, with its bytes and without its secrets', async () => {
    const base = await serve((_, response) => response.end('{"ok":true}'))
    const answer = await ask(`${base}/repos?access_token=abc&page=2&note=hunter2-hunter2`)
    expect(answer).toMatchObject({ status: 'answered', response: { status: 200 } })
    const [entry] = await entries()
    expect(entry).toMatchObject({
      ...errand,
      console: 'ada@desk',
      method: 'GET',
      host: new URL(base).host,
      path: '/repos?access_token=•••••&page=2&note=•••••',
      outcome: 'answered',
      status: 200,
      reason: '',
    })
    expect(entry!.bytesOut).toBeGreaterThan(50)
    expect(entry!.bytesIn).toBeGreaterThan(50)
    expect(await egress.verify({}, nobody)).toMatchObject({ ok: true, entries: 1 })
  })

  test('offline nothing leaves but to this machine and for steps, and the refusal is written down', async () => {
    settings.offline = true
    const base = await serve((_, response) => response.end())
    expect(await ask(base)).toMatchObject({ status: 'answered' })
    expect(await ask('https://api.github.invalid/repos')).toMatchObject({ status: 'refused' })
    expect((await entries())[0]).toMatchObject({
      host: 'api.github.invalid',
      outcome: 'refused',
      bytesOut: 0,
      reason: expect.stringContaining('Settings'),
    })
    const url = new URL('https://db-1.invalid/')
    await expect(egress.fetch({ url }, errand)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(egress.fetch({ url }, { ...errand, step: true })).rejects.toMatchObject({
      code: 'unreachable',
    })
  })

  test('a redirect is followed on the same origin only, and never with a body', async () => {
    const other = await serve((_, response) => response.end('other'))
    const base = await serve((request, response) => {
      const to = { '/away': other, '/here': '/there', '/loop': '/loop' }[request.url!]
      response.writeHead(to === undefined ? 200 : 302, to === undefined ? {} : { location: to })
      response.end()
    })
    expect(await ask(`${base}/here`)).toMatchObject({ response: { status: 200 } })
    expect(await entries()).toMatchObject([{ path: '/there' }, { path: '/here', status: 302 }])
    const away = await ask(`${base}/away`, { headers: { authorization: 'Bearer x' } })
    expect(away).toMatchObject({ status: 'failed', stage: 'redirect' })
    expect((await entries()).map(({ host }) => host)).not.toContain(new URL(other).host)
    expect(await ask(`${base}/loop`)).toMatchObject({ stage: 'redirect' })
    const posted = await ask(`${base}/here`, { method: 'POST', body: 'x' })
    expect(posted).toMatchObject({ status: 'answered', response: { status: 302 } })
  })

  test('an answer may be packed, and may be too large as it comes and unpacked', async () => {
    const large = gzipSync(Buffer.alloc(3_000_000))
    const base = await serve((request, response) => {
      if (request.url === '/packed')
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('hello'))
      else if (request.url === '/bomb')
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(large)
      else response.end(Buffer.alloc(3_000_000))
    })
    const packed = await egress.fetch({ url: new URL(`${base}/packed`) }, errand)
    expect(packed.body.toString()).toBe('hello')
    for (const path of ['/bomb', '/long']) {
      const asked = egress.fetch({ url: new URL(base + path), mostBytes: 1_000_000 }, errand)
      await expect(asked).rejects.toMatchObject({ code: 'too_much' })
    }
  })

  test('says how far it came when there is no answer', async () => {
    const garbage = await listen(
      createTcpServer((socket) => void socket.on('error', () => {}).end('not http at all\r\n')),
    )
    const plain = await serve((_, response) => response.end())
    const silent = await serve(() => {})
    const gone = await listen(createServer())
    servers.pop()!.close()
    const stages = {
      [`http://127.0.0.1:${gone}/`]: 'tcp',
      'http://nobody.invalid/': 'name',
      [plain.replace('http:', 'https:')]: 'tls',
      [`http://127.0.0.1:${garbage}/`]: 'answer',
      [silent]: 'answer',
      'ftp://127.0.0.1/': 'address',
    }
    for (const [url, stage] of Object.entries(stages))
      expect(await ask(url, { totalMs: 300 })).toMatchObject({ status: 'failed', stage })
    const masked = await ask(plain, { headers: { 'bad\nname': 'x' } })
    expect(masked).toMatchObject({ status: 'failed', stage: 'address' })
    expect(await egress.verify({}, nobody)).toMatchObject({ ok: true, entries: 7 })
  })

  test('a certificate that nobody vouches for is not trusted, whatever the environment says', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'qd-egress-'))
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const subject = ['-nodes', '-days', '2', '-subj', '/CN=127.0.0.1']
    const made = ['req', '-x509', '-newkey', 'rsa:2048', ...subject, '-keyout', key, '-out', cert]
    execFileSync('openssl', made, { stdio: 'ignore' })
    const pair = { key: readFileSync(key), cert: readFileSync(cert) }
    const port = await listen(createSecureServer(pair, (_, response) => response.end()))
    rmSync(folder, { recursive: true })
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
    try {
      const answer = await ask(`https://127.0.0.1:${port}/`)
      expect(answer).toMatchObject({ status: 'failed', stage: 'tls' })
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    }
  })

  test('what is taken back ends, and is written down', async () => {
    const base = await serve(() => {})
    const stop = new AbortController()
    const asked = ask(base, { signal: stop.signal })
    setTimeout(() => stop.abort(), 50)
    expect(await asked).toEqual(expect.objectContaining({ status: 'cancelled' }))
    expect(await entries()).toMatchObject([{ outcome: 'cancelled', status: null }])
  })

  test('what a crash left under way is written down at the next start', async () => {
    await sql`insert into egress_under_way (id, console, at, purpose, actor, method, host, path)
      values ('out_1', 'ada@desk', 900, 'pull github', 'source github', 'GET', 'a.example', '/'),
             ('out_2', 'bob@desk', 901, 'pull github', 'source github', 'GET', 'b.example', '/')`.execute(
      database.db,
    )
    egress = await start()
    expect(await entries()).toMatchObject([{ at: 900, host: 'a.example', outcome: 'unknown' }])
    await start()
    expect(await entries()).toHaveLength(1)
  })

  test('the chain shows a changed entry, and the list is searched and comes page by page', async () => {
    const base = await serve((_, response) => response.end())
    for (const n of [1, 2, 3])
      await egress.ask({ url: new URL(base) }, { purpose: `pull ${n}`, actor: 'Ada' })
    const list = (wish: object) =>
      egress.list({ cursor: null, limit: 2, text: '', outcome: null, ...wish }, nobody)
    const page = await list({})
    expect(page).toMatchObject({ items: [{ purpose: 'pull 3' }, { seq: 2 }], total: 3 })
    expect(await list({ cursor: page.next })).toMatchObject({ items: [{ seq: 1 }], next: null })
    expect(await list({ text: 'PULL 2' })).toMatchObject({ items: [{ seq: 2 }], total: 1 })
    expect(await list({ outcome: 'refused' })).toMatchObject({ items: [], total: 0 })
    await sql`update egress_entries set bytes_out = 1 where seq = 2`.execute(database.db)
    expect(await egress.verify({}, nobody)).toMatchObject({ ok: false, brokenAt: 2 })
  })
})
