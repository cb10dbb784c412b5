import type { ConnectionId } from '#contract/primitives'
import type { Credentials } from '#domains/credentials'
import { toTarget } from './connection'
import type { Target } from './connector'
import { type Line, openLine } from './ssh-line'
import { createSignIn } from './ssh-sign-in'

/** A line that somebody uses now. `release` it when done; it then stays open for a while. */
export interface Use {
  readonly line: Line
  release(): void
}

interface Shared {
  /** Everything the line depends on: a changed connection gets a new one. */
  readonly address: string
  readonly opening: Promise<Line>
  line?: Line
  users: number
  idle?: NodeJS.Timeout
}

/** The next step of a run usually follows within seconds; a host's session limit should not be held for longer. */
const IDLE_MS = 60_000

/** Keeps one line a connection, for all that runs over it. */
export function createPool(credentials: Credentials) {
  const lines = new Map<ConnectionId, Shared>()
  const closing = new AbortController()

  async function open(target: Target): Promise<Line> {
    const stages = openLine(target, createSignIn(target, credentials), closing.signal)
    let last = ''
    for (;;) {
      const { done, value } = await stages.next()
      if (!done) last = value.detail
      else if (value) return value
      else throw new Error(last)
    }
  }
  /** Those who use it keep it; the last one ends it. */
  function retire(id: ConnectionId, shared: Shared): void {
    if (lines.get(id) === shared) lines.delete(id)
    clearTimeout(shared.idle)
    if (shared.users === 0) shared.line?.end()
  }
  /** Whoever comes while it opens shares its fate: a wrong password is tried once, not once a step. */
  function share(target: Target): Shared {
    const address = JSON.stringify([toTarget(target), target.auth])
    const before = lines.get(target.id)
    if (before?.address === address && before.line?.isOpen() !== false) return before
    if (before) retire(target.id, before)
    const shared: Shared = { address, opening: open(target), users: 0 }
    lines.set(target.id, shared)
    shared.opening.then(
      (line) => (shared.line = line),
      () => retire(target.id, shared),
    )
    return shared
  }

  return {
    /** Throws an error whose message says which stage failed and why. */
    async use(target: Target): Promise<Use> {
      const shared = share(target)
      shared.users++
      clearTimeout(shared.idle)
      const release = () => {
        shared.users--
        if (shared.users > 0) return
        if (lines.get(target.id) !== shared) return retire(target.id, shared)
        shared.idle = setTimeout(() => retire(target.id, shared), IDLE_MS).unref()
      }
      try {
        return { line: await shared.opening, release }
      } catch (error) {
        release()
        throw error
      }
    },
    /** A line for one use, when the shared one takes no more. */
    async useAnother(target: Target): Promise<Use> {
      const line = await open(target)
      return { line, release: () => line.end() }
    },
    forget(id: ConnectionId): void {
      const shared = lines.get(id)
      if (shared) retire(id, shared)
    },
    close(): void {
      closing.abort()
      for (const shared of lines.values()) {
        clearTimeout(shared.idle)
        shared.line?.end()
      }
      lines.clear()
    },
  }
}
export type Pool = ReturnType<typeof createPool>
