import { once } from 'node:events'
import { type RawData, WebSocket } from 'ws'
import type { Api, AppEvents } from '#contract'
import type { Downward, Upward } from '#contract/frames'

type News = <N extends keyof AppEvents>(name: N, payload: AppEvents[N]) => void

/** One window's session: the contract, callable, and what main tells by itself. */
export interface BridgeClient {
  readonly api: Api
  /** Hears all news; returns how to stop. */
  onNews(listener: News): () => void
  /** Resolves with the first piece of news of this name that `is` says yes to; from now on, or fails after 30 s. */
  next<N extends keyof AppEvents>(
    name: N,
    is: (payload: AppEvents[N]) => boolean,
  ): Promise<AppEvents[N]>
  close(): void
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: Error) => void
}

/** Redeems the printed address as the page does, and opens the WebSocket that it would open. */
export async function connectBridge(url: string): Promise<BridgeClient> {
  const { origin, hash } = new URL(url)
  const response = await fetch(`${origin}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ ticket: hash.replace('#t=', '') }),
  })
  const { token } = (await response.json()) as { token: string }
  const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}/bridge`, { origin })
  await once(socket, 'open')
  const client = createClient(socket)
  socket.send(JSON.stringify({ t: 'hello', token } satisfies Upward))
  return client
}

function createClient(socket: WebSocket): BridgeClient {
  const waiting = new Map<number, Waiting>()
  const listeners = new Set<(name: string, payload: unknown) => void>()
  let lastId = 0
  socket.on('message', (data: RawData) => {
    const frame = JSON.parse((data as Buffer).toString()) as Downward
    if (frame.t === 'news') for (const tell of listeners) tell(frame.name, frame.payload)
    if (frame.t !== 'value' && frame.t !== 'refused') return
    const call = waiting.get(frame.id)
    waiting.delete(frame.id)
    if (frame.t === 'value') call?.resolve(frame.value)
    else call?.reject(new Error(`${frame.code}: ${frame.message}`))
  })
  socket.on('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the session ended'))
  })
  const call = (name: string, input: unknown) =>
    new Promise((resolve, reject) => {
      const id = ++lastId
      waiting.set(id, { resolve, reject })
      socket.send(JSON.stringify({ t: 'call', id, name, input } satisfies Upward))
    })
  const onNews = (listener: News) => {
    const hear = listener as (name: string, payload: unknown) => void
    listeners.add(hear)
    return () => void listeners.delete(hear)
  }
  return { api: toApi(call), onNews, next: createNext(onNews), close: () => socket.close() }
}

/** `api.tickets.list(input)` asks for `tickets.list`. Streams are not needed here. */
function toApi(call: (name: string, input: unknown) => Promise<unknown>): Api {
  const domain = (name: string) =>
    new Proxy({}, { get: (_, key) => (input: unknown) => call(`${name}.${String(key)}`, input) })
  return new Proxy({}, { get: (_, key) => domain(String(key)) }) as Api
}

const NEXT_MS = 30_000

function createNext(onNews: BridgeClient['onNews']): BridgeClient['next'] {
  return (name, is) =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        stop()
        reject(new Error(`No ${name} came in ${NEXT_MS / 1000} s`))
      }, NEXT_MS)
      const stop = onNews((heard, payload) => {
        if ((heard as string) !== name || !is(payload as never)) return
        clearTimeout(late)
        stop()
        resolve(payload as never)
      })
    })
}
