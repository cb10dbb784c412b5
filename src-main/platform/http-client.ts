import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type Socket } from 'node:net'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import { explainTls, type Trust, tlsOptions } from './trust'

export interface HttpRequest {
  /** `http:` or `https:` only. A user name and a password in it are not sent: say so in a header. */
  readonly url: URL
  /** Default: GET. */
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Until the connection, TLS included, is there. Default: 10 s. */
  readonly connectMs?: number
  /** Until the answer is whole. Default: 30 s. */
  readonly totalMs?: number
  /** Largest answer, as it comes and unpacked. Default: 5 MiB. */
  readonly mostBytes?: number
  /** A larger answer is cut there instead of failing. Default: false. */
  readonly cut?: boolean
  /** Default: this machine's authorities, and no client certificate. */
  readonly trust?: Trust
  readonly signal?: AbortSignal
}

export interface HttpResponse {
  readonly status: number
  /** Lower-case names; those that come several times are joined with `, `. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** More came than was wanted, and the rest was left. */
  readonly isCut?: boolean
}

/** How far a request came that was not answered. */
export type HttpStage =
  | 'address' // it is no address we send to
  | 'name' // its host is not known
  | 'tcp' // nobody listens there, or nobody can be reached
  | 'tls' // the certificate is not trusted, or TLS is not spoken
  | 'answer' // connected, and then no whole answer, or none that is HTTP
  | 'size' // the answer is larger than it may be
  | 'redirect' // sent on to another host, which is not followed

export type HttpOutcome =
  | { readonly status: 'answered'; readonly response: HttpResponse }
  | { readonly status: 'failed'; readonly stage: HttpStage; readonly reason: string }
  | { readonly status: 'cancelled'; readonly stage: HttpStage }

/** What a request cost: bytes on the connection, with headers and TLS. */
export interface HttpTraffic {
  readonly bytesOut: number
  readonly bytesIn: number
  readonly durationMs: number
}
export type HttpExchange = HttpOutcome & HttpTraffic

const CONNECT_MS = 10_000
const TOTAL_MS = 30_000
const MOST_BYTES = 5 * 1024 * 1024

const failed = (stage: HttpStage, reason: string): HttpOutcome => ({
  status: 'failed',
  stage,
  reason,
})
const cancelled = (stage: HttpStage): HttpOutcome => ({ status: 'cancelled', stage })

/**
 * One request on a connection of its own, so that its bytes can be counted. Certificates are verified against the ones
 * Node and this machine trust, whatever the environment says. Redirects are not followed. Never throws for what happens
 * on the way; a header that cannot be sent is a failure at `address`.
 */
export async function exchange(request: HttpRequest): Promise<HttpExchange> {
  const began = performance.now()
  const progress: Progress = { stage: 'address', socket: undefined }
  const outcome = await attempt(request, progress)
  return {
    ...outcome,
    bytesOut: progress.socket?.bytesWritten ?? 0,
    bytesIn: progress.socket?.bytesRead ?? 0,
    durationMs: Math.round(performance.now() - began),
  }
}

/** How far it is by now. */
interface Progress {
  stage: HttpStage
  socket: Socket | undefined
}

async function attempt(request: HttpRequest, progress: Progress): Promise<HttpOutcome> {
  const { url, signal } = request
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return failed('address', `Only http and https are spoken, and not ${url.protocol}`)
  if (signal?.aborted) return cancelled('address')
  let outgoing: ClientRequest
  try {
    outgoing = start(request)
  } catch (error) {
    return failed('address', `The request cannot be sent: ${wordsOf(error)}.`)
  }
  follow(outgoing, url, progress)
  const watch = guard(outgoing, request, progress)
  try {
    return await answerOf(outgoing, request)
  } catch (error) {
    return watch.ended() ?? failed(progress.stage, explain(error, progress.stage, url))
  } finally {
    watch.stop()
    outgoing.destroy()
  }
}

/** Ends a request that takes too long or is taken back. */
function guard(outgoing: ClientRequest, request: HttpRequest, progress: Progress) {
  const { url, signal, connectMs = CONNECT_MS, totalMs = TOTAL_MS } = request
  let ended: HttpOutcome | undefined
  const end = (outcome: HttpOutcome) => {
    ended ??= outcome
    outgoing.destroy()
  }
  const slow = setTimeout(() => {
    if (progress.stage !== 'answer')
      end(failed(progress.stage, `No connection to ${url.host} within ${seconds(connectMs)}.`))
  }, connectMs)
  const late = setTimeout(
    () => end(failed(progress.stage, `${url.host} took longer than ${seconds(totalMs)}.`)),
    totalMs,
  )
  const takeBack = () => end(cancelled(progress.stage))
  signal?.addEventListener('abort', takeBack)
  return {
    ended: () => ended,
    stop() {
      clearTimeout(slow)
      clearTimeout(late)
      signal?.removeEventListener('abort', takeBack)
    },
  }
}

function start({ url, method = 'GET', headers = {}, body, trust }: HttpRequest): ClientRequest {
  const secure = url.protocol === 'https:'
  const outgoing = (secure ? httpsRequest : httpRequest)({
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    path: `${url.pathname}${url.search}`,
    method,
    agent: false, // a connection of its own
    headers: { 'accept-encoding': 'gzip, deflate, br', 'user-agent': 'Quarterdeck', ...headers },
    ...(secure && tlsOptions(trust ?? USUAL, url.hostname.replace(/^\[|\]$/g, ''))),
  })
  outgoing.end(body)
  return outgoing
}

const USUAL: Trust = { mode: 'verify', ca: null }

function follow(outgoing: ClientRequest, url: URL, progress: Progress): void {
  const secure = url.protocol === 'https:'
  progress.stage = isIP(url.hostname.replace(/^\[|\]$/g, '')) === 0 ? 'name' : 'tcp'
  outgoing.once('socket', (socket) => {
    progress.socket = socket
    socket.once('lookup', (error) => {
      if (!error) progress.stage = 'tcp'
    })
    socket.once('connect', () => (progress.stage = secure ? 'tls' : 'answer'))
    socket.once('secureConnect', () => (progress.stage = 'answer'))
  })
}

async function answerOf(outgoing: ClientRequest, request: HttpRequest): Promise<HttpOutcome> {
  const { url, mostBytes = MOST_BYTES, cut = false } = request
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve)
    outgoing.on('error', reject)
    outgoing.once('close', () => reject(new Error('the connection was closed')))
  })
  const tooLarge = failed('size', `${url.host} answered with more than ${megabytes(mostBytes)}.`)
  const parts: Buffer[] = []
  let size = 0
  for await (const part of incoming as AsyncIterable<Buffer>) {
    size += part.length
    if (size > mostBytes && !cut) return tooLarge
    parts.push(part)
    if (size > mostBytes) break
  }
  const headers = headersOf(incoming)
  try {
    const whole = await unpack(Buffer.concat(parts), headers['content-encoding'], mostBytes)
    const body = whole.subarray(0, mostBytes)
    const isCut = whole.length > mostBytes
    return { status: 'answered', response: { status: incoming.statusCode!, headers, body, isCut } }
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') return tooLarge
    throw error
  }
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
}

const UNPACK = new Map([
  ['gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
])

async function unpack(bytes: Buffer, encoding: string | undefined, most: number): Promise<Buffer> {
  const open = UNPACK.get(encoding ?? '')
  if (!open || bytes.length === 0) return bytes
  return open(bytes, { maxOutputLength: most })
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

function wordsOf(error: unknown): string {
  // Several addresses were tried: the first says enough.
  const first: unknown = error instanceof AggregateError ? (error.errors[0] ?? error) : error
  return first instanceof Error ? first.message : String(first)
}

function explain(error: unknown, stage: HttpStage, { host, hostname }: URL): string {
  const words = wordsOf(error)
  const short = codeOf(error) || words
  if (stage === 'name')
    return `The name ${hostname} is not known here (${short}). Check the address, the network and any VPN.`
  if (stage === 'tcp')
    return `${host} cannot be reached (${short}). Check the address and port, and that the service runs.`
  if (stage === 'tls')
    return `No secure connection to ${host}. ${explainTls(error as Error, hostname)}`
  return `${host} did not answer as HTTP does (${words}).`
}

const seconds = (ms: number) => `${ms / 1000} s`
const megabytes = (bytes: number) => `${Math.round((bytes / 1024 / 1024) * 10) / 10} MB`
