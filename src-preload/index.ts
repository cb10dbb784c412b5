import { contextBridge, ipcRenderer } from 'electron'
import { CLOSED, type Door, FRAMES } from '#contract/door'

// The door between the page and main: texts go through it, Electron's objects do not.
const door: Door = {
  post: (frame) => ipcRenderer.send(FRAMES, frame),
  hangUp: () => ipcRenderer.send(CLOSED),
  onFrame: (listener) => void ipcRenderer.on(FRAMES, (_, frame: string) => listener(frame)),
  onClosed: (listener) =>
    void ipcRenderer.on(CLOSED, (_, code: number, reason: string) => listener(code, reason)),
}

contextBridge.exposeInMainWorld('quarterdeck', door)
