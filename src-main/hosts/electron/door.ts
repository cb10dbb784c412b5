import type { IpcMain, IpcMainEvent, WebContents } from 'electron'
import type { Bridge } from '#bridge/serve'
import type { Transport } from '#bridge/transport'
import { CLOSED, FRAMES } from '#contract/door'
import type { Log } from '#platform/log'
import { ORIGIN } from './origin'

interface Needs {
  ipcMain: Pick<IpcMain, 'on'>
  /** Frames that come before the house stands wait for it. */
  bridge: Promise<Bridge>
  log: Log
  /** Is this the page of one of our windows? */
  isOurs: (contents: WebContents) => boolean
}

/** The page's end of a line, as main sees it. */
interface PageLine {
  isOpen(): boolean
  take(frame: string): void
  hangUp(): void
}

/** Electron's way to the bridge: one channel, and whoever speaks is looked at on every frame. */
export function createDoor({ ipcMain, bridge, log, isOurs }: Needs): void {
  const lines = new Map<number, PageLine>()
  bridge.catch(toldElsewhere)
  ipcMain.on(FRAMES, (event, frame: unknown) => {
    if (!isTrusted(event)) return
    const { sender } = event
    const line = lines.get(sender.id) ?? openLine(sender)
    line.take(typeof frame === 'string' ? frame : '') // what is no text fits nothing, and is counted
  })
  ipcMain.on(CLOSED, (event) => {
    if (isTrusted(event)) lines.get(event.sender.id)?.hangUp()
  })

  function isTrusted(event: IpcMainEvent): boolean {
    const trusted = isMainFrame(event) && isOurs(event.sender)
    if (!trusted) log.warn({ sender: event.sender.id }, 'a frame from somebody else was ignored')
    return trusted
  }

  function openLine(contents: WebContents): PageLine {
    const { transport, page } = createLine(contents, () => lines.delete(contents.id))
    const opened = bridge.then((built) => page.isOpen() && built.open(transport), toldElsewhere)
    const patient = { ...page, take: (frame: string) => void opened.then(() => page.take(frame)) }
    lines.set(contents.id, patient)
    return patient
  }
}

/** A house that could not be built ends the program; whoever builds it says so. */
function toldElsewhere(): void {}

/** A frame that is gone, a frame in a frame, or a page of another origin is nobody we know. */
function isMainFrame({ senderFrame: frame, sender }: IpcMainEvent): boolean {
  try {
    return (
      frame !== null &&
      frame.parent === null &&
      frame.frameTreeNodeId === sender.mainFrame.frameTreeNodeId &&
      frame.origin === ORIGIN
    )
  } catch {
    return false // Electron throws when the frame was disposed of meanwhile
  }
}

/** A line lives as long as the document that opened it. */
function createLine(
  contents: WebContents,
  onEnd: () => void,
): { transport: Transport; page: PageLine } {
  const onMessage: ((text: string) => void)[] = []
  const onClose: (() => void)[] = [onEnd]
  let isOpen = true
  const end = () => {
    if (!isOpen) return
    isOpen = false
    contents.off('did-start-navigation', leave)
    contents.off('render-process-gone', end)
    contents.off('destroyed', end)
    for (const listener of onClose) listener()
  }
  const leave = (details: { isMainFrame: boolean; isSameDocument: boolean }) => {
    if (details.isMainFrame && !details.isSameDocument) end()
  }
  contents.on('did-start-navigation', leave)
  contents.on('render-process-gone', end)
  contents.on('destroyed', end)
  return {
    transport: {
      send(text) {
        if (isOpen && !contents.isDestroyed()) contents.send(FRAMES, text)
      },
      close(code, reason) {
        if (isOpen && !contents.isDestroyed()) contents.send(CLOSED, code, reason)
        end()
      },
      onMessage: (listener) => void onMessage.push(listener),
      onClose: (listener) => void onClose.push(listener),
    },
    page: {
      isOpen: () => isOpen,
      take(frame) {
        for (const listener of onMessage) if (isOpen) listener(frame)
      },
      hangUp: end,
    },
  }
}
