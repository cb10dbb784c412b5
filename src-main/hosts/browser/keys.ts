import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Pass } from '#bridge/transport'
import type { Clock } from '#platform/clock'
import { createTries } from './tries'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** A ticket is for opening a window now. */
export const TICKET_MS = 2 * MINUTE
/** A session ends when nobody asked for anything for so long, and in any case after a day. */
export const IDLE_MS = 8 * HOUR
export const LONGEST_MS = 24 * HOUR
/** Most tickets and sessions at once; the oldest gives way. */
const MOST = 32

/** A session's key as it lies here: its digest, never itself. */
interface Key {
  readonly digest: Buffer
  readonly bornAt: number
  usedAt: number
  readonly listeners: Set<() => void>
}

/** A key that was shown and is good. */
interface ShownKey extends Pass {
  /** Hears once when the key ends. Returns how to stop listening. */
  onEnd(listener: () => void): () => void
}

/** The keys to the interface in the browser host: single-use tickets, and session tokens that are paid with them. */
export interface Keys {
  /** 256 bits, as base64url. */
  newTicket(): string
  /** The token of a new session; each ticket works once. */
  redeem(
    ticket: string,
  ): { kind: 'token'; token: string } | { kind: 'unknown' } | { kind: 'locked' }
  show(token: string | undefined): ShownKey | undefined
  /** Ends what is over. */
  sweep(): void
  /** Ends every session and forgets every ticket. */
  revokeAll(): void
}

/** `onLock` is told when somebody has tried too many wrong keys. */
export function createKeys({ clock, onLock }: { clock: Clock; onLock: () => void }): Keys {
  let tickets: { digest: Buffer; bornAt: number }[] = []
  let keys: Key[] = []
  const tries = createTries({ clock, onLock })
  return {
    newTicket() {
      const secret = newSecret()
      tickets = [...tickets, { digest: digestOf(secret), bornAt: clock.now() }].slice(-MOST)
      return secret
    },
    redeem(ticket) {
      if (tries.isLocked()) return { kind: 'locked' }
      const found = findSecret(tickets, ticket)
      tickets = tickets.filter((each) => each !== found)
      if (!found || clock.now() - found.bornAt > TICKET_MS) {
        tries.fail()
        return { kind: 'unknown' }
      }
      tries.succeed()
      const token = newSecret()
      const now = clock.now()
      keys.push({ digest: digestOf(token), bornAt: now, usedAt: now, listeners: new Set() })
      for (const old of keys.slice(0, -MOST)) end(old)
      return { kind: 'token', token }
    },
    show(token) {
      const key = token === undefined ? undefined : findSecret(keys, token)
      if (!key || isOver(key)) {
        tries.fail()
        return undefined
      }
      return { use: () => use(key), onEnd: (listener) => hearEnd(key, listener) }
    },
    sweep() {
      for (const key of keys.filter(isOver)) end(key)
      tickets = tickets.filter(({ bornAt }) => clock.now() - bornAt <= TICKET_MS)
    },
    revokeAll() {
      tickets = []
      for (const key of keys) end(key)
    },
  }

  function use(key: Key): boolean {
    if (!keys.includes(key) || isOver(key)) return false
    key.usedAt = clock.now()
    return true
  }

  function isOver({ bornAt, usedAt }: Key): boolean {
    return clock.now() - usedAt > IDLE_MS || clock.now() - bornAt > LONGEST_MS
  }

  function end(key: Key): void {
    keys = keys.filter((each) => each !== key)
    for (const listener of key.listeners) listener()
  }
}

function hearEnd({ listeners }: Key, listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** Compares digests, each in constant time: how long it takes tells nothing of the secret. */
function findSecret<T extends { digest: Buffer }>(
  all: readonly T[],
  secret: string,
): T | undefined {
  const digest = digestOf(secret)
  return all.find((each) => timingSafeEqual(each.digest, digest))
}
