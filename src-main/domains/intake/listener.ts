import type { AddressInfo } from 'node:net'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { LARGEST_BODY_BYTES } from '#domains/sources'
import type { Log } from '#platform/log'
import { describeListener } from './openapi'

/** What a sender is told: a status and a JSON body, or text in its own format. */
export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>> | string
  readonly headers?: Readonly<Record<string, string>>
}

/** What the listener asks before and after it has read a body. */
export interface Desk {
  /** Undefined when the token is the source's and a body of this size may come; otherwise what to answer. */
  admit(source: string, token: string, sizeBytes: number): Answer | undefined
  /** Before its body is read: undefined when it may come, and `leave` has to follow; otherwise what to answer. */
  enter(source: string): Answer | undefined
  /** It was answered, or its sender went away. */
  leave(source: string): void
  accept(source: string, headers: Readonly<Record<string, string>>, body: Buffer): Promise<Answer>
  /** A body that was too large to be read. */
  tooLarge(source: string): Answer
  /** May senders ask first, as CloudEvents do? */
  hasHandshake(source: string): boolean
}

interface Route {
  Params: { source: string; token?: string }
}

/** Never kept and never logged: they let their bearer in. */
const SECRET_HEADERS = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'x-quarterdeck-token',
])

interface Order {
  /** 0 takes any free one. */
  readonly port: number
  readonly version: string
  readonly log: Log
}

/** Opens the port on loopback. Throws what the system says when it cannot. */
export async function openListener(desk: Desk, { port, version, log }: Order) {
  const { fastify } = await import('fastify') // a tenth of the start: the window goes first
  const server = fastify({
    bodyLimit: LARGEST_BODY_BYTES,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 500 },
  })
  keepBytes(server)
  addGuards(server)
  addRoutes(server, desk)
  server.get('/openapi.json', async () => describeListener(version))
  server.setNotFoundHandler((request, reply) => answer(reply, strangeRequest(request)))
  server.setErrorHandler<Error & { statusCode?: number; code?: string }>((error, request, reply) =>
    answer(reply, failed(error, request, desk, log)),
  )
  await server.listen({ host: '127.0.0.1', port })
  const { port: taken } = server.server.address() as AddressInfo
  return { port: taken, address: `http://127.0.0.1:${taken}`, close: () => server.close() }
}
export type Listener = Awaited<ReturnType<typeof openListener>>

/** Bodies stay bytes, whatever they say they are: a signature is made over bytes, and a dead letter shows them. */
function keepBytes(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _, next) => {
    // One that cannot be a media type at all says as much as none: the desk looks at the body then.
    if (!/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+ *(;|$)/.test(request.headers['content-type'] ?? 'a/a'))
      delete request.headers['content-type']
    next()
  })
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body))
}

/**
 * A web page in a browser on this machine can reach a loopback port. It cannot hide its `Origin`, and a name that was
 * rebound to 127.0.0.1 shows in `Host`; no sender of alerts sends either.
 */
function addGuards(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, next) => {
    if (request.headers.origin !== undefined)
      answer(reply, no(403, 'Requests from web pages are refused.'))
    else if (!isOurName(request.headers.host, request.socket.localPort))
      answer(reply, no(403, 'Send to 127.0.0.1 or localhost: other names are refused.'))
    else next() // a promise for each request would cost more than the request
  })
}

function isOurName(host: string | undefined, port: number | undefined): boolean {
  const given = (host ?? '').toLowerCase()
  return ['127.0.0.1', 'localhost', '[::1]'].some((name) => given === `${name}:${port}`)
}

function addRoutes(server: FastifyInstance, desk: Desk): void {
  const admit = (request: FastifyRequest<Route>, reply: FastifyReply, next: () => void) => {
    const sizeBytes = Number(request.headers['content-length'] ?? 0)
    const refusal = desk.admit(request.params.source, tokenOf(request), sizeBytes)
    if (refusal) answer(reply, refusal)
    else next()
  }
  // Counted from before the body is read: those that send slowly hold memory, too.
  const enter = (request: FastifyRequest<Route>, reply: FastifyReply, next: () => void) => {
    const { source } = request.params
    const refusal = desk.enter(source)
    if (refusal) {
      answer(reply, refusal)
      return
    }
    reply.raw.once('close', () => desk.leave(source))
    next()
  }
  for (const url of ['/hooks/:source', '/hooks/:source/:token']) {
    server.route<Route>({
      method: ['POST', 'PUT'],
      url,
      onRequest: [admit, enter],
      handler: async (request, reply) => {
        const body = request.body instanceof Buffer ? request.body : Buffer.alloc(0)
        return answer(reply, await desk.accept(request.params.source, toKeep(request), body))
      },
    })
    server.route<Route>({
      method: 'HEAD', // asked by senders that try an address before they use it
      url,
      onRequest: admit,
      handler: async (_, reply) => reply.code(200).send(),
    })
    server.route<Route>({
      method: 'OPTIONS',
      url,
      onRequest: admit,
      handler: async (request, reply) => answer(reply, handshake(request, desk)),
    })
  }
}

function tokenOf({ params, headers }: FastifyRequest<Route>): string {
  if (params.token !== undefined) return params.token
  const own = headers['x-quarterdeck-token']
  if (typeof own === 'string') return own
  return /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? ''
}

function toKeep({ headers }: FastifyRequest): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !SECRET_HEADERS.has(name))
  return Object.fromEntries(kept.map(([name, value]) => [name, [value].flat().join(', ')]))
}

/** https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md#4-abuse-protection */
function handshake({ params, headers }: FastifyRequest<Route>, desk: Desk): Answer {
  const asker = headers['webhook-request-origin']
  if (!desk.hasHandshake(params.source) || typeof asker !== 'string') return notAllowed()
  return {
    status: 200,
    body: {},
    headers: { 'webhook-allowed-origin': asker, 'webhook-allowed-rate': '*', allow: 'POST, PUT' },
  }
}

function no(status: number, message: string): Answer {
  return { status, body: { error: 'refused', message } }
}

function notAllowed(): Answer {
  return {
    ...no(405, 'Send a POST or a PUT. (Argo CD sends a GET when its template names no method.)'),
    headers: { allow: 'POST, PUT' },
  }
}

function strangeRequest({ url, method }: FastifyRequest): Answer {
  const isHook = /^\/hooks\/[^/]+(\/[^/]+)?$/.test(url.split('?')[0]!)
  if (isHook && method !== 'POST' && method !== 'PUT') return notAllowed()
  return no(404, 'There is nothing here. A source has the address /hooks/<name>/<token>.')
}

function failed(
  error: Error & { statusCode?: number; code?: string },
  request: FastifyRequest,
  desk: Desk,
  log: Log,
): Answer {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    const { source } = request.params as Route['Params']
    return desk.tooLarge(source)
  }
  const status = error.statusCode ?? 500
  if (status < 500) return no(status, 'The request could not be read.')
  log.error({ error }, 'a request to the listener failed')
  return { status: 503, body: { error: 'failed', message: 'This failed here. Send it again.' } }
}

function answer(reply: FastifyReply, { status, body, headers = {} }: Answer): FastifyReply {
  return reply.code(status).headers(headers).send(body)
}
