import { randomBytes } from 'node:crypto'
import type { DeliveryId, Timestamp } from '#contract/primitives'
import type { Audit } from '#domains/audit'
import type { Changes } from '#domains/changes'
import type { Credentials } from '#domains/credentials'
import type { Egress } from '#domains/egress'
import type { Screen } from '#domains/screening'
import type { Signal, Tickets } from '#domains/tickets'
import type { Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import type { Events } from '#platform/events'
import { newId } from '#platform/ids'
import type { Log } from '#platform/log'
import type { Scheduler } from '#platform/scheduler'
import { createConfirming } from './confirming'
import { type Copying, createCopying } from './copying'
import { createDeadLetters } from './dead-letters'
import { createDeliveryRepository, type NewDelivery } from './delivery-repository'
import { createDeliveryService } from './delivery-service'
import { createDesk } from './desk'
import { createExplaining } from './explaining'
import { createGate } from './gate'
import { createGroupCommit } from './group-commit'
import { createLimits } from './limits'
import { createFetchText } from './outside'
import { createPast } from './past'
import { createProcessing } from './processing'
import { createProofs } from './proofs'
import { PULLED_HEADER } from './reading'
import { createRetention } from './retention'
import { createSourceRepository } from './source-repository'
import { createSourceSecrets } from './source-secrets'
import { createOrder, createSourceService, toShown } from './source-service'
import { createTraffic, MINUTES } from './traffic'
import { createWatch } from './watch'

/** One record of a source's API. */
export interface PulledRecord {
  /** JSON, as the API gave it. */
  readonly body: unknown
  /** What kind of record it is, such as `incident`: its reader wants to know. */
  readonly what: string
  /** The same for the same record in the same state; null where repeats say nothing. */
  readonly key: string | null
}

// Intake: every delivery kept verbatim before anything else happens, then read into signals and changes. Knows no triage.
export interface Intake extends Serves<'intake'> {
  /** Opens the listener and finishes what a crash left `stored`. A taken port is a status, not a crash. */
  start(): Promise<void>
  /** Knows the sources without opening anything, for orders on a store without an interface. */
  prepare(): Promise<void>
  /** Takes in again what another store kept; see `createCopying`. */
  copyFrom(order: Copying): Promise<number>
  /** Takes nothing more in, and ends when what is being read is done. */
  stop(): Promise<void>
  /** Takes in what a pull read from the API of a source. Ends when it is on disk. */
  deliver(source: string, records: readonly PulledRecord[]): Promise<void>
  /** The kind of a source that is there. */
  kindOf(source: string): ReturnType<ReturnType<typeof createGate>['kindOf']>
  /** Is this source there, and not switched off? */
  isOn(source: string): boolean
  /** What came since then, read again from what was kept, newest first. */
  pastSignals(since: Timestamp): AsyncIterable<Signal>
}

interface Needs {
  database: Database
  clock: Clock
  events: Events
  audit: Audit
  log: Log
  scheduler: Scheduler
  settings: {
    current(): {
      readonly intakePort: number
      readonly keepDeliveriesDays: number
      readonly keepDeliveries: number
    }
  }
  credentials: Pick<Credentials, 'lease' | 'create' | 'remove' | 'onRemove'>
  tickets: Pick<Tickets, 'takeSignals' | 'foresee'>
  screening: Screen
  changes: Pick<Changes, 'takeChanges'>
  egress: Pick<Egress, 'fetch'>
  version: string
  /** Wins over the setting, for this start. */
  port?: number | undefined
}

export function createIntake(needs: Needs): Intake {
  const parts = createParts(needs)
  const { deliveries, traffic, gate, processing, commit, retention, pastSignals } = parts
  const { clock } = needs
  const desk = createDesk({ ...parts, ...needs, sourceOf: gate.sourceOf, keep: commit.add })
  const order = createOrder({ ...needs, ...parts })
  const secrets = createSourceSecrets({
    ...needs,
    ...parts,
    order,
    show: (...given) => toShown(parts, ...given),
  })
  const watch = createWatch({ ...needs, ...parts, endRotations: secrets.sweep })
  return {
    ...createDeliveryService({ ...needs, ...parts }),
    ...createDeadLetters({ ...needs, ...parts }),
    ...createConfirming({ ...needs, ...parts }),
    ...createExplaining({ ...needs, ...parts }),
    ...createSourceService({ ...needs, ...parts, order }),
    setSecret: secrets.setSecret,
    removeSecret: secrets.removeSecret,
    kindOf: gate.kindOf,
    isOn: gate.isOn,
    pastSignals,
    prepare: gate.reload,
    copyFrom: createCopying({ ...needs, ...parts }),
    async deliver(source, records) {
      const receivedAt = clock.now()
      await Promise.all(records.map((record) => commit.add(toDelivery(source, record, receivedAt))))
    },
    async start() {
      await gate.reload()
      const since = clock.now() - MINUTES * 60_000
      for (const { source, minute, count } of await deliveries.perMinute(since))
        traffic.count(source, minute * 60_000, count)
      processing.ring()
      await gate.start(desk)
      watch.start()
    },
    async stop() {
      watch.stop()
      retention.stop()
      await gate.stop()
      await commit.idle()
      await processing.stop()
      traffic.stop()
    },
  }
}

function toDelivery(source: string, { body, what, key }: PulledRecord, receivedAt: Timestamp) {
  return {
    id: newId<DeliveryId>('dlv'),
    source,
    receivedAt,
    status: 'stored',
    proof: 'token',
    via: 'pulled',
    reason: '',
    key,
    headers: { 'content-type': 'application/json', [PULLED_HEADER]: what },
    body: Buffer.from(JSON.stringify(body)),
  } satisfies NewDelivery
}

/** What its services share. */
function createParts(needs: Needs) {
  const { database, clock, events, log, settings, port, version } = needs
  const { db, kind } = database
  const sources = createSourceRepository(db, kind)
  const deliveries = createDeliveryRepository(db, kind)
  const traffic = createTraffic({ clock, events })
  const fetchText = createFetchText(needs.egress)
  const proofs = createProofs({ ...needs, fetchText })
  const gate = createGate({
    sources,
    traffic,
    log,
    version,
    isComplete: proofs.isComplete,
    port: () => port ?? settings.current().intakePort,
    tell: () => events.publish('intake.changed', {}),
  })
  const { sourceOf } = gate
  const { tell } = traffic
  const commit = createGroupCommit(async (group: readonly NewDelivery[]) => {
    const kept = await deliveries.add(group)
    for (const { source, receivedAt } of kept) traffic.count(source, receivedAt)
    tell(kept.filter(({ status }) => status !== 'stored'))
    processing.ring()
    return kept
  })
  const { pressure } = commit
  const processing = createProcessing({
    ...needs,
    db,
    deliveries,
    proofs,
    sourceOf,
    pressure,
    tell,
  })
  const keeping = () => {
    const { keepDeliveriesDays: days, keepDeliveries: count } = settings.current()
    return { days, count }
  }
  return {
    db,
    sources,
    deliveries,
    traffic,
    proofs,
    gate,
    commit,
    processing,
    fetchText,
    limits: createLimits(clock),
    testMark: randomBytes(32).toString('base64url'),
    retention: createRetention({ clock, deliveries, keeping, pressure }),
    pastSignals: createPast({ deliveries, sourceOf, log }),
  }
}
