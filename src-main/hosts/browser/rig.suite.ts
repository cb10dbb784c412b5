import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request, type RequestOptions } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { createProbe, type Probe } from '#bridge/probe.suite'
import type { RawLine } from '#bridge/transport.suite'
import type { Clock } from '#platform/clock'
import { type BrowserHost, createBrowserHost } from './browser-host'

/** A folder as a build leaves it, and around it what nobody may read. */
export function createAssetsFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'qd-assets-'))
  const root = join(folder, 'renderer')
  mkdirSync(join(root, 'assets'), { recursive: true })
  mkdirSync(join(folder, 'renderer-old'))
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>Quarterdeck</title>')
  writeFileSync(join(root, 'assets', 'index-DiwrgTda.js'), 'export {}')
  writeFileSync(join(root, 'assets', 'plain.css'), 'a{}')
  writeFileSync(join(root, '.env'), 'SECRET')
  writeFileSync(join(root, 'notes.txt'), 'SECRET')
  writeFileSync(join(folder, 'secret.json'), '"SECRET"')
  writeFileSync(join(folder, 'renderer-old', 'secret.json'), '"SECRET"')
  symlinkSync(join(folder, 'secret.json'), join(root, 'link.json'))
  symlinkSync(folder, join(root, 'up'))
  return { folder, root, remove: () => rmSync(folder, { recursive: true }) }
}

/** A browser host over a probe, with a clock in the hand. */
export async function startRig(
  options: { publicOrigin?: string; socket?: string } = {},
  probe: Probe = createProbe(),
) {
  const assets = createAssetsFolder()
  let now = 1_800_000_000_000
  const clock: Clock = { now: () => now }
  const host = await createBrowserHost({
    bridge: probe.bridge,
    log: probe.log,
    clock,
    assetsFolder: assets.root,
    ...options,
  })
  return {
    host,
    probe,
    pass: (ms: number) => {
      now += ms
    },
    ask: (what: RequestOptions & { body?: string }) => ask(host, what),
    async close() {
      probe.bridge.close()
      await host.close()
      assets.remove()
    },
  }
}
export type BrowserRig = Awaited<ReturnType<typeof startRig>>

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

function ask(
  host: BrowserHost,
  { body, ...options }: RequestOptions & { body?: string },
): Promise<Answer> {
  return new Promise((settle, fail) => {
    const where = options.socketPath ? {} : { host: '127.0.0.1', port: host.port }
    const sent = request({ agent: false, ...where, ...options }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () =>
        settle({ status: response.statusCode!, headers: response.headers, text }),
      )
    })
    sent.on('error', fail)
    sent.end(body)
  })
}

/** What a page of ours does with the address it was opened by. */
export async function redeem(rig: BrowserRig, ticket = ticketOf(rig.host.url())): Promise<Answer> {
  return rig.ask({
    method: 'POST',
    path: '/session',
    headers: { Origin: rig.host.origin, 'Content-Type': 'application/json' },
    body: JSON.stringify({ ticket }),
  })
}

export function ticketOf(url: string): string {
  return new URL(url).hash.replace('#t=', '')
}

export async function newToken(rig: BrowserRig): Promise<string> {
  const { token } = JSON.parse((await redeem(rig)).text) as { token: string }
  return token
}

/** An open WebSocket, or the status with which it was refused. */
export function dial(
  port: number,
  headers: Record<string, string>,
  path = '/bridge',
): Promise<{ line: RawLine; socket: WebSocket } | { status: number }> {
  return new Promise((settle, fail) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, {
      headers,
      perMessageDeflate: true,
    })
    const closed = new Promise<number>((done) => socket.on('close', done))
    socket.on('unexpected-response', (_, response) => {
      settle({ status: response.statusCode! })
      response.destroy()
    })
    socket.on('error', fail)
    socket.on('open', () =>
      settle({
        socket,
        line: {
          send: (text) => socket.send(text),
          onFrame: (listener) =>
            void socket.on('message', (data) => listener((data as Buffer).toString())),
          closed,
          hangUp: () => socket.terminate(),
        },
      }),
    )
  })
}
