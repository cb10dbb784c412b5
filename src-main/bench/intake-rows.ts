import { setTimeout as pause } from 'node:timers/promises'
import type { BridgeClient } from '#bench/bridge-client'
import { type Floor, startFloor } from '#bench/floor'
import { type LoadOrder, runLoad } from '#bench/load'
import { type Product, startProduct } from '#bench/product'
import { startAlertmanager } from '#bench/alertmanager'
import type { Measure, Skipped } from '#bench/report'
import { newFolder } from '#bench/workshop'

const CONNECTIONS = 32
/** What a big site may have firing at once; Alertmanager says the same of them again and again. */
export const DISTINCT = 500
const SECONDS = 6
const FLOOR_SECONDS = 3
/** Code is compiled and each alert is new once; its triage goes on while what follows is measured. */
const WARM_UP_SECONDS = 2
const BACKLOG_MS = 10_000
const NO_END = Number.MAX_SAFE_INTEGER

const SECRET = 'bench-secret-0123456789abcdef'

/** Durable intake through the real door, with the whole product behind it. */
export async function measureIntake(): Promise<(Measure | Skipped)[]> {
  return [
    ...(await measureSize(25, false)),
    ...(await measureSize(25, true)),
    ...(await measureSize(1, false)),
    ...(await measureSize(1, true)),
    ...(await measureAlertmanager()),
  ]
}

async function measureSize(alertsPerDelivery: number, signed: boolean): Promise<Measure[]> {
  const product = await startProduct(newFolder())
  const floor = await startFloor(signed ? SECRET : undefined)
  const client = await product.connect()
  const order = {
    connections: CONNECTIONS,
    alertsPerDelivery,
    distinctAlerts: DISTINCT,
    deliveries: NO_END,
    ...(signed && { form: { signedWith: SECRET } }),
  }
  try {
    const url = signed ? await addSignedSource(client) : await addSource(client)
    const bare = await measureFloor(floor, product, order)
    await runLoad({ ...order, url, seconds: WARM_UP_SECONDS })
    const load = await runLoad({ ...order, url, seconds: SECONDS })
    if (load.refused > 0) throw new Error(`${load.refused} deliveries were refused`)
    const backlog = await measureBacklog(client, alertsPerDelivery)
    const again = await measureFloor(floor, product, order)
    const rate = (load.deliveries * alertsPerDelivery) / load.seconds
    const size = alertsPerDelivery === 1 ? 'one alert' : `${alertsPerDelivery} alerts`
    const sizes = `${size} a delivery${signed ? ', signed' : ''}`
    return [
      {
        what: `durable intake, ${sizes}`,
        value: rate,
        unit: 'alerts/s',
        // A group is what Alertmanager sends; one alert a delivery is held against the floor alone.
        ...(alertsPerDelivery > 1 && { budget: 10_000 }),
        floor: { what: 'node:http + SQLite group commit', value: (bare.rate + again.rate) / 2 },
        atLeastOfFloor: 0.5,
      },
      { what: `… answer, p50`, value: load.p50, unit: 'ms', floor: p(bare.p50, again.p50) },
      {
        what: `… answer, p99`,
        value: load.p99,
        unit: 'ms',
        budget: 50,
        floor: p(bare.p99, again.p99),
      },
      { what: '… read into tickets afterwards', value: backlog, unit: 'alerts/s' },
    ]
  } finally {
    client.close()
    await Promise.all([floor.stop(), product.stop()])
  }
}

const p = (one: number, other: number) => ({ what: 'the same', value: (one + other) / 2 })

/** The same alerts to Debian's Alertmanager on its own API, which keeps them in memory and answers. */
async function measureAlertmanager(): Promise<(Measure | Skipped)[]> {
  const peer = await startAlertmanager()
  if (!peer) return [{ what: 'Alertmanager on its own API', skipped: 'it is not installed' }]
  const order = { connections: CONNECTIONS, distinctAlerts: DISTINCT, deliveries: NO_END }
  try {
    const rows: Measure[] = []
    for (const alertsPerDelivery of [25, 1]) {
      const load = { ...order, alertsPerDelivery, url: peer.url, form: 'api' as const }
      await runLoad({ ...load, seconds: WARM_UP_SECONDS })
      const { deliveries, seconds, p99 } = await runLoad({ ...load, seconds: FLOOR_SECONDS })
      const what = `Alertmanager on its own API, ${alertsPerDelivery} a request`
      rows.push(
        { what, value: (deliveries * alertsPerDelivery) / seconds, unit: 'alerts/s' },
        { what: '… answer, p99', value: p99, unit: 'ms' },
      )
    }
    return rows
  } finally {
    await peer.stop()
  }
}

/** The address of a new source whose deliveries are signed. */
async function addSignedSource({ api }: BridgeClient): Promise<string> {
  const name = 'bench-signed'
  const { url } = await api.intake.addSource({
    name,
    kind: 'grafana',
    title: 'Bench',
    mapping: null,
  })
  await api.intake.setSecret({ name, secret: SECRET })
  return url
}

/** The address of a new source. */
export async function addSource({ api }: BridgeClient): Promise<string> {
  const source = { name: 'bench', kind: 'alertmanager', title: 'Bench', mapping: null } as const
  return (await api.intake.addSource(source)).url
}

type Load = Omit<LoadOrder, 'url' | 'seconds'>

/** While the floor is measured the product stands still: what it has left to read would slow the floor down. */
async function measureFloor(floor: Floor, { child }: Product, order: Load) {
  child.kill('SIGSTOP')
  try {
    const load = await runLoad({ ...order, url: floor.http, seconds: FLOOR_SECONDS })
    return { ...load, rate: (load.deliveries * order.alertsPerDelivery) / load.seconds }
  } finally {
    child.kill('SIGCONT')
  }
}

/** How fast what was accepted becomes tickets once no sender waits, watched for at most ten seconds. */
async function measureBacklog({ api }: BridgeClient, alertsPerDelivery: number): Promise<number> {
  const left = async () =>
    (await api.intake.deliveries({ status: 'stored', limit: 1 })).total * alertsPerDelivery
  const first = await left()
  const began = performance.now()
  let now = first
  while (now > 0 && performance.now() - began < BACKLOG_MS) {
    await pause(100)
    now = await left()
  }
  return (first - now) / ((performance.now() - began) / 1000)
}
