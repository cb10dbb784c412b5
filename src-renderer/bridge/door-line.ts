import type { Door } from '#contract/door'
import type { LineEvents, OpenLine } from './line'

/** Lines through Electron's preload. The door keeps its listeners for ever, so they speak to the line of the day. */
export function createDoorLines(door: Door): OpenLine {
  let current: LineEvents | undefined
  door.onFrame((frame) => current?.onFrame(frame))
  door.onClosed((code) => {
    const closed = current
    current = undefined
    closed?.onClosed(code, 'Main ended the session of this window. Reload it.')
  })
  return (events) => {
    current = events
    queueMicrotask(() => current === events && events.onOpen(undefined))
    return {
      send: (frame) => door.post(frame),
      close() {
        if (current === events) current = undefined
        door.hangUp()
      },
    }
  }
}
