/** Main that is silent for so long is asked whether it is there, and has so long to say so. */
export const SILENCE_MS = 25_000
export const PATIENCE_MS = 20_000

/** Notices a line that is open and dead: after a sleep, or when main hangs. */
export interface Watchdog {
  /** Main must say something soon. */
  expect(): void
  heard(): void
  stop(): void
}

export function createWatchdog({ ask, giveUp }: { ask: () => void; giveUp: () => void }): Watchdog {
  let timer: ReturnType<typeof setTimeout> | undefined
  return { expect, heard, stop }

  function expect(): void {
    stop()
    timer = setTimeout(giveUp, PATIENCE_MS)
  }

  function heard(): void {
    stop()
    timer = setTimeout(() => {
      ask()
      expect()
    }, SILENCE_MS)
  }

  function stop(): void {
    clearTimeout(timer)
  }
}
