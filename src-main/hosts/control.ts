import { createHash } from 'node:crypto'
import { rmSync, statSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { Refusal } from '#contract'
import type { Log } from '#platform/log'
import { listening, listenOnSocket } from './listen'

/** Orders that a running console takes from another process of the same user. */
const Order = z.enum(['open'])
export type Order = z.infer<typeof Order>
/** A fresh address, or `shown` where the console has a window of its own and brought it to the front. */
const Reply = z.union([
  z.strictObject({ url: z.string() }),
  z.strictObject({ shown: z.literal(true) }),
])
export type Reply = z.infer<typeof Reply>
const Answer = z.union([Reply, z.strictObject({ refused: z.string() })])

const LONGEST = 4096
const PATIENCE_MS = 5_000
/** Room for a path in the address of a Unix socket, on the meanest system. */
const LONGEST_PATH = 100

interface Needs {
  dataFolder: string
  log: Log
  /** An order that is refused tells its `Refusal` to whoever gave it. */
  orders: Readonly<Record<Order, () => Reply>>
}

/**
 * Lets `quarterdeck open` ask the console that runs on this data folder to show itself. Only the same user can reach
 * it: a socket of mode 0600 in a folder of their own, or on Windows a pipe that only its maker may write to.
 */
export async function createControl({
  dataFolder,
  log,
  orders,
}: Needs): Promise<{ close(): Promise<void> }> {
  const place = placeOf(dataFolder)
  const server = createServer((socket) => {
    socket.setTimeout(PATIENCE_MS, () => socket.destroy())
    socket.on('error', (error) => log.debug({ err: error }, 'a control line failed'))
    readLine(socket, (line) => {
      socket.end(`${JSON.stringify(obey(line, orders))}\n`)
    })
  })
  server.maxConnections = 8
  if (process.platform === 'win32') await listening(server, () => server.listen(place))
  else await listenOnSocket(server, place)
  return {
    async close() {
      await new Promise((closed) => server.close(closed))
      if (process.platform !== 'win32') rmSync(place, { force: true })
    },
  }
}

function obey(line: string, orders: Needs['orders']): z.infer<typeof Answer> {
  const order = Order.safeParse(line)
  if (!order.success) return { refused: 'This console does not know that order.' }
  try {
    return orders[order.data]()
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.message }
    throw error
  }
}

/** The console's answer. Refused with `unreachable` when none runs on this data folder, with `unsupported` by itself. */
export function askControl(dataFolder: string, order: Order): Promise<Reply> {
  const place = placeOf(dataFolder)
  return new Promise((settle, fail) => {
    // Somebody else's socket would have us open an address of theirs.
    if (!isOwn(place)) throw new Refusal('unreachable', NOBODY_THERE)
    const socket = connect(place, () => socket.write(`${order}\n`))
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('no answer in time')))
    socket.on('error', (error) => fail(new Refusal('unreachable', NOBODY_THERE, { cause: error })))
    readLine(socket, (line) => {
      const answer = Answer.safeParse(parse(line))
      socket.destroy()
      if (!answer.success) fail(new Refusal('unsupported', OTHER_VERSION))
      else if ('refused' in answer.data) fail(new Refusal('unsupported', answer.data.refused))
      else settle(answer.data)
    })
  })
}

function placeOf(dataFolder: string): string {
  const hash = createHash('sha256').update(dataFolder).digest('hex').slice(0, 24)
  if (process.platform === 'win32') return `\\\\.\\pipe\\quarterdeck-${hash}`
  const path = join(dataFolder, 'console.sock')
  if (Buffer.byteLength(path) <= LONGEST_PATH) return path
  return join(tmpdir(), `quarterdeck-${process.getuid?.()}-${hash}`, 'console.sock')
}

function isOwn(place: string): boolean {
  if (process.platform === 'win32') return true
  return statSync(place, { throwIfNoEntry: false })?.uid === process.getuid?.()
}

/** One line each way is all that is ever said. */
function readLine(socket: Socket, take: (line: string) => void): void {
  let text = ''
  socket.setEncoding('utf8')
  socket.on('data', function read(part: string) {
    text += part
    const end = text.indexOf('\n')
    if (end < 0 && text.length <= LONGEST) return
    socket.off('data', read)
    if (end < 0) socket.destroy()
    else take(text.slice(0, end))
  })
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined // fits no answer
  }
}

const OTHER_VERSION = 'The console that runs on this data folder is of another version. Restart it.'
const NOBODY_THERE =
  'No console runs on this data folder. Start one with `quarterdeck start`, or name the folder with --data FOLDER.'
