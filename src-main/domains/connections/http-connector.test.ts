import { createServer as createPlain, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createSecure } from 'node:https'
import type { Server } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RequestAction } from '#contract/actions'
import type { Connection } from '#contract/connections'
import type { Specifics } from '#contract/targets'
import { type Authority, makeAuthority } from './certificates.suite'
import { caller, openWorld, perform, type World } from './connector.suite'
import { freePort } from './peers.suite'
import { promiseSuite } from './promises.suite'
import { addSecret, lastStage } from './statements.suite'

type Web = Extract<Specifics, { kind: 'http' }>

interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

describe('a web service over TLS', () => {
  let authority: Authority
  const servers: Server[] = []
  beforeAll(() => {
    authority = makeAuthority()
  })
  afterAll(() => authority.remove())
  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })

  async function listen(server: Server): Promise<number> {
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    servers.push(server)
    return (server.address() as { port: number }).port
  }

  /** Answers what it was asked, and remembers it. */
  async function serve(more: RequestListener = () => {}, mutual = false) {
    const seen: Seen[] = []
    const { cert, key } = authority.issue(`server ${Math.random()}`, 'IP:127.0.0.1')
    const ask = mutual ? { requestCert: true, rejectUnauthorized: true, ca: authority.ca } : {}
    const server = createSecure({ cert, key, ...ask }, (request, response) => {
      void (async () => {
        let body = ''
        for await (const part of request as AsyncIterable<Buffer>) body += part.toString()
        const { method = '', url = '', headers } = request
        seen.push({ method, url, headers, body })
        more(request, response)
        if (response.headersSent || response.destroyed || url.startsWith('/hang')) return
        response.setHeader('content-type', 'application/json')
        response.end(
          JSON.stringify({ method, url, said: headers['x-say'] ?? null, items: [{ n: 5 }] }),
        )
      })()
    })
    const port = await listen(server)
    return { port, seen, server }
  }

  async function connect(world: World, port: number, change: Partial<Web> = {}, secret?: string) {
    const credentialId = secret === undefined ? null : await addSecret(world, 'token', secret)
    const specifics: Web = {
      kind: 'http',
      baseUrl: `https://127.0.0.1:${port}/api`,
      auth: secret === undefined ? 'none' : 'bearer',
      header: 'X-API-Key',
      allowedHosts: [],
      tls: { mode: 'verify', ca: authority.ca, clientCertificateId: null },
      ...change,
    }
    const name = `service ${Math.random().toString(36).slice(2)}`
    const rest = { host: null, port: 443, username: null, auth: 'password' as const, tags: [] }
    return world.connections.create(
      { name, kind: 'http', ...rest, credentialId, specifics },
      caller,
    )
  }

  promiseSuite('a web service, with a token', async () => {
    const world = await openWorld()
    const { cert, key } = authority.issue('steady', 'IP:127.0.0.1')
    const server = createSecure({ cert, key }, (request, response) => {
      if (request.url?.includes('hang')) return
      response.statusCode = request.url?.includes('fail') ? 404 : 200
      response.end(decodeURIComponent(request.url ?? ''))
    })
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const connection = await connect(world, port, {}, 'a-long-token')
    const on = (change: Partial<RequestAction>) => requestOn(world, connection, change)
    return {
      world,
      connection,
      stages: ['name', 'tcp', 'tls', 'auth', 'permission'],
      says: (text) => on({ url: `/${encodeURIComponent(text)}` }),
      fails: () => on({ url: '/fail' }),
      hangs: (change) => on({ url: '/hang', ...change }),
      async close() {
        await world.close()
        server.closeAllConnections()
        server.close()
      },
    }
  })

  describe('asked', () => {
    let world: World
    beforeEach(async () => {
      world = await openWorld()
    })
    afterEach(() => world.close())
    const ask = (connection: Connection, change: Partial<RequestAction> = {}) =>
      perform({ world, connection, close: world.close }, requestOn(world, connection, change))

    test('is shown the credential of its connection, each in its own way', async () => {
      const { port, seen } = await serve()
      const secret = 's3cret-t0ken'
      await ask(await connect(world, port, {}, secret))
      expect(seen[0]?.headers.authorization).toBe(`Bearer ${secret}`)
      await ask(await connect(world, port, { auth: 'api_key', header: 'X-Grafana-Key' }, secret))
      expect(seen[1]?.headers['x-grafana-key']).toBe(secret)
      const credentialId = await addSecret(world, 'password', secret)
      const { specifics } = await connect(world, port)
      const basic = { ...(specifics as Web), auth: 'basic' as const }
      const draft = {
        kind: 'http' as const,
        host: null,
        port: 443,
        auth: 'password' as const,
        tags: [],
      }
      await ask(
        await world.connections.create(
          { name: 'b', ...draft, username: 'ada', credentialId, specifics: basic },
          caller,
        ),
      )
      expect(seen[2]?.headers.authorization).toBe(
        `Basic ${Buffer.from(`ada:${secret}`).toString('base64')}`,
      )
    })

    test('never says the credential back, in whatever form', async () => {
      const { port } = await serve((request, response) => {
        response.end(`you said ${request.headers.authorization}`)
      })
      const { stdout } = await ask(await connect(world, port, {}, 's3cret-t0ken'))
      expect(stdout).toBe('HTTP 200 OK\nyou said Bearer •••••\n')
    })

    test('is sent JSON, a form or text as it was frozen', async () => {
      const { port, seen } = await serve()
      const connection = await connect(world, port)
      const send = (as: 'json' | 'form' | 'raw', text: string) =>
        ask(connection, { mode: 'change', method: 'POST', body: { as, text } })
      await send('json', '{"a":"\\" ü"}')
      await send('form', 'a=%26b')
      await send('raw', 'just text')
      expect(seen.map(({ headers, body }) => [headers['content-type'], body])).toEqual([
        ['application/json', '{"a":"\\" ü"}'],
        ['application/x-www-form-urlencoded', 'a=%26b'],
        ['text/plain; charset=utf-8', 'just text'],
      ])
    })

    test('has to answer as the step says', async () => {
      const { port } = await serve((request, response) => {
        if (request.url?.endsWith('/gone')) response.writeHead(404).end('none')
      })
      const connection = await connect(world, port)
      const gone = await ask(connection, { url: '/gone' })
      expect(gone.outcome).toEqual({
        status: 'failed',
        untouched: true,
        reason: 'The service answered 404, and 200 to 299 was expected.',
      })
      expect(gone.stdout).toBe('HTTP 404 Not Found\nnone\n')
      const ok = { status: [{ min: 404, max: 404 }] }
      expect((await ask(connection, { url: '/gone', ...ok })).outcome).toMatchObject({
        exitCode: 0,
      })
      expect((await ask(connection, json('$.items[0].n', '==', '5'))).outcome).toMatchObject({
        exitCode: 0,
      })
      expect((await ask(connection, json('$.items[0].n', '>', '5'))).outcome).toMatchObject({
        reason: 'The answer has 5 at $.items[0].n, and > 5 was expected.',
      })
      expect((await ask(connection, json('$.constructor', 'exists'))).outcome).toMatchObject({
        reason: 'The answer has nothing at $.constructor.',
      })
      const changed = await ask(connection, {
        ...json('$.no', 'exists'),
        mode: 'change',
        method: 'POST',
      })
      expect(changed.outcome).toMatchObject({ status: 'failed', untouched: false })
    })

    test('cannot send us to another host, nor get the credential there', async () => {
      const stranger = await serve()
      const { port } = await serve((request, response) => {
        const to = request.url?.endsWith('/here')
          ? '/api/there'
          : `https://127.0.0.1:${stranger.port}/x`
        if (!request.url?.endsWith('/there')) response.writeHead(302, { location: to }).end()
      })
      const connection = await connect(world, port, {}, 's3cret-t0ken')
      expect((await ask(connection, { url: '/away' })).outcome).toMatchObject({
        status: 'failed',
        reason: expect.stringContaining('not followed'),
      })
      expect(stranger.seen).toEqual([])
      expect((await ask(connection, { url: '/here' })).stdout).toContain('"url": "/api/there"')
      const posted = await ask(connection, { url: '/here', method: 'POST', mode: 'change' })
      expect(posted.outcome).toMatchObject({ reason: expect.stringContaining('answered 302') })
    })

    test('at another allowed host gets no credential', async () => {
      const other = await serve()
      const { port } = await serve()
      const connection = await connect(
        world,
        port,
        { allowedHosts: [`127.0.0.1:${other.port}`] },
        's3cret-t0ken',
      )
      // Another origin does not have the authority of the connection either.
      const { outcome } = await ask(connection, { url: `https://127.0.0.1:${other.port}/x` })
      expect(outcome).toMatchObject({
        status: 'not_started',
        reason: expect.stringContaining('authority'),
      })
      expect(other.seen).toEqual([])
      const plain: Seen[] = []
      const plainPort = await listen(
        createPlain(({ method = '', url = '', headers }, response) => {
          plain.push({ method, url, headers, body: '' })
          response.end('hello')
        }),
      )
      await ask(connection, { url: `http://127.0.0.1:${plainPort}/x` })
      expect(plain[0]?.headers.authorization).toBeUndefined()
    })

    test('is cut after its bytes, draws no colours, and shows no bytes that are no text', async () => {
      const { port } = await serve((request, response) => {
        if (request.url?.endsWith('/long')) response.end('x'.repeat(300_000))
        if (request.url?.endsWith('/red')) response.end('\u001B[31mred\u202E')
        if (request.url?.endsWith('/bytes')) response.end(Buffer.from([0, 1, 2]))
      })
      const connection = await connect(world, port)
      const { stdout } = await ask(connection, { url: '/long', mostBytes: 1_000 })
      expect(stdout).toBe(
        `HTTP 200 OK\n${'x'.repeat(1_000)}\n(cut after 1000 bytes; there is more)\n`,
      )
      expect((await ask(connection, { url: '/red' })).stdout).toContain('\\u{1b}[31mred\\u{202e}')
      expect((await ask(connection, { url: '/bytes' })).stdout).toContain(
        '(3 bytes that are no text)',
      )
    })

    test('proves itself and asks for a client certificate', async () => {
      const { port } = await serve(() => {}, true)
      const { cert, key } = authority.issue('client', '')
      const clientCertificateId = await addSecret(world, 'token', `${cert}\n${key}`)
      const tls = { mode: 'verify', ca: authority.ca, clientCertificateId } as const
      expect((await ask(await connect(world, port, { tls }))).outcome).toMatchObject({
        exitCode: 0,
      })
      const without = await ask(await connect(world, port))
      expect(without.outcome.status).not.toBe('exited')
    })

    test.each([
      ['GET', 'read', { status: 'failed', untouched: true }],
      ['POST', 'change', { status: 'lost' }],
    ] as const)(
      'and gone before the answer to %s leaves it so: %s',
      async (method, mode, expected) => {
        const { port } = await serve((request) => void request.socket.destroy())
        const { outcome } = await ask(await connect(world, port), { method, mode })
        expect(outcome).toMatchObject(expected)
      },
    )

    test('that cannot be reached is not started', async () => {
      const connection = await connect(world, await freePort())
      const { outcome } = await ask(connection, { method: 'POST', mode: 'change' })
      expect(outcome).toMatchObject({ status: 'not_started' })
    })

    test('and cancelled half way through a change leaves the outcome unknown', async () => {
      const { port } = await serve()
      const connection = await connect(world, port)
      const cancel = new AbortController()
      setTimeout(() => cancel.abort(), 500)
      const action = requestOn(world, connection, {
        url: `https://127.0.0.1:${port}/hang`,
        method: 'POST',
        mode: 'change',
      })
      const { outcome } = await perform({ world, connection, close: world.close }, action, cancel)
      expect(outcome).toEqual({ status: 'cancelled', stopped: false, untouched: false })
    })
  })

  describe('tested', () => {
    let world: World
    beforeEach(async () => {
      world = await openWorld()
    })
    afterEach(() => world.close())

    test.each([
      [401, 'auth', 'does not know this credential'],
      [403, 'permission', 'refuses it'],
      [503, 'permission', 'in trouble'],
    ] as const)('says what %i means', async (status, stage, words) => {
      const { port } = await serve((_, response) => void response.writeHead(status).end())
      const { id } = await connect(world, port, {}, 's3cret-t0ken')
      const detail = expect.stringContaining(words)
      expect(await lastStage(world, id)).toMatchObject({ stage, state: 'failed', detail })
    })

    test('says what is wrong with a certificate', async () => {
      const { port } = await serve()
      const tls = { mode: 'verify', ca: null, clientCertificateId: null } as const
      const { id } = await connect(world, port, { tls })
      const detail = expect.stringContaining('authority that this machine does not know')
      expect(await lastStage(world, id)).toMatchObject({ stage: 'tls', state: 'failed', detail })
    })

    test('is refused with a secret that would go in the clear', async () => {
      const connecting = connect(world, 1, { baseUrl: 'http://grafana.prod/api' }, 's3cret-t0ken')
      await expect(connecting).rejects.toMatchObject({ code: 'invalid_input' })
    })
  })
})

/** A request as a plan freezes it; a read unless it is said to be a change. */
function requestOn(
  world: World,
  connection: Connection,
  change: Partial<RequestAction> = {},
): RequestAction {
  const { baseUrl } = connection.specifics as Web
  const { url = '/state', ...rest } = change
  return {
    version: 1,
    type: 'request',
    target: world.connections.toTarget(connection),
    mode: 'read',
    method: 'GET',
    headers: [],
    body: null,
    values: [],
    status: [{ min: 200, max: 299 }],
    json: [],
    mostBytes: 64 * 1024,
    timeoutMs: 20_000,
    ...rest,
    url: url.startsWith('/') ? baseUrl + url : url,
  }
}

const json = (path: string, is: '==' | '>' | 'exists', value = '') => ({
  json: [{ path, is, value }],
})
