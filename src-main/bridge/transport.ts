/** A line to one renderer that carries whole texts in order. Each transport has two: Electron's door and a WebSocket. */
export interface Transport {
  /** Does nothing once the line is closed. */
  send(text: string): void
  /** `code` is one of `CLOSE`. Calls the close listener too. */
  close(code: number, reason: string): void
  onMessage(listener: (text: string) => void): void
  onClose(listener: () => void): void
  /** Bytes that were sent and not yet taken by the other side. Absent where it cannot be known. */
  bufferedAmount?(): number
}

/** What an admitted session holds; the host can take it back. */
export interface Pass {
  /** Asked before each call: false once the pass has ended. Counts as use. */
  use(): boolean
}

/** Who may open a session: undefined is a no. */
export type Admit = (token: string | undefined) => Pass | undefined
