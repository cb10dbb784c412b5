import type { TicketId, Timestamp } from '#contract/primitives'
import type { Triage } from '#contract/triage'
import type { Verdict } from '#contract/tickets'
import type { Db } from '#platform/database'

type Tables = {
  triages: {
    ticket_id: TicketId
    class: string
    verdict: Verdict
    rounds: number
    first_at: Timestamp
    result: string
  }
  triage_judgements: {
    ticket_id: TicketId
    class: string
    said: Verdict
    verdict: Verdict
    operator: string
    at: Timestamp
  }
}

export interface KeptTriage {
  readonly triage: Triage
  readonly rounds: number
  readonly firstAt: Timestamp
}

/** What an operator said of a ticket, beside what the rules had said. */
export interface JudgementRow {
  readonly ticketId: TicketId
  readonly className: string
  readonly said: Verdict
  readonly verdict: Verdict
  readonly operator: string
  readonly at: Timestamp
}

/** Judgements of a class that count: older ones say less about the rules of today. */
const REMEMBERED = 100

const tables = (on: Db) => on.withTables<Tables>()

/** The one place that knows the triage tables. */
export function createTriageRepository(db: Db) {
  return {
    async find(id: TicketId, tx: Db = db): Promise<KeptTriage | undefined> {
      const row = await tables(tx)
        .selectFrom('triages')
        .selectAll()
        .where('ticket_id', '=', id)
        .executeTakeFirst()
      return (
        row && {
          triage: JSON.parse(row.result) as Triage,
          rounds: row.rounds,
          firstAt: row.first_at,
        }
      )
    },
    async save(tx: Db, className: string, { triage, rounds, firstAt }: KeptTriage): Promise<void> {
      const row = {
        ticket_id: triage.ticketId,
        class: className,
        verdict: triage.verdict,
        rounds,
        first_at: firstAt,
        result: JSON.stringify(triage),
      }
      await tables(tx)
        .insertInto('triages')
        .values(row)
        .onConflict((oc) => oc.column('ticket_id').doUpdateSet(row))
        .execute()
    },
    /** Newest first. */
    judgedOf: (className: string, tx: Db = db): Promise<{ said: Verdict; verdict: Verdict }[]> =>
      tables(tx)
        .selectFrom('triage_judgements')
        .select(['said', 'verdict'])
        .where('class', '=', className)
        .orderBy('at', 'desc')
        .limit(REMEMBERED)
        .execute(),
    /** One a ticket: the last word counts. */
    async saveJudgement(tx: Db, { ticketId, className, ...rest }: JudgementRow): Promise<void> {
      const row = { ticket_id: ticketId, class: className, ...rest }
      await tables(tx)
        .insertInto('triage_judgements')
        .values(row)
        .onConflict((oc) => oc.column('ticket_id').doUpdateSet(row))
        .execute()
    },
  }
}
export type TriageRepository = ReturnType<typeof createTriageRepository>
