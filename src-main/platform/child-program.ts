import { Refusal } from '#contract'

/** The side of a bundled program that faces whoever started it with `Host.startProgram`. */
export interface ParentLine {
  /** Sends one JSON message. */
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** The parent died: a program without one must end. */
  onGone(listener: () => void): void
}

/** Electron's end of a utility process, as far as it is used here. */
interface ParentPort {
  postMessage: (message: unknown) => void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

/** Works in both hosts. Refused with `unsupported` when the program was started by hand. */
export function connectParent(): ParentLine {
  const { parentPort } = process as { parentPort?: ParentPort }
  if (parentPort) {
    return {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process's port, not a window's
      post: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on('message', ({ data }) => listener(data)),
      onGone: () => {}, // Electron ends its utility processes itself
    }
  }
  if (!process.send)
    throw new Refusal('unsupported', 'This program is started by Quarterdeck only.')
  return {
    post: (message) => process.send!(message),
    onMessage: (listener) => void process.on('message', listener),
    onGone: (listener) => void process.on('disconnect', listener),
  }
}

/** Entries are files beside the main bundle; a name is never a path. */
export function assertProgramName(entry: string): void {
  if (!/^[a-z][a-z0-9-]*$/.test(entry)) throw new TypeError(`There is no program named ${entry}`)
}
