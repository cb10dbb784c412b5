import { type AddressInfo, connect, createServer } from 'node:net'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createProbe } from '#bridge/probe.suite'
import { HELLO_MS } from '#bridge/session'
import { describeTransport, listen } from '#bridge/transport.suite'
import { CLOSE } from '#contract/frames'
import { createAddress } from './address'
import { createBrowserHost } from './browser-host'
import { IDLE_MS, LONGEST_MS, TICKET_MS } from './keys'
import { type BrowserRig, dial, newToken, redeem, startRig, ticketOf } from './rig.suite'
import { LOCK_MS, MAX_FAILURES } from './tries'

describeTransport('a WebSocket', async (probe) => {
  const rig = await startRig({}, probe)
  // Each window has a token of its own.
  const tokens = await Promise.all([1, 2, 3, 4].map(() => newToken(rig)))
  let next = 0
  return {
    async open() {
      const dialled = await dial(rig.host.port!, { origin: rig.host.origin })
      if ('status' in dialled) throw new Error(`refused with ${dialled.status}`)
      return dialled.line
    },
    hello: () => ({ token: tokens[next++ % tokens.length]! }),
    close: rig.close,
  }
})

describe('the browser host', () => {
  let rig: BrowserRig
  beforeEach(async () => {
    rig = await startRig()
  })
  afterEach(() => rig.close())

  async function greet(token?: string) {
    const dialled = await dial(rig.host.port!, { origin: rig.host.origin })
    if ('status' in dialled) throw new Error(`refused with ${dialled.status}`)
    const line = listen(dialled.line)
    line.say({ t: 'hello', ...(token !== undefined && { token }) })
    return line
  }

  describe('gives out the interface', () => {
    test('as one page for every route, with its policy and never from a cache', async () => {
      for (const path of ['/', '/tickets/tkt_01', '/?x=1']) {
        const { status, headers, text } = await rig.ask({ path })
        expect([status, text]).toEqual([200, '<!doctype html><title>Quarterdeck</title>'])
        expect(headers['content-type']).toBe('text/html; charset=utf-8')
        expect(headers['cache-control']).toBe('no-store')
        expect(headers['content-security-policy']).toContain(
          `connect-src 'self' ws://127.0.0.1:${rig.host.port};`,
        )
      }
    })
    test('and its files for ever, by their hash', async () => {
      const { status, headers } = await rig.ask({ path: '/assets/index-DiwrgTda.js' })
      expect([status, headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8'])
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
    })
    test('without a body to HEAD', async () => {
      const { status, text, headers } = await rig.ask({ method: 'HEAD', path: '/' })
      expect([status, text, headers['content-length']]).toEqual([200, '', '41'])
    })
    test.each(['/', '/nothing.js', '/session'])(
      'with every guard on each answer: %s',
      async (path) => {
        const { headers } = await rig.ask({ path })
        expect(headers).toMatchObject({
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-resource-policy': 'same-origin',
        })
        const policy = headers['content-security-policy']
        for (const rule of [
          "default-src 'none'",
          "script-src 'self'",
          "frame-ancestors 'none'",
          "base-uri 'none'",
          "form-action 'none'",
          "object-src 'none'",
          "require-trusted-types-for 'script'",
        ])
          expect(policy).toContain(rule)
        expect(policy).not.toMatch(/unsafe|\*/)
        expect(headers).not.toHaveProperty('set-cookie')
        expect(headers).not.toHaveProperty('access-control-allow-origin')
      },
    )
  })

  describe('keeps files that are not the interface', () => {
    test.each([
      '/../secret.json',
      '/..%2fsecret.json',
      '/%2e%2e/secret.json',
      '/%2e%2e%2fsecret.json',
      '/assets/../../secret.json',
      '/assets/..%5c..%5csecret.json',
      '/..\\secret.json',
      '/../renderer-old/secret.json',
      '//etc/passwd.json',
      '/link.json',
      '/up/secret.json',
      '/up/renderer-old/secret.json',
      '/.env',
      '/.env.json',
      '/notes.txt',
      '/assets/index-DiwrgTda.js%00.css',
      '/%E0%A4%A.js',
      '/C:/secret.json',
    ])('%s', async (path) => {
      const { status, text } = await rig.ask({ path })
      expect(status).toBe(404)
      expect(text).not.toContain('SECRET')
    })
  })

  describe('answers to its own name only', () => {
    test.each([
      'evil.example',
      'evil.example:PORT',
      '127.0.0.1',
      '127.0.0.1:1',
      'foo.localhost:PORT',
      '127.0.0.1:PORT.evil.example',
      '127.0.0.1:PORT@evil.example',
      '0.0.0.0:PORT',
      '[::]:PORT',
      '2130706433:PORT',
    ])('a rebound Host %j gets 421, on a page and on a WebSocket', async (template) => {
      const host = template.replace('PORT', String(rig.host.port))
      expect((await rig.ask({ path: '/', headers: { host } })).status).toBe(421)
      expect(await dial(rig.host.port!, { host, origin: `http://${host}` })).toEqual({
        status: 421,
      })
    })
    test.each(['127.0.0.1', 'localhost', '[::1]'])('%s is its name', async (name) => {
      const host = `${name}:${rig.host.port}`
      expect((await rig.ask({ path: '/', headers: { host } })).status).toBe(200)
      expect(await dial(rig.host.port!, { host, origin: `http://${host}` })).toHaveProperty('line')
      expect(
        await dial(rig.host.port!, { host, origin: `http://127.0.0.2:${rig.host.port}` }),
      ).toEqual({ status: 403 })
    })
    test.each(['GET / HTTP/1.1\r\nHost:\r\n\r\n', 'GET / HTTP/1.0\r\n\r\n'])(
      'a request with no Host at all gets 421: %j',
      async (text) => {
        const socket = connect(rig.host.port!, '127.0.0.1', () => socket.end(text))
        const answer = await new Promise((settle) =>
          socket.once('data', (data) => settle(String(data))),
        )
        expect(answer).toMatch(/^HTTP\/1\.1 421 /)
      },
    )
    test('an address that names another server is no file', async () => {
      expect((await rig.ask({ path: 'http://evil.example/' })).status).toBe(404)
    })
  })

  describe('speaks to its own page only', () => {
    const FOREIGN = [
      'https://evil.example',
      'null',
      'http://127.0.0.1',
      'http://127.0.0.1:1',
      'http://localhost:PORT',
      'https://127.0.0.1:PORT',
      'http://127.0.0.1:PORT/',
      'http://127.0.0.1:PORT.evil.example',
      'file://',
      'app://console',
      '',
    ]
    test.each(FOREIGN)('a WebSocket from %j is refused', async (template) => {
      const origin = template.replace('PORT', String(rig.host.port))
      expect(await dial(rig.host.port!, { origin })).toEqual({ status: 403 })
      expect(rig.probe.bridge.sessions()).toBe(0)
    })
    test('a WebSocket without an Origin is refused', async () => {
      expect(await dial(rig.host.port!, {})).toEqual({ status: 403 })
    })
    test.each(FOREIGN)(
      'a ticket from a page of %j is not taken, and stays good',
      async (template) => {
        const ticket = ticketOf(rig.host.url())
        const origin = template.replace('PORT', String(rig.host.port))
        const body = JSON.stringify({ ticket })
        const { status } = await rig.ask({
          method: 'POST',
          path: '/session',
          headers: { origin, 'content-type': 'application/json' },
          body,
        })
        expect(status).toBe(403)
        expect((await redeem(rig, ticket)).status).toBe(200)
      },
    )
    test('a ticket without an Origin is not taken', async () => {
      const body = JSON.stringify({ ticket: ticketOf(rig.host.url()) })
      const headers = { 'content-type': 'application/json' }
      expect((await rig.ask({ method: 'POST', path: '/session', headers, body })).status).toBe(403)
    })
    test('a page on another port of this machine can read nothing and speak to nothing', async () => {
      const headers = {
        'sec-fetch-site': 'same-site',
        'sec-fetch-mode': 'cors',
        'sec-fetch-dest': 'empty',
      }
      expect((await rig.ask({ path: '/', headers })).status).toBe(403)
      const own = { ...headers, origin: rig.host.origin, 'content-type': 'application/json' }
      expect(
        (await rig.ask({ method: 'POST', path: '/session', headers: own, body: '{}' })).status,
      ).toBe(403)
      expect(await dial(rig.host.port!, { ...headers, origin: rig.host.origin })).toEqual({
        status: 403,
      })
      const scripts = {
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'no-cors',
        'sec-fetch-dest': 'script',
      }
      expect((await rig.ask({ path: '/assets/index-DiwrgTda.js', headers: scripts })).status).toBe(
        403,
      )
      const frame = {
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'iframe',
      }
      expect((await rig.ask({ path: '/', headers: frame })).status).toBe(403)
      expect((await rig.ask({ path: '/', headers: { origin: 'http://127.0.0.1:1' } })).status).toBe(
        403,
      )
    })
    test('a link from elsewhere opens it as a whole page', async () => {
      const headers = {
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document',
      }
      expect((await rig.ask({ path: '/', headers })).status).toBe(200)
    })
    test('there is nothing to ask permission for', async () => {
      const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
      expect((await rig.ask({ method: 'OPTIONS', path: '/session', headers })).status).toBe(403)
      const { status, headers: given } = await rig.ask({
        method: 'OPTIONS',
        path: '/session',
        headers: { origin: rig.host.origin },
      })
      expect(status).toBe(404)
      expect(Object.keys(given).filter((name) => name.startsWith('access-control'))).toEqual([])
    })
    test.each(['PUT', 'DELETE', 'PATCH', 'POST', 'TRACE'])('%s does nothing', async (method) => {
      const { status } = await rig.ask({ method, path: '/', headers: { origin: rig.host.origin } })
      expect(status).toBe(405)
    })
    test('a WebSocket leads to the bridge and nowhere else', async () => {
      for (const path of ['/', '/bridge/', '/bridge?token=1', '/session']) {
        expect(await dial(rig.host.port!, { origin: rig.host.origin }, path)).toEqual({
          status: 404,
        })
      }
    })
  })

  describe('takes a ticket', () => {
    test('once', async () => {
      const ticket = ticketOf(rig.host.url())
      expect((await redeem(rig, ticket)).status).toBe(200)
      const again = await redeem(rig, ticket)
      expect(again.status).toBe(403)
      expect(JSON.parse(again.text)).toMatchObject({
        code: 'expired',
        message: expect.stringContaining('quarterdeck open') as string,
      })
    })
    test('for two minutes', async () => {
      const ticket = ticketOf(rig.host.url())
      const late = ticketOf(rig.host.url())
      rig.pass(TICKET_MS)
      expect((await redeem(rig, ticket)).status).toBe(200)
      rig.pass(1)
      expect((await redeem(rig, late)).status).toBe(403)
    })
    test('of 256 bits, each another, in the fragment that no server sees', () => {
      const urls = [rig.host.url(), rig.host.url()]
      for (const url of urls) {
        expect(Buffer.from(ticketOf(url), 'base64url')).toHaveLength(32)
        expect(new URL(url).search).toBe('')
      }
      expect(urls[0]).not.toBe(urls[1])
    })
    test.each([
      ['no JSON', 'application/json', '{'],
      ['a list', 'application/json', '[]'],
      ['null', 'application/json', 'null'],
      ['a number', 'application/json', '{"ticket":1}'],
      ['a form, which any page could send', 'application/x-www-form-urlencoded', 'ticket=x'],
      ['plain text, which any page could send', 'text/plain', '{"ticket":"x"}'],
      ['too much', 'application/json', JSON.stringify({ ticket: 'x'.repeat(5000) })],
    ])('not as %s', async (_, type, body) => {
      const headers = { origin: rig.host.origin, 'content-type': type }
      expect((await rig.ask({ method: 'POST', path: '/session', headers, body })).status).toBe(400)
    })
    test('not for a minute after ten wrong ones; windows that are open go on', async () => {
      const token = await newToken(rig)
      for (let n = 0; n < MAX_FAILURES; n += 1)
        expect((await redeem(rig, 'wrong')).status).toBe(403)
      const good = ticketOf(rig.host.url())
      expect((await redeem(rig, good)).status).toBe(429)
      expect(rig.probe.logged.some((line) => line.includes('ten wrong keys'))).toBe(true)
      const line = await greet(token)
      await vi.waitFor(() => expect(line.of('welcome')).toHaveLength(1))
      rig.pass(LOCK_MS)
      expect((await redeem(rig, good)).status).toBe(200)
    })
  })

  describe('opens a session', () => {
    test.each([undefined, '', 'wrong', 'x'.repeat(200)])('not for the token %j', async (token) => {
      expect(await (await greet(token)).closed).toBe(CLOSE.notAdmitted)
    })
    test('not for a ticket in place of a token', async () => {
      expect(await (await greet(ticketOf(rig.host.url()))).closed).toBe(CLOSE.notAdmitted)
    })
    test('not when the token is in the address', async () => {
      const token = await newToken(rig)
      expect(
        await dial(rig.host.port!, { origin: rig.host.origin }, `/bridge?token=${token}`),
      ).toEqual({ status: 404 })
    })
    test('again and again while the token lives', async () => {
      const token = await newToken(rig)
      for (let n = 0; n < 3; n += 1) {
        const line = await greet(token)
        await vi.waitFor(() => expect(line.of('welcome')).toHaveLength(1))
        line.hangUp()
      }
    })
    test('until nobody used it for eight hours', async () => {
      const token = await newToken(rig)
      const line = await greet(token)
      rig.pass(IDLE_MS)
      line.say({ t: 'call', id: 1, name: 'probe.echo', input: { text: 'still here' } })
      await line.answerTo(1)
      rig.pass(IDLE_MS)
      line.say({ t: 'call', id: 2, name: 'probe.echo', input: { text: 'still here' } })
      await line.answerTo(2)
      rig.pass(IDLE_MS + 1)
      line.say({ t: 'call', id: 3, name: 'probe.echo', input: { text: 'too late' } })
      expect(await line.closed).toBe(CLOSE.notAdmitted)
      expect(await (await greet(token)).closed).toBe(CLOSE.notAdmitted)
      expect(rig.probe.seen.reached).toEqual(['echo', 'echo'])
    })
    test('for a day at most, however busy', async () => {
      const token = await newToken(rig)
      const line = await greet(token)
      for (let hour = 0, id = 1; hour < LONGEST_MS; hour += IDLE_MS, id += 1) {
        rig.pass(IDLE_MS)
        line.say({ t: 'call', id, name: 'probe.echo', input: { text: 'busy' } })
        await line.answerTo(id)
      }
      rig.pass(1)
      line.say({ t: 'call', id: 9, name: 'probe.echo', input: { text: 'too late' } })
      expect(await line.closed).toBe(CLOSE.notAdmitted)
    })
    test('until all keys are taken back', async () => {
      const token = await newToken(rig)
      const ticket = ticketOf(rig.host.url())
      const line = await greet(token)
      await vi.waitFor(() => expect(line.of('welcome')).toHaveLength(1))
      rig.host.revokeAll()
      expect(await line.closed).toBe(CLOSE.notAdmitted)
      expect(await (await greet(token)).closed).toBe(CLOSE.notAdmitted)
      expect((await redeem(rig, ticket)).status).toBe(403)
    })
    test('only for a page that greets in time', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout'] })
      try {
        const dialled = await dial(rig.host.port!, { origin: rig.host.origin })
        await vi.waitFor(() => expect(rig.probe.bridge.sessions()).toBe(1))
        vi.advanceTimersByTime(HELLO_MS)
        expect('line' in dialled && (await dialled.line.closed)).toBe(CLOSE.notAdmitted)
      } finally {
        vi.useRealTimers()
      }
    })
    test('without compression, whatever the page offers', async () => {
      const dialled = await dial(rig.host.port!, { origin: rig.host.origin })
      expect('socket' in dialled && dialled.socket.extensions).toBe('')
    })
    test('and counts a binary frame as one that fits nothing', async () => {
      const dialled = await dial(rig.host.port!, { origin: rig.host.origin })
      if ('status' in dialled) throw new Error('refused')
      dialled.socket.send(Buffer.from(JSON.stringify({ t: 'hello', token: await newToken(rig) })))
      expect(await dialled.line.closed).toBe(CLOSE.notAdmitted)
    })
    test('for no more windows than it can look after', async () => {
      const dialled = await Promise.all(
        Array.from({ length: 40 }, () => dial(rig.host.port!, { origin: rig.host.origin })),
      )
      expect(dialled.filter((each) => 'status' in each && each.status === 503)).toHaveLength(8)
    })
  })
})

function isReached(address: string, port: number): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect({ host: address, port, timeout: 1000 }, () => {
      socket.destroy()
      settle(true)
    })
    for (const sign of ['error', 'timeout']) {
      socket.on(sign, () => {
        socket.destroy()
        settle(false)
      })
    }
  })
}

describe('where the browser host listens', () => {
  const probe = createProbe()
  const needs = {
    bridge: probe.bridge,
    log: probe.log,
    clock: { now: () => 0 },
    assetsFolder: tmpdir(),
  }

  test('127.0.0.1 and nowhere else', async () => {
    const host = await createBrowserHost(needs)
    const others = Object.values(networkInterfaces()).flatMap((addresses) =>
      (addresses ?? []).map(({ address }) => address),
    )
    const answers = await Promise.all(
      ['127.0.0.1', '127.0.0.2', '::1', ...others].map(
        async (address) => [address, await isReached(address, host.port!)] as const,
      ),
    )
    expect(answers.filter(([, reached]) => reached).map(([address]) => address)).toEqual(
      answers.map(([address]) => address).filter((address) => address === '127.0.0.1'),
    )
    await host.close()
  })
  test('a taken port is said in one sentence', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((ready) => other.once('listening', ready))
    const { port } = other.address() as AddressInfo
    await expect(createBrowserHost({ ...needs, port })).rejects.toMatchObject({
      code: 'conflict',
      message: `Port ${port} is in use. Choose another with --port, or 0 for any.`,
    })
    await new Promise((closed) => other.close(closed))
  })
  test('a port that browsers refuse is refused here', async () => {
    await expect(createBrowserHost({ ...needs, port: 6667 })).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })
  test.each([
    'http://0.0.0.0:8787',
    'http://jump.example:8787',
    'ftp://127.0.0.1',
    'http://127.0.0.1:8787/path',
    'http://user@127.0.0.1:8787',
    'http://127.0.0.1:8787#t=1',
    'localhost:8787',
    '',
  ])('the public origin %j is refused', (origin) => {
    expect(() => createAddress(undefined, origin)).toThrow('--public-origin takes')
  })
  test('behind ssh -L, the names of the far end are its names', async () => {
    const rig = await startRig({ publicOrigin: 'http://localhost:8787' })
    expect(rig.host.url()).toMatch(/^http:\/\/localhost:8787\/#t=/)
    const host = '127.0.0.1:8787'
    expect((await rig.ask({ path: '/', headers: { host } })).status).toBe(200)
    expect(await dial(rig.host.port!, { host, origin: `http://${host}` })).toHaveProperty('line')
    expect(await dial(rig.host.port!, { host, origin: rig.host.origin })).toEqual({ status: 403 })
    await rig.close()
  })

  describe.skipIf(process.platform === 'win32')('on a Unix socket', () => {
    const folder = mkdtempSync(join(tmpdir(), 'qd-socket-'))
    afterEach(() => rmSync(folder, { recursive: true, force: true }))

    test('only its owner can open it, and it is gone afterwards', async () => {
      const socketPath = join(folder, 'run', 'console.sock')
      const rig = await startRig({ socket: socketPath })
      expect(statSync(socketPath).mode & 0o777).toBe(0o600)
      expect(statSync(join(folder, 'run')).mode & 0o777).toBe(0o700)
      expect(rig.host.port).toBeUndefined()
      expect(rig.host.url()).toMatch(/^http:\/\/127\.0\.0\.1:8787\/#t=/)
      const headers = { host: '127.0.0.1:8787' }
      expect((await rig.ask({ socketPath, path: '/', headers })).status).toBe(200)
      expect(
        (await rig.ask({ socketPath, path: '/', headers: { host: 'localhost' } })).status,
      ).toBe(421)
      await expect(createBrowserHost({ ...needs, socket: socketPath })).rejects.toMatchObject({
        code: 'conflict',
      })
      await rig.close()
      expect(statSync(socketPath, { throwIfNoEntry: false })).toBeUndefined()
    })
    test('a folder where others may write is refused', async () => {
      await expect(
        createBrowserHost({ ...needs, socket: '/tmp/qd-open-to-all.sock' }),
      ).rejects.toMatchObject({ code: 'invalid_input' })
    })
  })
})
