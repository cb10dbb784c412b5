import type { WebSocket } from 'ws'
import type { Transport } from '#bridge/transport'
import type { Log } from '#platform/log'

/** A page that does not answer this often is gone: a closed laptop closes no connection. */
const HEARTBEAT_MS = 30_000

/** A WebSocket as a line for the bridge. */
export function createSocketTransport(socket: WebSocket, log: Log): Transport {
  let answered = true
  const heartbeat = setInterval(() => {
    if (!answered) return socket.terminate()
    answered = false
    socket.ping()
  }, HEARTBEAT_MS)
  heartbeat.unref()
  socket.on('pong', () => {
    answered = true
  })
  socket.on('close', () => clearInterval(heartbeat))
  socket.on('error', (error) => log.debug({ err: error }, 'a WebSocket failed'))
  return {
    send(text) {
      if (socket.readyState === socket.OPEN) socket.send(text)
    },
    close: (code, reason) => socket.close(code, reason),
    onMessage: (listener) =>
      // A binary frame is none of ours: it is handed on as a text that fits nothing, to be counted.
      void socket.on('message', (data, isBinary) =>
        listener(isBinary ? '' : (data as Buffer).toString()),
      ),
    onClose: (listener) => void socket.on('close', listener),
    bufferedAmount: () => socket.bufferedAmount,
  }
}
