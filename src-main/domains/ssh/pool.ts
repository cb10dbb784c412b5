import type { ConnectionId } from '#contract/primitives'
import { type Target, toTarget } from '#domains/connectors'
import type { Credentials } from '#domains/credentials'
import { type Line, openLine } from './line'
import { createSignIn } from './sign-in'

/** A line that somebody uses now. `release` it when done; it then stays open for a while. */
export interface Use {
  readonly line: Line
  release(): void
}

/** Lines to hosts. Both ways to use one throw an error whose message says which stage failed and why. */
export interface Pool {
  /** The one line that all share that run over this connection. */
  use(target: Target): Promise<Use>
  /** A line for one use, when the shared one takes no more. */
  useAnother(target: Target): Promise<Use>
  /** Those who use the line keep it; nobody else gets it any more. */
  forget(id: ConnectionId): void
  close(): void
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

export function createPool(credentials: Credentials): Pool {
  const lines = new Map<ConnectionId, Shared>()
  const closing = new AbortController()
  const open = (target: Target) => openOrThrow(target, credentials, closing.signal)

  /** The last one who uses it ends it. */
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
  function release(id: ConnectionId, shared: Shared): void {
    shared.users--
    if (shared.users > 0) return
    if (lines.get(id) !== shared) return retire(id, shared)
    shared.idle = setTimeout(() => retire(id, shared), IDLE_MS).unref()
  }

  return {
    async use(target) {
      const shared = share(target)
      shared.users++
      clearTimeout(shared.idle)
      try {
        return { line: await shared.opening, release: () => release(target.id, shared) }
      } catch (error) {
        release(target.id, shared)
        throw error
      }
    },
    async useAnother(target) {
      const line = await open(target)
      return { line, release: () => line.end() }
    },
    forget(id) {
      const shared = lines.get(id)
      if (shared) retire(id, shared)
    },
    close() {
      closing.abort()
      for (const [id, shared] of lines) {
        retire(id, shared)
        shared.line?.end()
      }
    },
  }
}

async function openOrThrow(
  target: Target,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<Line> {
  const stages = openLine(target, createSignIn(target, credentials), signal)
  let last = ''
  for (;;) {
    const { done, value } = await stages.next()
    if (!done) last = value.detail
    else if (value) return value
    else throw new Error(last)
  }
}
