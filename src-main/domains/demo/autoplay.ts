import { setTimeout } from 'node:timers/promises'
import type { RunId, TicketId } from '#contract/primitives'
import { ENDED_RUN } from '#contract/runs'
import type { Approvals } from '#domains/approvals'
import type { Runs } from '#domains/runs'
import type { Tickets } from '#domains/tickets'
import type { TriageDomain } from '#domains/triage'
import type { Caller } from '#platform/caller'
import type { Demo } from './demo-service'
import { type Play, PLAYS } from './scenario'

/** Plays every scenario as an operator would; true when each ended as it should. */
export type Autoplay = (caller: Caller, tell: (line: string) => void) => Promise<boolean>

interface Needs {
  demo: Demo
  tickets: Tickets
  triage: TriageDomain
  runs: Runs
  approvals: Approvals
}

const LOOK_EVERY_MS = 150
const PATIENCE_MS = 90_000

export function createAutoplay(needs: Needs): Autoplay {
  return async (caller, tell) => {
    await needs.demo.start({}, caller)
    let allWell = true
    try {
      for (const play of PLAYS) {
        const started = Date.now()
        tell(`${play.title} …`)
        const problem = await perform(needs, play, caller, tell).catch((error: unknown) =>
          String(error),
        )
        const seconds = ((Date.now() - started) / 1000).toFixed(1)
        tell(
          problem === undefined
            ? `  ended as it should, ${seconds} s`
            : `  did NOT end as it should: ${problem}`,
        )
        allWell &&= problem === undefined
      }
    } finally {
      await needs.demo.stop({}, caller)
    }
    return allWell
  }
}

/** What went wrong, in words; undefined when nothing did. */
async function perform(
  needs: Needs,
  play: Play,
  caller: Caller,
  tell: (line: string) => void,
): Promise<string | undefined> {
  await needs.demo.trigger({ scenario: play.id }, caller)
  const ticketId = await until('a ticket is opened', async () => {
    const { scenarios } = await needs.demo.status({}, caller)
    return scenarios.find(({ id }) => id === play.id)?.ticketId ?? undefined
  })
  if (play.ends === 'false_positive') return waitForFalsePositive(needs, ticketId, caller, tell)
  const triage = await until(
    'the ticket is triaged',
    async () => (await needs.triage.get({ ticketId }, caller)) ?? undefined,
  )
  const best = triage.runbooks[0]
  tell(
    `  ${triage.verdict.replace('_', ' ')}, ${triage.severity}; runbook: ${best?.title ?? 'none'}`,
  )
  if (!best) return 'no runbook matched'
  const run = await needs.runs.start(
    { runbookId: best.runbookId, ticketId, inputs: {}, dryRun: false },
    caller,
  )
  await approveUntilEnded(needs, run.id, caller, tell)
  const { status, reason } = await needs.runs.get({ id: run.id }, caller)
  if (status !== 'succeeded') return `the run is ${status}: ${reason}`
  const ticket = await needs.tickets.get({ id: ticketId }, caller)
  if (ticket.status !== 'resolved') return `the ticket is ${ticket.status}`
  tell('  verified, ticket resolved')
  return undefined
}

async function waitForFalsePositive(
  { tickets }: Needs,
  id: TicketId,
  caller: Caller,
  tell: (line: string) => void,
): Promise<string | undefined> {
  const ticket = await until('the ticket is a false positive and over', async () => {
    const now = await tickets.get({ id }, caller)
    return now.verdict === 'false_positive' && now.signal === 'resolved' ? now : undefined
  })
  tell(`  false positive, ${ticket.status}; no run was started`)
  return ticket.activeRunId === null ? undefined : 'a run was started for a false positive'
}

async function approveUntilEnded(
  { runs, approvals }: Needs,
  runId: RunId,
  caller: Caller,
  tell: (line: string) => void,
): Promise<void> {
  await until('the run ends', async () => {
    const { items } = await approvals.list({ cursor: null, limit: 50, view: 'waiting' }, caller)
    for (const approval of items.filter((each) => each.runId === runId)) {
      tell(`  approving: ${approval.stepTitle} (${approval.frozen?.tier ?? 'gate'})`)
      await approvals.decide(
        {
          id: approval.id,
          subjectHash: approval.subjectHash,
          decision: 'approve',
          comment: 'played by itself',
        },
        caller,
      )
    }
    const { status } = await runs.get({ id: runId }, caller)
    if (status === 'unknown') throw new Error('the outcome of a step is unknown')
    return ENDED_RUN.includes(status) || undefined
  })
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS
  while (Date.now() < deadline) {
    const found = await look()
    if (found !== undefined) return found
    await setTimeout(LOOK_EVERY_MS)
  }
  throw new Error(`waited ${PATIENCE_MS / 1000} s in vain until ${what}`)
}
