import { sql } from 'kysely'
import type { EgressEntry, EgressOutcome } from '#contract/egress'
import { createChain } from '#platform/chain'
import type { Db, StoreKind } from '#platform/database'

/** What is known of a request before it is sent. */
export interface Departure {
  readonly id: string
  readonly console: string
  readonly at: number
  readonly purpose: string
  readonly actor: string
  readonly method: string
  readonly host: string
  readonly path: string
}
/** What is known of it when it is over. */
export type Arrival = Pick<
  EgressEntry,
  'bytesOut' | 'bytesIn' | 'status' | 'durationMs' | 'outcome' | 'reason'
>

type Row = Omit<EgressEntry, 'bytesOut' | 'bytesIn' | 'durationMs'> & {
  bytes_out: number
  bytes_in: number
  duration_ms: number
}
type Tables = { egress_entries: Row; egress_under_way: Departure }
const tables = (db: Db) => db.withTables<Tables>()

interface Wanted {
  readonly text: string
  readonly outcome: EgressOutcome | null
}

/** The one place that knows the egress tables. Nothing here changes or deletes an entry. */
export function createEgressRepository(db: Db, kind: StoreKind) {
  const chain = createChain<Row>(db, kind, { entries: 'egress_entries', head: 'egress_head' })
  return {
    check: chain.check,
    /** It is about to leave. */
    async begin(departure: Departure): Promise<void> {
      await tables(db).insertInto('egress_under_way').values(departure).execute()
    },
    /** It is over, or never left. */
    async end(tx: Db, departure: Departure, arrival: Arrival): Promise<void> {
      const { id, ...known } = departure
      await tables(tx).deleteFrom('egress_under_way').where('id', '=', id).execute()
      const { bytesOut, bytesIn, durationMs, ...rest } = arrival
      const row = { ...known, ...rest, bytes_out: bytesOut, bytes_in: bytesIn }
      await chain.append(tx, [{ ...row, duration_ms: durationMs }])
    },
    /** What was under way on a console, oldest first. */
    underWay: (console: string): Promise<Departure[]> =>
      tables(db)
        .selectFrom('egress_under_way')
        .selectAll()
        .where('console', '=', console)
        .orderBy('at')
        .orderBy('id')
        .execute(),
    /** Newest first, before `seq`. */
    async before(seq: number, wanted: Wanted, limit: number): Promise<EgressEntry[]> {
      const rows = await matching(db, wanted)
        .selectAll()
        .where('seq', '<', seq)
        .orderBy('seq', 'desc')
        .limit(limit)
        .execute()
      return rows.map(toEntry)
    },
    async count(wanted: Wanted): Promise<number> {
      const { n } = await matching(db, wanted)
        .select((e) => e.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
      return n
    },
  }
}
export type EgressRepository = ReturnType<typeof createEgressRepository>

function matching(db: Db, { text, outcome }: Wanted) {
  let rows = tables(db).selectFrom('egress_entries')
  if (outcome !== null) rows = rows.where('outcome', '=', outcome)
  if (text === '') return rows
  const like = `%${text.toLowerCase().replace(/[\\%_]/g, String.raw`\$&`)}%`
  return rows.where((e) =>
    e.or(
      (['purpose', 'actor', 'host'] as const).map(
        (name) => sql<boolean>`lower(${e.ref(name)}) like ${like} escape '\\'`,
      ),
    ),
  )
}

function toEntry({ bytes_out, bytes_in, duration_ms, ...same }: Row): EgressEntry {
  return { ...same, bytesOut: bytes_out, bytesIn: bytes_in, durationMs: duration_ms }
}
