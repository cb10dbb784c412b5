import { type RawBuilder, sql } from 'kysely'
import type { Timestamp } from '#contract/primitives'
import type { Database, Db } from '#platform/database'

const ALERTS =
  'DiskFull HighErrorRate PodCrashLooping ReplicationLag CertificateExpiry QueueBacklog HighLatency NodeDown OutOfMemory BackupFailed'
const SERVICES = 'checkout search payments login catalog billing mail reports gateway images'
const STATUSES =
  'resolved resolved resolved resolved resolved resolved closed open investigating in_progress escalated'
const SEVERITIES = 'info low medium medium high high critical'

/** The n-th word of a list, by a number in SQL. */
function pick(words: string, n: RawBuilder<number>): RawBuilder<string> {
  const list = words.split(' ')
  const cases = list.map((word, place) => sql`when ${sql.lit(place)} then ${sql.lit(word)}`)
  return sql`(case (${n}) % ${sql.lit(list.length)} ${sql.join(cases, sql` `)} end)`
}

/**
 * Fills an empty store with tickets a minute apart, the newest at `now`, in seconds instead of the minutes that real
 * deliveries would take: about a third are active, and a tenth of those are asleep. For benchmarks and long lists.
 */
export async function seedTickets(
  { db, kind }: Database,
  count: number,
  now: Timestamp,
): Promise<void> {
  const numbers =
    kind === 'sqlite'
      ? sql`(with recursive r (n) as (select 0 union all select n + 1 from r where n + 1 < ${sql.lit(count)}) select n from r)`
      : sql`(select n from generate_series(0, ${sql.lit(count - 1)}) as r (n))`
  await sql`insert into tickets (
      id, status, active, severity, urgency, severity_by, signal, source, fingerprint, dedup_key, service, host,
      occurrences, repeats, snoozed_until, triage, opened_at, last_signal_at, updated_at, resolved_at, closed_at,
      signal_starts_at, signal_heard_at, signal_delivery_id, title, description, labels, annotations, links)
    select ${idOf(kind)}, status, active, severity,
      (case severity when 'critical' then 4 when 'high' then 3 when 'medium' then 2 when 'low' then 1 else 0 end)
        * 100000000000000 + opened_at,
      'source', case when active = 1 then 'firing' else 'resolved' end, 'alertmanager', fingerprint,
      case when status = 'closed' then null else 'alertmanager:' || fingerprint end, service, host, 1, 0,
      case when active = 1 and n % 10 = 0 then ${sql.lit(now + 86_400_000)} end, 'done', opened_at, opened_at, opened_at,
      case when status = 'resolved' then opened_at + 1800000 end, case when status = 'closed' then opened_at + 1800000 end,
      opened_at, opened_at, 'dlv_00000000000000000000000000', alert || ' on ' || host,
      'The ' || service || ' service on ' || host || ' has raised ' || alert || ' and needs a look.',
      '{"alertname":"' || alert || '","service":"' || service || '","instance":"' || host || '"}', '{}', '[]'
    from (select n, 'seed-' || n as fingerprint, ${sql.lit(now)} - (${sql.lit(count)} - n) * cast(60000 as bigint) as opened_at,
        ${pick(STATUSES, sql`n`)} as status, ${pick(SEVERITIES, sql`n / 7`)} as severity,
        ${pick(ALERTS, sql`n / 3`)} as alert, ${pick(SERVICES, sql`n / 5`)} as service,
        'host-' || (n % 500) as host,
        case when ${pick(STATUSES, sql`n`)} in ('resolved', 'closed') then 0 else 1 end as active
      from ${numbers} as numbers) as seeds
    order by n`.execute(db)
  await fillSearch(db, kind)
  await sql`insert into ticket_counts (status, severity, count)
    select status, severity, count(*) from tickets group by status, severity`.execute(db)
  // As PostgreSQL does by itself, a minute later.
  if (kind === 'postgres') await sql`analyze tickets, ticket_search`.execute(db)
}

/** Ids of the right shape: 26 characters of Crockford's base 32, in the order of `n`. */
function idOf(kind: Database['kind']): RawBuilder<string> {
  return kind === 'sqlite'
    ? sql`'tkt_' || printf('%026d', n)`
    : sql`'tkt_' || lpad(n::text, 26, '0')`
}

async function fillSearch(db: Db, kind: Database['kind']): Promise<void> {
  const words = sql`lower(replace(replace(title, '-', ' '), '.', ' ') || ' alertname ' || service || ' service needs a look')`
  await (
    kind === 'sqlite'
      ? sql`insert into ticket_search (rowid, words) select seq, ${words} from tickets`
      : sql`insert into ticket_search (seq, words) select seq, to_tsvector('simple', ${words}) from tickets`
  ).execute(db)
}
