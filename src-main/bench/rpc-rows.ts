import { once } from 'node:events'
import { WebSocket } from 'ws'
import { startFloor } from '#bench/floor'
import { startProduct } from '#bench/product'
import { type Measure, quantile } from '#bench/report'
import { newFolder } from '#bench/workshop'

const TIMES = 3000
const WARM_UP = 500

/** A small question to main and back, both sides checked against the contract. */
export async function measureRoundTrips(): Promise<Measure[]> {
  const product = await startProduct(newFolder())
  const floor = await startFloor()
  const client = await product.connect()
  const socket = new WebSocket(floor.ws)
  await once(socket, 'open')
  try {
    const times = await timeEach(() => client.api.people.me({}))
    const frame = JSON.stringify({ t: 'call', id: 1, name: 'people.me', input: {} })
    const bare = await timeEach(async () => {
      const echo = once(socket, 'message')
      socket.send(frame)
      await echo
    })
    return [0.5, 0.99].map((p) => ({
      what: `round trip over the bridge, p${p * 100}`,
      value: quantile(times, p),
      unit: 'ms',
      floor: { what: 'echo of a bare WebSocket', value: quantile(bare, p) },
    }))
  } finally {
    client.close()
    socket.close()
    await Promise.all([floor.stop(), product.stop()])
  }
}

async function timeEach(ask: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let n = -WARM_UP; n < TIMES; n += 1) {
    const began = performance.now()
    await ask()
    if (n >= 0) times.push(performance.now() - began)
  }
  return times
}
