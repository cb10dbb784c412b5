import { addSource, DISTINCT } from '#bench/intake-rows'
import { type LoadOrder, runLoad } from '#bench/load'
import { startProduct } from '#bench/product'
import type { Measure, Skipped } from '#bench/report'
import { memoryOf, newFolder } from '#bench/workshop'

const DELIVERIES = 1_000_000
/** On a slow machine fewer are sent: the number is told. */
const MOST_SECONDS = 240

/** What the listener's process has grown by after many deliveries, and how much of it came in the second half. */
export async function measureMemory(): Promise<(Measure | Skipped)[]> {
  const product = await startProduct(newFolder())
  const client = await product.connect()
  try {
    const url = await addSource(client)
    const order: LoadOrder = {
      url,
      connections: 32,
      alertsPerDelivery: 1,
      distinctAlerts: DISTINCT,
      seconds: MOST_SECONDS / 2,
      deliveries: DELIVERIES / 2,
    }
    await runLoad({ ...order, deliveries: 5000 })
    const before = memoryOf(product.child)
    const first = await runLoad(order)
    const half = memoryOf(product.child)
    const second = await runLoad(order)
    const end = memoryOf(product.child)
    const sent = (first.deliveries + second.deliveries).toLocaleString('en')
    const what = `memory after ${sent} deliveries`
    if (before === undefined || half === undefined || end === undefined)
      return [{ what, skipped: 'this system does not tell it like Linux' }]
    const floor = { what: 'after the first 5,000', value: before }
    return [
      { what, value: end, unit: 'MB', floor },
      {
        what: '… growth in the second half',
        value: Math.max(0, end - half),
        unit: 'MB',
        budget: 32,
      },
    ]
  } finally {
    client.close()
    await product.stop()
  }
}
