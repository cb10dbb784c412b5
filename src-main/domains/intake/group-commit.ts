/** What waits for one commit: enough for every sender of a busy site at once. */
const MOST = 256

interface Waiting<T, R> {
  readonly item: T
  readonly kept: (result: R) => void
  readonly lost: (reason: unknown) => void
}

/**
 * Writes what arrives while the last commit was under way in one transaction: a flush to the disk costs the same for
 * one as for many. Each `add` ends when its own item is on disk, or fails with what `write` threw for its group.
 */
export function createGroupCommit<T, R>(write: (items: readonly T[]) => Promise<readonly R[]>) {
  const waiting: Waiting<T, R>[] = []
  let underWay: Promise<void> | undefined
  let group = 0

  return {
    /** How many senders wait for the commit that is under way; 0 when none is. */
    pressure: () => group,
    /** Ends when everything that was added is written. */
    idle: async (): Promise<void> => underWay,
    add(item: T): Promise<R> {
      return new Promise<R>((kept, lost) => {
        waiting.push({ item, kept, lost })
        underWay ??= writeAll()
      })
    },
  }

  async function writeAll(): Promise<void> {
    for (;;) {
      // Once every request that is already in the sockets has been read.
      await new Promise((resolve) => void setImmediate(resolve))
      if (waiting.length === 0) break
      const members = waiting.splice(0, MOST)
      group = members.length
      try {
        const results = await write(members.map(({ item }) => item))
        for (const [n, { kept }] of members.entries()) kept(results[n]!)
      } catch (error) {
        for (const { lost } of members) lost(error)
      }
    }
    underWay = undefined
    group = 0
  }
}
