import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { RefusalCode } from '#contract'
import type { Assets } from '#hosts/assets'
import { securityHeaders } from '#hosts/headers'
import type { Log } from '#platform/log'
import { type Address, findObjection } from './address'
import type { Keys } from './keys'

/** Bytes that a ticket can take on its way here. */
const MAX_BODY = 1024
const MAX_CONNECTIONS = 128

interface Needs {
  address: () => Address
  assets: Assets
  keys: Keys
  log: Log
}

/** Gives out the files of the interface, and a session's token for a ticket. Nothing else, to nobody else. */
export function createWebServer({ address, assets, keys, log }: Needs): Server {
  const server = createServer(
    {
      maxHeaderSize: 8192,
      headersTimeout: 10_000,
      requestTimeout: 10_000,
      keepAliveTimeout: 5_000,
    },
    (request, response) => {
      answer(request, response).catch((error: unknown) => {
        log.error({ err: error }, 'an answer of the web server failed')
        if (response.headersSent) response.destroy()
        else reply(response, 500, plain('Something went wrong inside Quarterdeck. The log has it.'))
      })
    },
  )
  server.maxConnections = MAX_CONNECTIONS
  return server

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(securityHeaders(socketsOf(request, address())))) {
      response.setHeader(name, value)
    }
    const objection = findObjection(request, address())
    if (objection) return reply(response, objection.status, plain(objection.message))
    const { method, url = '' } = request
    const pathname = url.replace(/[?#].*$/s, '')
    if (method === 'GET' || method === 'HEAD') return give(pathname, response)
    if (method === 'POST' && pathname === '/session') return takeTicket(request, response)
    if (method === 'OPTIONS') return reply(response, 404, NOTHING_HERE)
    response.setHeader('Allow', 'GET, HEAD')
    reply(response, 405, plain('Only reading is possible here.'))
  }

  async function give(pathname: string, response: ServerResponse): Promise<void> {
    const asset = await assets.find(pathname)
    if (!asset) return reply(response, 404, NOTHING_HERE)
    response.setHeader('Cache-Control', asset.cacheControl)
    reply(response, 200, asset)
  }

  async function takeTicket(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request)
    const ticket = body === undefined ? undefined : ticketIn(body)
    if (ticket === undefined) return refuse(response, 400, 'invalid_input', 'This is no ticket.')
    const redeemed = keys.redeem(ticket)
    switch (redeemed.kind) {
      case 'token':
        return reply(response, 200, json({ token: redeemed.token }))
      case 'unknown':
        return refuse(response, 403, 'expired', TICKET_IS_OVER)
      case 'locked':
        return refuse(response, 429, 'too_much', TOO_MANY_TRIES)
    }
  }
}

interface Body {
  readonly type: string
  readonly body: string | Buffer
}

function reply(response: ServerResponse, status: number, { type, body }: Body): void {
  if (!response.hasHeader('Cache-Control')) response.setHeader('Cache-Control', 'no-store')
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

function refuse(
  response: ServerResponse,
  status: number,
  code: RefusalCode,
  message: string,
): void {
  reply(response, status, json({ code, message }))
}

function plain(body: string): Body {
  return { type: 'text/plain; charset=utf-8', body: `${body}\n` }
}

function json(value: object): Body {
  return { type: 'application/json; charset=utf-8', body: JSON.stringify(value) }
}

/** The socket of the page's own origin: not every browser counts it as `'self'`. */
function socketsOf({ headers }: IncomingMessage, { originOf }: Address): string[] {
  const origin = originOf.get(headers.host?.toLowerCase() ?? '')
  return origin === undefined ? [] : [origin.replace(/^http/, 'ws')]
}

/** Undefined when it is too long or not JSON by its own word. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  if (request.headers['content-type'] !== 'application/json') return undefined
  let body = ''
  request.setEncoding('utf8')
  for await (const part of request) {
    body += String(part)
    if (body.length > MAX_BODY) return undefined
  }
  return body
}

function ticketIn(body: string): string | undefined {
  try {
    const { ticket } = JSON.parse(body) as { ticket?: unknown }
    return typeof ticket === 'string' && ticket !== '' ? ticket : undefined
  } catch {
    return undefined // the same answer as for any other text
  }
}

const NOTHING_HERE = plain('There is nothing here.')
const TICKET_IS_OVER =
  'This address was used already or is older than two minutes. Run `quarterdeck open` where Quarterdeck runs, or look at its terminal, for a new one.'
const TOO_MANY_TRIES =
  'Too many wrong keys were tried. Wait a minute, then run `quarterdeck open` for a new address.'
