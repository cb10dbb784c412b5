import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Refusal } from '#contract'

/** Where the interface may be asked for: each `Host` that is ours, with the one `Origin` that belongs to it. */
export interface Address {
  /** What is printed and opened. */
  readonly origin: string
  readonly originOf: ReadonlyMap<string, string>
}

/** Why a request is not answered. */
export interface Objection {
  readonly status: 403 | 421
  readonly message: string
}

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]']

/**
 * `publicOrigin` is how a browser reaches us through `ssh -L`. Refused with `invalid_input` unless it is an origin with
 * a loopback name, or with TLS.
 */
export function createAddress(port: number | undefined, publicOrigin: string | undefined): Address {
  const origin = publicOrigin === undefined ? undefined : parseOrigin(publicOrigin)
  const own =
    port === undefined ? [] : LOOPBACK_NAMES.map((name) => withOrigin('http:', `${name}:${port}`))
  const alias = origin ? aliasesOf(origin) : []
  return {
    origin: origin?.origin ?? `http://127.0.0.1:${port}`,
    originOf: new Map([...own, ...alias]),
  }
}

function withOrigin(protocol: string, host: string): [string, string] {
  return [host, `${protocol}//${host}`]
}

function aliasesOf({ protocol, host, hostname, port }: URL): [string, string][] {
  const names = LOOPBACK_NAMES.includes(hostname)
    ? LOOPBACK_NAMES.map((name) => (port === '' ? name : `${name}:${port}`))
    : [host]
  return names.map((name) => withOrigin(protocol, name))
}

function parseOrigin(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  // An origin and nothing after it: what is left over from a longer address would be silently ignored.
  const isOrigin = url !== undefined && [url.origin, `${url.origin}/`].includes(text)
  if (isOrigin && isSafe(url)) return url
  throw new Refusal(
    'invalid_input',
    '--public-origin takes the address of your end of `ssh -L`, such as http://127.0.0.1:8787, and nothing after it.',
  )
}

function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK_NAMES.includes(hostname))
}

/**
 * May this request be answered at all? A foreign `Host` is a rebound name; a foreign or missing `Origin` is another page
 * or no page. `Sec-Fetch-Site` is a second lock where the browser sends it: other ports of this machine are other sites.
 */
export function findObjection(
  { headers, method }: IncomingMessage,
  address: Address,
  isUpgrade = false,
): Objection | undefined {
  const origin = address.originOf.get(headers.host?.toLowerCase() ?? '')
  if (origin === undefined) {
    return {
      status: 421,
      message: `Quarterdeck does not answer to this name. Open ${address.origin} instead.`,
    }
  }
  const isRead = !isUpgrade && (method === 'GET' || method === 'HEAD')
  const isOurs = isOurOrigin(headers.origin, origin, isRead) && isOurSite(headers, isRead)
  return isOurs ? undefined : { status: 403, message: 'Another page may not speak to Quarterdeck.' }
}

/** Browsers send no `Origin` when they only read; whatever else has none is not a page of ours. */
function isOurOrigin(sent: string | undefined, ours: string, isRead: boolean): boolean {
  return sent === ours || (sent === undefined && isRead)
}

function isOurSite(headers: IncomingHttpHeaders, isRead: boolean): boolean {
  const site = headers['sec-fetch-site']
  if (site === undefined || site === 'same-origin') return true
  // A link, or the file that opens the browser, leads here from elsewhere. As the whole page it holds no secret.
  const isVisit =
    headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  return isRead && (site === 'none' || isVisit)
}
