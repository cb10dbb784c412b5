import { createHmac } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { SIGNATURE_HEADER, toApiAlerts, toDelivery } from '#bench/alerts'
import type { LoadOrder, LoadResult } from '#bench/load'
import { quantile } from '#bench/report'

// Writes whole requests to bare sockets, so that making load costs as little as possible of the machine it measures.
process.once('message', (order: LoadOrder) => {
  run(order).then(
    (result) => process.send!(result, () => process.disconnect()),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})

async function run(order: LoadOrder): Promise<LoadResult> {
  const requests = toRequests(order)
  const tally = { sent: 0, answered: 0, refused: 0, times: [] as number[] }
  const began = performance.now()
  const end = began + order.seconds * 1000
  const next = () =>
    tally.sent < order.deliveries && performance.now() < end
      ? requests[tally.sent++ % requests.length]
      : undefined
  const everyMs = order.perSecond === undefined ? 0 : (1000 * order.connections) / order.perSecond
  const lines = Array.from({ length: order.connections }, () =>
    keepSending(order.url, everyMs, next, (status, ms) => {
      if (status < 300) {
        tally.answered += 1
        tally.times.push(ms)
      } else tally.refused += 1
    }),
  )
  await Promise.all(lines)
  return {
    deliveries: tally.answered,
    refused: tally.refused,
    seconds: (performance.now() - began) / 1000,
    p50: quantile(tally.times, 0.5),
    p99: quantile(tally.times, 0.99),
  }
}

function toRequests({ url, alertsPerDelivery, distinctAlerts, form }: LoadOrder): Buffer[] {
  const { host, pathname } = new URL(url)
  const write = form === 'api' ? toApiAlerts : toDelivery
  const sign = (body: string) =>
    typeof form === 'object'
      ? `${SIGNATURE_HEADER}: ${createHmac('sha256', form.signedWith).update(body).digest('hex')}\r\n`
      : ''
  return Array.from({ length: Math.ceil(distinctAlerts / alertsPerDelivery) }, (_, n) => {
    const body = write(n * alertsPerDelivery, alertsPerDelivery)
    const head = `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: Alertmanager/0.28.1\r\nContent-Type: application/json\r\n${sign(body)}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`
    return Buffer.from(head + body)
  })
}

/** Ends when there is nothing more to send and the last answer is here. */
function keepSending(
  url: string,
  everyMs: number,
  next: () => Buffer | undefined,
  answered: (status: number, ms: number) => void,
): Promise<void> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    socket.setNoDelay(true)
    let sentAt = 0
    const send = () => {
      const request = next()
      if (!request) {
        socket.end(resolve)
        return
      }
      sentAt = performance.now()
      socket.write(request)
    }
    socket.once('connect', send)
    socket.once('error', reject)
    readAnswers(socket, (status) => {
      const tookMs = performance.now() - sentAt
      answered(status, tookMs)
      if (everyMs > tookMs) setTimeout(send, everyMs - tookMs)
      else send()
    })
  })
}

/** Answers with a length, as both servers give them. */
function readAnswers(socket: Socket, heard: (status: number) => void): void {
  let text = ''
  socket.setEncoding('latin1').on('data', (piece: string) => {
    text += piece
    const head = text.indexOf('\r\n\r\n')
    if (head < 0) return
    const length = Number(/content-length: (\d+)/i.exec(text.slice(0, head))![1])
    if (text.length < head + 4 + length) return
    const status = Number(text.slice(9, 12))
    text = ''
    heard(status)
  })
}
