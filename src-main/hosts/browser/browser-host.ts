import { rmSync } from 'node:fs'
import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { Bridge } from '#bridge/serve'
import type { Transport } from '#bridge/transport'
import { CLOSE, MAX_FRAME } from '#contract/frames'
import { createAssets } from '#hosts/assets'
import { listenOnPort, listenOnSocket } from '#hosts/listen'
import type { Clock } from '#platform/clock'
import type { Log } from '#platform/log'
import { type Address, createAddress, findObjection } from './address'
import { createKeys, type Keys } from './keys'
import { createSocketTransport } from './socket-transport'
import { createWebServer } from './web-server'

/** With a Unix socket, the browser's end of `ssh -L` unless another one is given. */
const USUAL_PUBLIC_ORIGIN = 'http://127.0.0.1:8787'
/** A UTF-16 unit takes up to three bytes of UTF-8. The session counts the units. */
const MAX_PAYLOAD = 3 * MAX_FRAME
const MAX_SOCKETS = 32
const SWEEP_MS = 30_000

/** The interface on loopback, for whoever has a ticket. */
export interface BrowserHost {
  /** A fresh address that opens the interface once, within two minutes. */
  url(): string
  /** Undefined on a Unix socket. */
  readonly port: number | undefined
  readonly origin: string
  /** Ends every session and forgets every ticket. */
  revokeAll(): void
  close(): Promise<void>
}

interface Needs {
  bridge: Bridge
  log: Log
  clock: Clock
  /** The built interface. */
  assetsFolder: string
  /** Default 0: any. */
  port?: number
  /** A Unix socket instead of a port. */
  socket?: string | undefined
  publicOrigin?: string | undefined
}

/** Refused with `conflict` when the port or socket is in use, with `invalid_input` when it is no good. */
export async function createBrowserHost(needs: Needs): Promise<BrowserHost> {
  const { log, clock, socket } = needs
  const onLock = () =>
    log.warn('ten wrong keys were tried on the interface: no ticket is taken for a minute')
  const keys = createKeys({ clock, onLock })
  let address = createAddress(undefined, needs.publicOrigin ?? USUAL_PUBLIC_ORIGIN)
  const server = createWebServer({
    address: () => address,
    assets: createAssets(needs.assetsFolder),
    keys,
    log,
  })
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_PAYLOAD,
    perMessageDeflate: false,
  })
  server.on('upgrade', (request, stream, head) => {
    const no =
      refuseUpgrade(request, address) ?? (sockets.clients.size >= MAX_SOCKETS ? 503 : undefined)
    if (no) return hangUp(stream, no)
    sockets.handleUpgrade(request, stream, head, (line) =>
      openLine(needs, keys, createSocketTransport(line, log)),
    )
  })
  let port: number | undefined
  if (socket === undefined) {
    port = await listenOnPort(server, needs.port ?? 0)
    address = createAddress(port, needs.publicOrigin)
  } else {
    await listenOnSocket(server, socket)
  }
  const sweep = setInterval(() => keys.sweep(), SWEEP_MS)
  sweep.unref()
  return {
    url: () => `${address.origin}/#t=${keys.newTicket()}`,
    port,
    origin: address.origin,
    revokeAll: () => keys.revokeAll(),
    async close() {
      clearInterval(sweep)
      const closed = new Promise((settle) => server.close(settle))
      for (const line of sockets.clients) line.terminate()
      server.closeAllConnections()
      await closed
      if (socket !== undefined) rmSync(socket, { force: true })
    },
  }
}

function openLine({ bridge }: Needs, keys: Keys, transport: Transport): void {
  bridge.open(transport, {
    admit(token) {
      const key = keys.show(token)
      if (key)
        transport.onClose(
          key.onEnd(() => transport.close(CLOSE.notAdmitted, 'the key of this window has ended')),
        )
      return key
    },
  })
}

function refuseUpgrade(request: IncomingMessage, address: Address): number | undefined {
  if (request.method !== 'GET' || request.url !== '/bridge') return 404
  return findObjection(request, address, true)?.status
}

function hangUp(stream: Duplex, status: number): void {
  stream.on('error', () => stream.destroy()) // it may be gone already
  stream.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  )
}
