import Sqlite from 'better-sqlite3'
import type { OperatorId } from '#contract/primitives'

const listOf = (words: string) => words.split(' ')
const ALERTS = listOf(
  'DiskFull HighErrorRate PodCrashLooping ReplicationLag CertificateExpiry QueueBacklog HighLatency NodeDown BackupFailed',
)
const SERVICES = listOf(
  'checkout search payments login catalog billing mail reports gateway images',
)
/** Of eleven tickets, four still need somebody. */
const STATUSES = listOf(
  'resolved resolved resolved resolved resolved resolved closed open investigating in_progress escalated',
)
const SEVERITIES = listOf('info low medium medium high high critical')
const URGENCIES = listOf('info low medium high critical')
const MINUTE = 60_000
const DAY = 86_400_000

/** The columns of a seeded ticket; all others are null. */
type Row = Readonly<Record<string, string | number | null>>

/**
 * Fills the store of a console that was started once and is not running, a ticket a minute, the newest now: real
 * deliveries would take minutes. A tenth of the active ones is asleep, and every tenth belongs to `owner`.
 */
export function seedTickets(path: string, count: number, owner: OperatorId): void {
  const file = new Sqlite(path)
  file.pragma('synchronous = OFF')
  const now = Date.now()
  const names = Object.keys(toRow(0, 1, now, owner))
  const values = names.map((name) => `@${name}`).join(', ')
  const insert = file.prepare(`insert into tickets (${names.join(', ')}) values (${values})`)
  const index = file.prepare('insert into ticket_search (rowid, words) values (?, ?)')
  file.transaction(() => {
    for (let n = 0; n < count; n += 1) {
      const row = toRow(n, count, now, owner)
      const { lastInsertRowid } = insert.run(row)
      const words = `${row['title']} ${row['service']} ${row['description']} alertname severity`
      index.run(lastInsertRowid, words.toLowerCase().replace(/[^a-z0-9]+/g, ' '))
    }
    file.exec(COUNTS)
  })()
  file.close()
}

/** What the product keeps up to date with every change. */
const COUNTS = `
  insert into ticket_counts (status, severity, count)
    select status, severity, count(*) from tickets group by status, severity;
  insert into ticket_outcomes (day, outcome, false_positive, bucket, count)
    select resolved_at / ${DAY}, 'resolved', 0, occurrences + 40, count(*) from tickets
    where resolved_at is not null group by 1, 4;`

function toRow(n: number, count: number, now: number, owner: OperatorId): Row {
  const status = STATUSES[n % STATUSES.length]!
  const severity = SEVERITIES[Math.floor(n / 7) % SEVERITIES.length]!
  const alert = ALERTS[Math.floor(n / 3) % ALERTS.length]!
  const service = SERVICES[Math.floor(n / 5) % SERVICES.length]!
  const host = `host-${n % 500}`
  const openedAt = now - (count - n) * MINUTE
  const ended = openedAt + 30 * MINUTE
  return {
    id: `tkt_${String(n).padStart(26, '0')}`,
    ...(status === 'resolved' || status === 'closed'
      ? settled(status, n, ended)
      : active(n, now, owner)),
    status,
    severity,
    urgency: URGENCIES.indexOf(severity) * 1e14 + openedAt,
    severity_by: 'source',
    source: 'alertmanager',
    fingerprint: `seed-${n}`,
    service,
    host,
    occurrences: 1 + (n % 9),
    repeats: n % 9,
    triage: 'done',
    opened_at: openedAt,
    last_signal_at: openedAt,
    updated_at: openedAt,
    signal_starts_at: openedAt,
    signal_heard_at: openedAt,
    signal_delivery_id: `dlv_${'0'.repeat(26)}`,
    title: `${alert} on ${host}`,
    description: `The ${service} service on ${host} has raised ${alert} and needs a look.`,
    labels: JSON.stringify({ alertname: alert, service, instance: host }),
    annotations: '{}',
    links: '[]',
  }
}

const dedupKeyOf = (n: number) => `alertmanager:seed-${n}`

function settled(status: 'resolved' | 'closed', n: number, ended: number): Row {
  const isClosed = status === 'closed'
  return {
    active: 0,
    signal: 'resolved',
    dedup_key: isClosed ? null : dedupKeyOf(n),
    owner_id: null,
    owner_name: null,
    snoozed_until: null,
    resolved_at: isClosed ? null : ended,
    closed_at: isClosed ? ended : null,
  }
}

function active(n: number, now: number, owner: OperatorId): Row {
  const isMine = n % 10 === 3
  return {
    active: 1,
    signal: 'firing',
    dedup_key: dedupKeyOf(n),
    owner_id: isMine ? owner : null,
    owner_name: isMine ? 'Bench' : null,
    snoozed_until: n % 10 === 0 ? now + DAY : null,
    resolved_at: null,
    closed_at: null,
  }
}
