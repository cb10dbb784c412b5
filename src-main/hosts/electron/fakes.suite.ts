import { EventEmitter } from 'node:events'
import type { IpcMain, WebContents, WebFrameMain } from 'electron'
import { ORIGIN } from './origin'

type FrameFacts = Pick<WebFrameMain, 'parent' | 'origin' | 'frameTreeNodeId'>

/** A page as main sees it, without Electron. */
export class FakeContents extends EventEmitter {
  readonly id: number
  readonly mainFrame: FrameFacts
  readonly sent: [channel: string, ...values: unknown[]][] = []
  openHandler: ((details: { url: string }) => { action: string }) | undefined
  reloads = 0
  isGone = false

  constructor(id: number) {
    super()
    this.id = id
    this.mainFrame = { parent: null, origin: ORIGIN, frameTreeNodeId: id * 10 }
  }

  send(channel: string, ...values: unknown[]): void {
    if (this.isGone) throw new Error('Object has been destroyed')
    this.sent.push([channel, ...values])
    this.emit(`sent:${channel}`, ...values)
  }

  isDestroyed(): boolean {
    return this.isGone
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler
  }

  reload(): void {
    this.reloads += 1
  }

  asContents(): WebContents {
    return this as unknown as WebContents
  }
}

/** A frame in the page, such as an `<iframe>`. */
export function frameIn(contents: FakeContents, facts: Partial<FrameFacts> = {}): FrameFacts {
  return {
    parent: contents.mainFrame as WebFrameMain,
    origin: ORIGIN,
    frameTreeNodeId: 999,
    ...facts,
  }
}

/** Electron's ear: `hear` is a frame that comes in. */
export function createFakeIpc() {
  const ears = new EventEmitter()
  return {
    ipcMain: ears as unknown as IpcMain,
    hear: (
      channel: string,
      sender: FakeContents,
      frame: unknown,
      senderFrame: unknown = sender.mainFrame,
    ) => ears.emit(channel, { sender, senderFrame }, frame),
  }
}
