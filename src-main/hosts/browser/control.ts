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
const Answer = z.union([
  z.strictObject({ value: z.string() }),
  z.strictObject({ refused: z.string() }),
])

const LONGEST = 4096
const PATIENCE_MS = 5_000
/** Room for a path in the address of a Unix socket, on the meanest system. */
const LONGEST_PATH = 100

interface Needs {
  dataFolder: string
  log: Log
  orders: Readonly<Record<Order, () => string>>
}

/**
 * Lets `quarterdeck open` ask the console that runs on this data folder for a fresh address. Only the same user can
 * reach it: a socket of mode 0600 in a folder of their own, or on Windows a pipe that only its maker may write to.
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
      const order = Order.safeParse(line)
      const answer = order.success
        ? { value: orders[order.data]() }
        : { refused: 'This console does not know that order.' }
      socket.end(`${JSON.stringify(answer)}\n`)
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

/** The console's answer. Refused with `unreachable` when none runs on this data folder. */
export function askControl(dataFolder: string, order: Order): Promise<string> {
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
      if (answer.success && 'value' in answer.data) settle(answer.data.value)
      else
        fail(
          new Refusal(
            'unsupported',
            'The console that runs on this data folder is of another version. Restart it.',
          ),
        )
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

const NOBODY_THERE =
  'No console runs on this data folder. Start one with `quarterdeck start`, or name the folder with --data FOLDER.'
