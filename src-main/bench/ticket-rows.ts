import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { AppEvents } from '#contract'
import type { TicketId } from '#contract/primitives'
import { toDelivery } from '#bench/alerts'
import type { BridgeClient } from '#bench/bridge-client'
import { type Floor, startFloor } from '#bench/floor'
import { addSource, DISTINCT } from '#bench/intake-rows'
import { runLoad } from '#bench/load'
import { startProduct } from '#bench/product'
import { type Measure, quantile } from '#bench/report'
import { newFolder } from '#bench/workshop'

const TIMES = 120
/** Those before are not counted: the first ones compile. */
const WARM_UP = 20
/** A busy site: so many alerts a second, for so long. */
const BUSY_PER_SECOND = 1000
const BUSY_SECONDS = 12
const SETTLING_MS = 3000

/** From the first byte of a delivery until a window has its ticket, and until that is triaged. */
export async function measureTickets(): Promise<Measure[]> {
  const product = await startProduct(newFolder())
  const floor = await startFloor()
  const client = await product.connect()
  try {
    const url = await addSource(client)
    const seen: number[] = []
    const settled: number[] = []
    for (let n = -WARM_UP; n < TIMES; n += 1) {
      const times = await watchOne(client, url, 1_000_000 + n)
      if (n < 0) continue
      seen.push(times.seenMs)
      settled.push(times.settledMs)
    }
    const busy = await measureBusy(client, url)
    const bare = await measureFloor(floor)
    const at = (p: number) => ({ what: 'POST, commit, WebSocket', value: quantile(bare, p) })
    const lines: [string, number[], number, number?][] = [
      ['delivery → ticket in a window, p50', seen, 0.5],
      ['delivery → ticket in a window, p95', seen, 0.95, 100],
      ['delivery → triaged, runbooks matched, p50', settled, 0.5],
      ['delivery → triaged, runbooks matched, p95', settled, 0.95, 300],
      [`delivery → ticket, at ${BUSY_PER_SECOND} alerts a second, p50`, busy, 0.5],
      [`delivery → ticket, at ${BUSY_PER_SECOND} alerts a second, p95`, busy, 0.95, 100],
    ]
    return lines.map(([what, values, p, budget]) => ({
      what,
      value: quantile(values, p),
      unit: 'ms',
      ...(budget !== undefined && { budget }),
      floor: at(p),
    }))
  } finally {
    client.close()
    await Promise.all([floor.stop(), product.stop()])
  }
}

/** The same while others send at a steady rate what is known already. */
async function measureBusy(client: BridgeClient, url: string): Promise<number[]> {
  const load = runLoad({
    url,
    connections: 16,
    alertsPerDelivery: 1,
    distinctAlerts: DISTINCT,
    seconds: BUSY_SECONDS,
    deliveries: Number.MAX_SAFE_INTEGER,
    perSecond: BUSY_PER_SECOND,
  })
  const known = new Set<TicketId>()
  const stop = client.onNews((name, payload) => {
    if (name === 'tickets.changed')
      for (const id of (payload as AppEvents['tickets.changed']).ids) known.add(id)
  })
  await pause(SETTLING_MS) // each of the alerts has its ticket then
  stop()
  const end = performance.now() + BUSY_SECONDS * 1000 - SETTLING_MS - 1000
  const seen: number[] = []
  for (let n = 0; performance.now() < end; n += 1) {
    seen.push(await watchTicket(client, url, 2_000_000 + n, known))
    await pause(20)
  }
  await load
  return seen
}

/** Until a window has heard of this very ticket and has it. */
async function watchTicket(
  { onNews, api }: BridgeClient,
  url: string,
  n: number,
  known: Set<TicketId>,
): Promise<number> {
  const fingerprint = n.toString(16).padStart(16, '0')
  const began = performance.now()
  const there = new Promise<number>((resolve, reject) => {
    const look = async (id: TicketId) => {
      const ticket = await api.tickets.get({ id })
      if (ticket.fingerprint !== fingerprint) return
      stop()
      resolve(performance.now() - began)
    }
    const stop = onNews((name, payload) => {
      if (name !== 'tickets.changed') return
      for (const id of (payload as AppEvents['tickets.changed']).ids) {
        if (known.has(id)) continue
        known.add(id)
        look(id).catch(reject)
      }
    })
  })
  await post(url, toDelivery(n, 1))
  return there
}

/** A window refetches what news name: the ticket is there when that answer is. */
async function watchOne(client: BridgeClient, url: string, n: number) {
  const triaged = new Map<TicketId, number>()
  const stop = client.onNews((name, payload) => {
    if (name === 'triage.settled')
      triaged.set((payload as { ticketId: TicketId }).ticketId, performance.now())
  })
  const { next, api } = client
  const changed = next('tickets.changed', () => true)
  const began = performance.now()
  await post(url, toDelivery(n, 1))
  const { ids } = await changed
  const ticket = await api.tickets.get({ id: ids[0]! })
  const seenMs = performance.now() - began
  if (ticket.fingerprint !== n.toString(16).padStart(16, '0')) throw new Error('another ticket')
  while (!triaged.has(ticket.id)) await pause(1)
  stop()
  const settledMs = triaged.get(ticket.id)! - began
  await pause(10) // the next one meets a console at rest
  return { seenMs, settledMs }
}

async function post(url: string, body: string): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body })
  if (!response.ok) throw new Error(`not taken in: ${response.status}`)
  await response.arrayBuffer()
}

async function measureFloor(floor: Floor): Promise<number[]> {
  const socket = new WebSocket(floor.ws)
  await once(socket, 'open')
  const times: number[] = []
  for (let n = -WARM_UP; n < TIMES; n += 1) {
    const told = once(socket, 'message')
    const began = performance.now()
    await Promise.all([post(floor.http, toDelivery(n + WARM_UP, 1)), told])
    if (n >= 0) times.push(performance.now() - began)
    await pause(10)
  }
  socket.close()
  return times
}
