/** One open line to main, however it gets there. */
export interface Line {
  send(frame: string): void
  /** Ends it from this side; `onClosed` is not called for it. */
  close(): void
}

export interface LineEvents {
  /** Time to greet; `token` is what the greeting must show. */
  onOpen(token: string | undefined): void
  onFrame(frame: string): void
  /** Once, also when the line never opened. `code` is one of `CLOSE` or any other; `reason` is for an operator. */
  onClosed(code: number, reason: string): void
}

export type OpenLine = (events: LineEvents) => Line
