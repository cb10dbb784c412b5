import type { Domain, Handlers } from '#contract/define'
import { CLOSE } from '#contract/frames'
import type { Operator } from '#contract/people'
import type { Caller } from '#platform/caller'
import type { Log } from '#platform/log'
import { createDesk } from './desk'
import { createNewsBoard, type NewsSource } from './news-board'
import { openSession, type Session } from './session'
import type { Admit, Transport } from './transport'

// The bridge: contract × domains → checked answers, over any transport. It knows no domain by name.

/** Serves every renderer of this process. */
export interface Bridge {
  /** One session on this line. Without `admit` the transport itself is the proof of who calls (Electron). */
  open(transport: Transport, options?: { admit?: Admit }): void
  /** How many sessions are open. */
  sessions(): number
  /** Ends every session; their calls under way are cancelled. */
  close(): void
}

interface Needs<C extends Readonly<Record<string, Domain>>> {
  readonly contract: C
  readonly domains: { readonly [D in keyof C]: Handlers<C[D], Caller> }
  readonly events: NewsSource
  readonly log: Log
  /** Whoever sits at this console, asked at each call: a role may change. */
  readonly caller: () => Operator | Promise<Operator>
}

/** A domain that does not answer a call of the contract is a `TypeError` here, and does not compile. */
export function createBridge<C extends Readonly<Record<string, Domain>>>({
  contract,
  domains,
  events,
  log,
  caller,
}: Needs<C>): Bridge {
  const desk = createDesk({ contract, domains, log, caller })
  const board = createNewsBoard({ contract, events, log })
  const sessions = new Set<Session>()
  return {
    open(transport, { admit } = {}) {
      const session = openSession(transport, {
        desk,
        board,
        log,
        admit,
        onEnd: () => sessions.delete(session),
      })
      sessions.add(session)
    },
    sessions: () => sessions.size,
    close() {
      for (const session of sessions) session.end(CLOSE.goingAway, 'Quarterdeck stops')
      board.close()
    },
  }
}
