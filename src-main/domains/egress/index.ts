import type { ChainCheck } from '#platform/chain'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import type { Events } from '#platform/events'
import type { Masking } from '#platform/masking'
import { createEgressRepository } from './egress-repository'
import { createEgressService, type Egress, settleUnderWay } from './egress-service'

// Egress: the one door for HTTP out, and the hash-chained ledger of what went through it. Decides only offline or not.
export type { Answer, Egress, Errand } from './egress-service'

interface Needs {
  database: Database
  clock: Clock
  events: Events
  masking: Masking
  settings: { current(): { readonly offline: boolean } }
  /** Whose machine it leaves: the operator's account and the machine. */
  console: string
}

/** First writes down what a crash left under way. */
export async function createEgress(needs: Needs): Promise<Egress> {
  const { db, kind } = needs.database
  const inside = { ...needs, db, repository: createEgressRepository(db, kind) }
  await settleUnderWay(inside)
  return createEgressService(inside)
}

/** For `quarterdeck audit verify`: reads the whole chain, oldest first. */
export function checkEgress({ db, kind }: Database): Promise<ChainCheck> {
  return createEgressRepository(db, kind).check()
}
