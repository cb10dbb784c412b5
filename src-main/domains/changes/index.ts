import type { TicketId } from '#contract/primitives'
import type { Serves } from '#platform/caller'
import type { Database, Db } from '#platform/database'
import type { Events } from '#platform/events'
import { createAnswers, type TicketFacts } from './change-answers'
import { createChangeListRepository } from './change-list-repository'
import type { ChangeNews } from './change-news'
import { createChangeRepository } from './change-repository'
import { createTaking, type TakenChange } from './change-service'

// Changes: commits, pull requests, builds and deployments, joined by revision. Judges nothing.
export type { ChangeNews, TakenChange }

export interface Changes extends Serves<'changes'> {
  /** What one source says about engineering work; an older word never undoes a newer one. In order. */
  takeChanges(tx: Db, source: string, news: readonly ChangeNews[]): Promise<TakenChange[]>
}

interface Needs {
  database: Database
  events: Events
  ticketFacts: (id: TicketId) => Promise<TicketFacts | undefined>
}

export function createChanges({ database, events, ticketFacts }: Needs): Changes {
  const { db, kind } = database
  return {
    ...createAnswers({ list: createChangeListRepository(db), ticketFacts }),
    ...createTaking({ repository: createChangeRepository(kind), events }),
  }
}
