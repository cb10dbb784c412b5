import { CLOSE } from '#contract/frames'
import type { LineEvents, OpenLine } from './line'
import { NO_KEY, type SessionKey } from './session-key'

/** Lines of the browser host: a WebSocket to where the page came from. */
export function createSocketLines(url: string, key: SessionKey): OpenLine {
  return (events) => {
    let socket: WebSocket | undefined
    let isClosed = false
    void start()
    return {
      send: (frame) => socket?.send(frame),
      close() {
        isClosed = true
        socket?.close()
      },
    }

    async function start(): Promise<void> {
      const found = await key.find()
      if (isClosed) return
      if (found.kind === 'away') close(CLOSE.goingAway, 'Quarterdeck does not answer.')
      else if (found.kind === 'refused') close(CLOSE.notAdmitted, found.message)
      else socket = open(url, found.token, { ...events, onClosed: close })
    }

    function close(code: number, reason: string): void {
      if (isClosed) return
      isClosed = true
      if (code === CLOSE.notAdmitted) key.forget()
      events.onClosed(code, reason)
    }
  }
}

function open(url: string, token: string, events: LineEvents): WebSocket {
  const socket = new WebSocket(url)
  socket.addEventListener('open', () => events.onOpen(token))
  socket.addEventListener('message', ({ data }) => events.onFrame(String(data)))
  socket.addEventListener('close', ({ code }) =>
    events.onClosed(code, code === CLOSE.notAdmitted ? NO_KEY : 'Quarterdeck does not answer.'),
  )
  return socket
}
