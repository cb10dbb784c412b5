import type { ConnectionId } from '#contract/primitives'
import type { LeaseUse } from '#domains/credentials'
import type { Line } from './line'
import { openLine } from './open'
import type { Hop } from './route'
import type { SignIn } from './sign-in'

/** A line that somebody uses now. `release` it when done; it then stays open for a while. */
export interface Use {
  readonly line: Line
  release(): void
}

/** Where to, and for which connection. */
export interface Way {
  readonly id: ConnectionId
  readonly hops: readonly Hop[]
  /** For what secrets are borrowed on the way. */
  readonly use: LeaseUse
}

/** Lines to hosts. Both ways to use one throw an error whose message says which stage failed and why. */
export interface Pool {
  /** The one line that all share that go the same way. Its jump hosts are shared too. */
  use(way: Way): Promise<Use>
  /** A line for one use, when the shared one takes no more. */
  useAnother(way: Way): Promise<Use>
  /** Those who use the line keep it; nobody else gets it any more. */
  forget(id: ConnectionId): void
  close(): void
}

interface Shared {
  readonly opening: Promise<Line>
  readonly owners: Set<ConnectionId>
  line?: Line
  users: number
  idle?: NodeJS.Timeout
}

interface Needs {
  createSignIn(hop: Hop, use: LeaseUse): SignIn
  now(): number
}

/** The next step of a run usually follows within seconds; a host's session limit should not be held for longer. */
const IDLE_MS = 60_000

export function createPool(needs: Needs): Pool {
  const closing = new AbortController()
  const shelf = createShelf()

  /** Whoever comes while it opens shares its fate: a wrong password is tried once, not once a step. */
  async function use(way: Way): Promise<Use> {
    const { opening, release } = shelf.take(toKey(way.hops), way.id, () => open(way))
    try {
      return { line: await opening, release }
    } catch (error) {
      release()
      throw error
    }
  }
  /** Over the shared line to the machine before, which is held as long as this one lasts. */
  async function open({ id, hops, use: purpose }: Way): Promise<Line> {
    const hop = hops.at(-1)!
    const before = hops.slice(0, -1)
    const via = before.length === 0 ? undefined : await use({ id, hops: before, use: purpose })
    try {
      const through = via && { line: via.line, name: before.at(-1)!.name }
      const line = await openOrThrow(needs, { hop, through, use: purpose }, closing.signal)
      void line.ended.then(() => via?.release())
      return line
    } catch (error) {
      via?.release()
      throw error
    }
  }

  return {
    use,
    async useAnother(way) {
      const line = await open(way)
      return { line, release: () => line.end() }
    },
    forget: shelf.forget,
    close() {
      closing.abort()
      shelf.close()
    },
  }
}

/** The lines that are shared, by everything they depend on. */
function createShelf() {
  const lines = new Map<string, Shared>()

  /** The last one who uses it ends it. */
  function retire(key: string, shared: Shared): void {
    if (lines.get(key) === shared) lines.delete(key)
    clearTimeout(shared.idle)
    if (shared.users === 0) shared.line?.end()
  }
  function find(key: string, open: () => Promise<Line>): Shared {
    const before = lines.get(key)
    if (before && before.line?.isOpen() !== false) return before
    if (before) retire(key, before)
    const shared: Shared = { opening: open(), owners: new Set(), users: 0 }
    lines.set(key, shared)
    shared.opening.then(
      (line) => (shared.line = line),
      () => retire(key, shared),
    )
    return shared
  }
  function release(key: string, shared: Shared): void {
    shared.users--
    if (shared.users > 0) return
    if (lines.get(key) !== shared) return retire(key, shared)
    shared.idle = setTimeout(() => retire(key, shared), IDLE_MS).unref()
  }
  return {
    take(key: string, owner: ConnectionId, open: () => Promise<Line>) {
      const shared = find(key, open)
      shared.owners.add(owner)
      shared.users++
      clearTimeout(shared.idle)
      return { opening: shared.opening, release: () => release(key, shared) }
    },
    forget(owner: ConnectionId) {
      for (const [key, shared] of lines) if (shared.owners.has(owner)) retire(key, shared)
    },
    close() {
      for (const [key, shared] of lines) {
        retire(key, shared)
        shared.line?.end()
      }
    },
  }
}

/** Everything a line depends on: a changed connection gets a new one. */
function toKey(hops: readonly Hop[]): string {
  return JSON.stringify(hops.map(({ name: _name, jumpHost: _jump, ...hop }) => hop))
}

interface Leg {
  readonly hop: Hop
  readonly through: { line: Line; name: string } | undefined
  readonly use: LeaseUse
}

async function openOrThrow(
  { createSignIn, now }: Needs,
  { hop, through, use }: Leg,
  signal: AbortSignal,
): Promise<Line> {
  const stages = openLine({ hop, through, signIn: createSignIn(hop, use), now }, signal)
  let last = ''
  for (;;) {
    const { done, value } = await stages.next()
    if (!done) last = value.detail
    else if (value) return value
    else throw new Error(hop.jumpHost === null ? last : `On the way, at ${hop.name}: ${last}`)
  }
}
