import type { Log } from './log'

/** Work that comes back. A run that is late is not doubled, and one that fails is logged and tried next time. */
export interface Scheduler {
  /** First run after one interval. Returns how to stop it. */
  every(name: string, intervalMs: number, work: () => Promise<void> | void): () => void
  /** Stops everything and waits for what is under way. */
  stop(): Promise<void>
}

export function createScheduler(log: Log): Scheduler {
  const timers = new Set<NodeJS.Timeout>()
  const underWay = new Set<Promise<void>>()
  return {
    every(name, intervalMs, work) {
      let busy = false
      const timer = setInterval(() => {
        if (busy) return
        busy = true
        const done = Promise.resolve()
          .then(work)
          .catch((error: unknown) => log.error({ err: error, work: name }, 'scheduled work failed'))
          .finally(() => {
            busy = false
            underWay.delete(done)
          })
        underWay.add(done)
      }, intervalMs)
      timers.add(timer)
      return () => {
        clearInterval(timer)
        timers.delete(timer)
      }
    },
    async stop() {
      for (const timer of timers) clearInterval(timer)
      timers.clear()
      await Promise.all(underWay)
    },
  }
}
