import { setTimeout as rest } from 'node:timers/promises'
import type { TicketId } from '#contract/primitives'
import type { Triage } from '#contract/triage'
import type { Ticket, Verdict } from '#contract/tickets'
import { Refusal } from '#contract'
import type { Audit } from '#domains/audit'
import type { Runbooks } from '#domains/runbooks'
import type { Tickets } from '#domains/tickets'
import type { Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { afterCommit, type Db, transact } from '#platform/database'
import type { Events } from '#platform/events'
import type { Log } from '#platform/log'
import { alertNameOf, classOf } from './alert-class'
import type { SeverityModel } from './severity-model'
import type { History } from './verdict'
import type { TriageRepository } from './triage-repository'
import { triageByRules } from './triage-rules'

export interface TriageDomain extends Serves<'triage'> {
  /** Triages what is due now; called on news, by the sweep and at start. Returns how many. */
  sweep(): Promise<number>
  stop(): Promise<void>
}

export interface Needs {
  db: Db
  repository: TriageRepository
  tickets: Tickets
  runbooks: Pick<Runbooks, 'rank' | 'ready'>
  model: SeverityModel
  clock: Clock
  events: Events
  audit: Audit
  log: Log
  /** How long one transaction may go on taking in tickets; 0: one ticket each. */
  sliceMs: number
  /** Nobody else works on this store: what is claimed when we start died with the process before. */
  alone: boolean
}

const BATCH = 50
/** A triage takes milliseconds: one that was claimed this long ago died with its process. */
const STUCK_MS = 60_000
const SHOWN = 3
const VERDICT_WORDS = {
  false_positive: 'false positive',
  true_positive: 'true positive',
  uncertain: 'uncertain',
}

export function createTriageService(needs: Needs): TriageDomain {
  const { db, repository, tickets, runbooks } = needs
  return {
    get: async ({ ticketId }) => (await repository.find(ticketId))?.triage ?? null,
    seenBefore: async ({ ticketId }) => findSimilar(tickets, await getTicket(tickets, ticketId)),
    async again({ ticketId }) {
      await runbooks.ready()
      const ticket = await getTicket(tickets, ticketId)
      return transact(db, (tx) => settle(needs, tx, ticket))
    },
    judge: ({ ticketId, verdict }, { operator }) =>
      takeJudgement(needs, ticketId, verdict, operator.name),
    ...createSweep(needs),
  }
}

async function getTicket(tickets: Tickets, id: TicketId): Promise<Ticket> {
  const ticket = await tickets.find(id)
  if (!ticket) throw new Refusal('not_found', `There is no ticket ${id}.`)
  return ticket
}

async function takeJudgement(
  needs: Needs,
  ticketId: TicketId,
  said: Verdict,
  operator: string,
): Promise<Triage> {
  const { db, repository, tickets, runbooks, audit, clock } = needs
  await runbooks.ready()
  const ticket = await getTicket(tickets, ticketId)
  return transact(db, async (tx) => {
    const kept = await repository.find(ticketId, tx)
    if (!kept)
      throw new Refusal('conflict', 'This ticket is not triaged yet. Try again in a moment.')
    const { verdict } = kept.triage
    const judgement = {
      ticketId,
      className: classOf(ticket),
      said,
      verdict,
      operator,
      at: clock.now(),
    }
    await repository.saveJudgement(tx, judgement)
    await tickets.addToTimeline(tx, [
      {
        ticketId,
        kind: 'feedback',
        actor: operator,
        title: `Judged ${VERDICT_WORDS[said]}`,
        tone: 'neutral',
      },
    ])
    const detail = { verdict: said, rules: verdict }
    await audit.record(tx, { actor: operator, action: 'triage.judged', subject: ticketId, detail })
    return settle(needs, tx, ticket)
  })
}

/** One sweep at a time; whoever asks meanwhile gets another one after it. */
function createSweep(needs: Needs): Pick<TriageDomain, 'sweep' | 'stop'> {
  const { tickets, runbooks } = needs
  const triageAll = createSlices(needs)
  const state = { again: false, stopped: false, first: needs.alone }
  const stopping = Promise.withResolvers<void>()
  let underWay: Promise<number> | undefined
  return {
    sweep() {
      state.again = true
      underWay ??= work().finally(() => {
        underWay = undefined
      })
      return underWay
    },
    async stop() {
      state.stopped = true
      stopping.resolve()
      await underWay
    },
  }

  async function work(): Promise<number> {
    let done = 0
    while (state.again && !state.stopped) {
      state.again = false
      await tickets.releaseStuck(state.first ? 0 : STUCK_MS)
      state.first = false
      const claimed = await tickets.claimForTriage(BATCH)
      if (claimed.length > 0 && !(await areRunbooksRead())) break
      await triageAll(claimed)
      done += claimed.length
      state.again ||= claimed.length === BATCH
    }
    return done
  }

  /** False when we stop before they are: what was claimed is found again by the next start. */
  function areRunbooksRead(): Promise<boolean> {
    return Promise.race([runbooks.ready().then(() => true), stopping.promise.then(() => false)])
  }
}

/** Slice by slice, so that a storm never holds the console: after each one others go first for as long. */
function createSlices(needs: Needs): (claimed: readonly Ticket[]) => Promise<void> {
  const { db, log, sliceMs } = needs
  return async function triageAll(claimed) {
    let waiting = claimed
    while (waiting.length > 0) {
      const began = performance.now()
      waiting = waiting.slice(await triageSome(waiting))
      if (waiting.length > 0) await rest(performance.now() - began)
    }
  }

  /** As many of the first as fit into a slice, with one flush to the disk. Answers how many. */
  async function triageSome(waiting: readonly Ticket[]): Promise<number> {
    try {
      return await transact(db, async (tx) => {
        const until = performance.now() + sliceMs
        let done = 0
        do await settleClaimed(needs, tx, waiting[done++]!)
        while (done < waiting.length && performance.now() < until)
        return done
      })
    } catch {
      await triageOne(waiting[0]!) // one of them is at fault: alone, it is found out and named
      return 1
    }
  }

  /** One that cannot be triaged keeps none of the others waiting; it stays claimed and is tried again by a later sweep. */
  async function triageOne(ticket: Ticket): Promise<void> {
    try {
      await transact(db, (tx) => settleClaimed(needs, tx, ticket))
    } catch (error) {
      log.error({ err: error, ticket: ticket.id }, 'a ticket could not be triaged')
    }
  }
}

/** A claim that another console took over, because we were asleep for so long, is theirs to settle. */
async function settleClaimed(needs: Needs, tx: Db, ticket: Ticket): Promise<void> {
  if (await needs.tickets.isStillClaimed(tx, ticket)) await settle(needs, tx, ticket)
}

/** Judges a ticket and writes down what came of it, all at once: result, ticket with its audit entry, timeline. */
async function settle(
  { repository, tickets, runbooks, model, clock, events }: Needs,
  tx: Db,
  ticket: Ticket,
): Promise<Triage> {
  const started = performance.now()
  const now = clock.now()
  const className = classOf(ticket)
  const history = await recall(repository, tx, ticket, now)
  const matches = runbooks.rank(
    {
      alertName: alertNameOf(ticket),
      text: `${ticket.title}\n${ticket.description}`,
      labels: ticket.labels,
    },
    SHOWN,
  )
  const result = triageByRules({ ticket, history, runbooks: matches, model, now })
  const triage = { ...result, tookMs: Math.round((performance.now() - started) * 10) / 10 }
  await repository.save(tx, className, { triage, rounds: history.rounds, firstAt: history.firstAt })
  await tickets.applyTriage(tx, ticket.id, triage)
  await tickets.addToTimeline(tx, toTimeline(triage))
  afterCommit(tx, () => events.publish('triage.settled', { ticketId: ticket.id }))
  return triage
}

/** How often it came back, since when, and what operators said of its kind. */
async function recall(
  repository: TriageRepository,
  tx: Db,
  ticket: Ticket,
  now: number,
): Promise<History> {
  const judged = await repository.judgedOf(classOf(ticket), tx)
  const before = await repository.find(ticket.id, tx)
  if (!before) return { rounds: 1, firstAt: now, judged }
  const comesBack = ticket.lastSignalAt > before.triage.at
  return { rounds: before.rounds + (comesBack ? 1 : 0), firstAt: before.firstAt, judged }
}

function toTimeline({ ticketId, verdict, severity, confidence, reasons, runbooks }: Triage) {
  const { basis, right, total, value } = confidence
  const sure =
    basis === 'measured' ? `measured: ${right} of ${total} right` : `estimated ${value.toFixed(2)}`
  const triaged = {
    ticketId,
    kind: 'triaged' as const,
    actor: 'rules',
    title: `Triage: ${VERDICT_WORDS[verdict]}, ${severity}`,
    detail: [reasons[0]?.text, sure].filter(Boolean).join(' · '),
    tone: verdict === 'false_positive' ? ('good' as const) : ('attention' as const),
  }
  const best = runbooks[0]
  if (!best) return [triaged]
  const matched = {
    ticketId,
    kind: 'matched' as const,
    actor: 'rules',
    title: `Runbook matched: ${best.title}`,
    detail: [`first of ${runbooks.length}, because of ${best.words.join(', ')}`, best.history]
      .filter(Boolean)
      .join('; '),
  }
  return [triaged, matched]
}

async function findSimilar(tickets: Tickets, ticket: Ticket) {
  const own = `${ticket.labels['alertname'] ?? ''} ${ticket.title} ${ticket.service ?? ''}`
  const { tickets: found, compared } = await tickets.similarResolved(own, ticket.id, SHOWN)
  const items = found.map((other) => ({
    ticketId: other.id,
    title: other.title,
    resolvedAt: other.resolvedAt ?? other.updatedAt,
    score: likeness(ticket, other),
    how:
      other.verdict === 'false_positive'
        ? 'was a false positive'
        : `${other.status} after ${minutesBetween(other)} min`,
  }))
  return { items: items.toSorted((a, b) => b.score - a.score), compared }
}

function minutesBetween({ openedAt, resolvedAt, updatedAt }: Ticket): number {
  return Math.max(1, Math.round(((resolvedAt ?? updatedAt) - openedAt) / 60_000))
}

/** Share of words and labels two tickets have in common (Jaccard), 0 to 1. */
function likeness(a: Ticket, b: Ticket): number {
  const [left, right] = [featuresOf(a), featuresOf(b)]
  const common = [...left].filter((feature) => right.has(feature)).length
  return common / Math.max(1, new Set([...left, ...right]).size)
}

function featuresOf({ title, labels, service }: Ticket): Set<string> {
  const words = title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  return new Set([...words, `alert:${labels['alertname'] ?? ''}`, `service:${service ?? ''}`])
}
