/** Electron channel for frames, in both directions. */
export const FRAMES = 'rpc'
/** Electron channel on which main says that it ended the session (a code of `CLOSE`, a reason), or the page that it does. */
export const CLOSED = 'rpc-closed'

/** All that the preload gives to the page, as `window.quarterdeck`. No Electron object passes through it. */
export interface Door {
  post(frame: string): void
  /** Ends the session from this side. */
  hangUp(): void
  onFrame(listener: (frame: string) => void): void
  onClosed(listener: (code: number, reason: string) => void): void
}
