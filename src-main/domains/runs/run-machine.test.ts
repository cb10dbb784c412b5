import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FrozenAction } from '#contract/actions'
import type { ApprovalId, ConnectionId, OperatorId, RiskTier, RunId } from '#contract/primitives'
import type { Plan } from '#contract/plans'
import type { RunbookRecord, RunbookStep, StepKind } from '#contract/runbooks'
import type { Outcome } from '#domains/connections'
import { decide, evolve, keyOf, wanted } from './run-machine'
import { firstState, fromStored, type Snapshot, toStored } from './run-snapshot'
import {
  type Cause,
  type Command,
  type Fact,
  isBusy,
  isDone,
  isPassed,
  needsApproval,
  type RunFact,
  type RunState,
  isSafe,
  type StepOrder,
  type StepState,
} from './run-state'

const ADA = { id: 'opr_01J9Q3AAAAAAAAAAAAAAAAAAAA' as OperatorId, name: 'Ada' }
const BOB = { id: 'opr_01J9Q3BBBBBBBBBBBBBBBBBBBB' as OperatorId, name: 'Bob' }
const RUN = 'run_01J9Q3AAAAAAAAAAAAAAAAAAAA' as RunId

interface Drawn {
  kind: StepKind
  tier: RiskTier
  asks: boolean
  when: boolean
  times: number
  idempotent: boolean
  undo: 'none' | 'named' | 'irreversible'
  undoTier: RiskTier
  verified: boolean
  until: boolean
  alert: boolean
  before: boolean
  targets: number
  atOnce: number
  stopAfter: number
  items: number
  called: boolean
}
interface Sketch {
  steps: Drawn[]
  probe: { holds: number } | null
  alert: boolean
  ticket: boolean
  dryRun: boolean
}

const drawnStep: fc.Arbitrary<Drawn> = fc.record({
  kind: fc.constantFrom(
    'check',
    'change',
    'change',
    'change',
    'manual',
    'approval',
    'notify',
    'wait',
    'run',
  ),
  tier: fc.constantFrom(
    'read',
    'read',
    'reach_out',
    'change',
    'change',
    'change',
    'destroy',
    'forbidden',
  ),
  asks: fc.boolean(),
  when: fc.nat(4).map((n) => n === 0),
  times: fc.nat(2),
  idempotent: fc.boolean(),
  undo: fc.constantFrom('none', 'named', 'named', 'irreversible'),
  undoTier: fc.constantFrom('read', 'change', 'destroy'),
  verified: fc.nat(3).map((n) => n === 0),
  until: fc.boolean(),
  alert: fc.nat(3).map((n) => n === 0),
  before: fc.nat(3).map((n) => n === 0),
  targets: fc.constantFrom(0, 0, 0, 1, 2, 3, 4),
  atOnce: fc.integer({ min: 1, max: 3 }),
  stopAfter: fc.integer({ min: 1, max: 3 }),
  items: fc.constantFrom(0, 0, 2),
  called: fc.boolean(),
})
const sketch: fc.Arbitrary<Sketch> = fc.record({
  steps: fc.array(drawnStep, { minLength: 1, maxLength: 4 }),
  probe: fc.option(fc.record({ holds: fc.integer({ min: 1, max: 3 }) })),
  alert: fc.boolean(),
  ticket: fc.boolean(),
  dryRun: fc.nat(9).map((n) => n === 0),
})

function toStep(name: string, more: Partial<RunbookStep>): RunbookStep {
  return {
    name,
    title: name,
    description: '',
    kind: 'check',
    language: 'sh',
    code: 'true',
    line: 1,
    on: null,
    undo: null,
    verify: null,
    when: null,
    retry: { times: 0, delayMs: 10 },
    timeoutMs: 1000,
    idempotent: false,
    pty: false,
    cwd: null,
    interpreter: null,
    isUndo: false,
    ...more,
  }
}

const runsSomewhere = (kind: StepKind) => kind === 'check' || kind === 'change'

/** What is drawn and the kind of step has a use for. */
function flowOf({ kind, before, targets, atOnce, stopAfter, items }: Drawn): Partial<RunbookStep> {
  return {
    ...(before && { before: 'ready' }),
    ...(runsSomewhere(kind) && targets > 0 && { fan: { atOnce, stopAfter } }),
    ...(kind === 'manual' && {
      dueMs: 20,
      checklist: Array.from({ length: items }, (_, n) => `item ${n}`),
    }),
  }
}

function waitOf({ until, alert }: Drawn): NonNullable<RunbookStep['wait']> {
  if (alert) return { timerMs: null, until: null, everyMs: 5, alert: '' }
  return { timerMs: until ? null : 50, until: until ? 'until' : null, everyMs: 5 }
}

/** The name a step has when the drawn one before it calls its runbook. */
function namesOf(steps: readonly Drawn[]): string[] {
  const names: string[] = []
  for (const [n, { called }] of steps.entries()) {
    const calls = called && steps[n - 1]?.kind === 'run'
    names.push(calls ? `${names[n - 1]!}/s${n}` : `s${n}`)
  }
  return names
}

/** The snapshot of a sketch, and which tier each of its steps will be found to have. */
function toSnapshot({ steps, probe, alert, ticket }: Sketch) {
  const names = namesOf(steps)
  const tiers: Record<string, RiskTier> = {
    proof: 'read',
    probe: 'read',
    until: 'read',
    ready: 'read',
  }
  const asks: Record<string, boolean> = {}
  const planned = steps.map((drawn, n) => {
    const name = names[n]!
    tiers[name] = drawn.tier
    tiers[`u${n}`] = drawn.undoTier
    asks[name] = drawn.asks
    return toStep(name, {
      ...flowOf(drawn),
      ...(name.includes('/') && { scope: name.replace(/[^/]*$/, '') }),
      kind: drawn.kind,
      when: drawn.when ? 'x' : null,
      retry: { times: drawn.times, delayMs: 10 },
      idempotent: drawn.idempotent,
      undo:
        drawn.undo === 'named' ? `u${n}` : drawn.undo === 'irreversible' ? 'irreversible' : null,
      verify: drawn.verified ? 'proof' : null,
      ...(drawn.kind === 'wait' && {
        wait: waitOf(drawn),
      }),
    })
  })
  const undos = steps.map((_, n) => toStep(`u${n}`, { kind: 'change', isUndo: true }))
  const probes = ['proof', 'probe', 'until', 'ready'].map((name) => toStep(name, { isProbe: true }))
  const verify =
    probe || alert
      ? {
          probe: probe ? 'probe' : null,
          probeHolds: probe?.holds ?? 1,
          probeEveryMs: 5,
          withinMs: 500,
          alertResolved: alert,
        }
      : null
  const toPlan = ({ name, title, kind, language, code, fan }: RunbookStep, index: number) => ({
    ...(fan && {
      targets: Array.from({ length: steps[index]?.targets ?? 0 }, (_, n) => ({
        connectionId: `con_${n}` as ConnectionId,
        connectionName: `web-${n}`,
      })),
    }),
    index,
    name,
    title,
    kind,
    language,
    code,
    tier: tiers[name]!,
    tierReasons: [],
    connectionId: null,
    connectionName: null,
    undo: null,
    problem: null,
    needsApproval: asks[name] ?? tiers[name] !== 'read',
  })
  const plan = {
    runbookId: 'r',
    runbookTitle: 'R',
    revision: '',
    ticketId: ticket ? 'tkt' : null,
    inputs: [],
    steps: planned.map(toPlan),
    onCall: [...undos, ...probes].map(toPlan),
    verify,
    pointOfNoReturn: null,
    problems: [],
  } as unknown as Plan
  const record = { runbook: { steps: [...planned, ...undos, ...probes] } } as RunbookRecord
  return { snapshot: { plan, record } as Snapshot, tiers }
}

/** Plays a run: the test is the driver, the people and the targets, and holds the rules against everything that happens. */
function play(drawn: Sketch) {
  const { snapshot, tiers } = toSnapshot(drawn)
  const facts: RunFact[] = []
  const performed: { step: number; turn: number; hash: string; approvalId: ApprovalId | null }[] =
    []
  const approved = new Map<ApprovalId, { step: number; hash: string | null }[]>()
  let approvals = 0
  let at = 1000
  let state = firstState(RUN, snapshot, ADA, drawn.dryRun)

  function tell(fact: Fact, by = 'Ada'): boolean {
    const dated: RunFact = { ...fact, at: (at += 7), by }
    const before = state
    const commands = decide(before, dated)
    const next = evolve(before, dated)
    if (next === before) {
      expect(commands).toEqual([])
      return false
    }
    expect(dated.type === 'cancelled' && before.mode === 'undo').toBe(false)
    facts.push(dated)
    if (dated.type === 'answered' && dated.answer === 'approved')
      approved.set(dated.approvalId, coveredBy(before, dated.step))
    state = next
    check(before, dated, commands)
    return true
  }

  function check(before: RunState, fact: RunFact, commands: Command[]): void {
    checkBusy()
    for (const command of commands)
      if (command.type === 'perform') checkPerform(before, fact, command)
    checkAborts(commands)
    checkCertainty(before, fact)
    checkEnd(before, fact)
    checkRegistered(before)
    for (const [index, was] of before.steps.entries()) checkDone(fact, was, state.steps[index]!)
    expect(new Set(wanted(state).map(keyOf)).size).toBe(wanted(state).length)
  }

  /** One step at a time; of a step over several targets, as many as it says, and no other beside them. */
  function checkBusy() {
    const busy = state.steps.filter(isBusy)
    const groups = new Set(busy.map(({ group }) => group))
    const group = busy[0]?.group ?? null
    const most = group === null ? 1 : state.steps[group]!.fan!.atOnce
    expect(groups.size).toBeLessThanOrEqual(1)
    expect(busy.length).toBeLessThanOrEqual(most)
  }

  function checkPerform(before: RunState, fact: RunFact, { step: index, turn }: StepOrder) {
    if (fact.type !== 'dispatched') throw new Error('performed without a dispatch')
    const step = state.steps[index]!
    const { approvalId, hash } = fact
    expect(performed).not.toContainEqual(expect.objectContaining({ step: index, turn }))
    expect(step).toMatchObject({ phase: 'executing', frozen: { hash } })
    expect(step.frozen!.tier).not.toBe('forbidden')
    if (needsApproval(step, state.rules[step.name]!)) {
      expect(approved.get(approvalId!)).toContainEqual({ step: index, hash })
      expect(performed).not.toContainEqual(expect.objectContaining({ step: index, approvalId }))
    }
    expect(before.paused).toBeNull()
    checkBegun(before, step)
    if (drawn.dryRun) expect([step.frozen!.tier, approvalId]).toEqual(['read', null])
    if (step.purpose === 'undo') checkUndo(step)
    else expect(state.mode).not.toBe('undo')
    // The undo is on paper before the step touches anything.
    const { undo } = state.rules[step.name]!
    const isOwn = step.purpose === 'step' || step.purpose === 'target'
    if (isOwn && undo?.startsWith('u')) expect(step.undoneBy).not.toBeNull()
    performed.push({ step: index, turn, hash, approvalId })
  }

  /** Only of steps that started, only when everything that came later is taken back. */
  function checkUndo(step: StepState) {
    expect(state.mode).toBe('undo')
    const parent = state.steps[step.of!]!
    const started =
      performed.some((one) => one.step === parent.index) || parent.phase === 'succeeded'
    expect(started).toBe(true)
    expect(parent.touched).toBe(true)
    const later = state.steps.filter(
      ({ purpose, index, group }) =>
        purpose === 'undo' && (group ?? index) > (step.group ?? step.index),
    )
    for (const other of later)
      expect(isPassed(other) || !state.steps[other.of!]!.touched).toBe(true)
  }

  /** What may have happened is not done again by itself, unless it is a read or was declared safe to repeat. */
  function checkCertainty(before: RunState, fact: RunFact) {
    for (const was of before.steps) {
      const is = state.steps[was.index]!
      const unsafe = was.phase === 'executing' && !isSafe(was, state.rules[was.name]!)
      if (was.phase === 'unknown' && is.phase !== 'unknown') expect(fact.type).toBe('decided')
      if (unsafe && fact.type === 'restarted') expect(is.phase).toBe('unknown')
      if (unsafe && fact.type === 'finished' && fact.step === was.index)
        checkOutcome(is, fact.outcome)
    }
  }

  /** Nothing that happened and could be taken back is left. */
  function checkUndone() {
    for (const step of state.steps) {
      const isOwn = step.purpose === 'step' || step.purpose === 'target'
      const ran = isOwn && performed.some((one) => one.step === step.index)
      const can = state.rules[step.name]!.undo?.startsWith('u') === true
      if (ran && can && step.phase === 'succeeded')
        expect(isPassed(state.steps[step.undoneBy!]!)).toBe(true)
    }
  }

  function checkAborts(commands: Command[]) {
    for (const command of commands)
      if (command.type === 'abort') expect(state.steps[command.step]!.purpose).not.toBe('undo')
  }

  function checkEnd(before: RunState, fact: RunFact) {
    if (before.end) expect(['rated', 'undo_wanted', 'retried']).toContain(fact.type)
    if (before.end && !state.end) expect(fact.type).not.toBe('rated')
    if (!state.end) return
    expect(state.steps.every((step) => isDone(step) || step.phase === 'pending')).toBe(true)
    expect(wanted(state)).toEqual([])
    if (state.end.status === 'undone') checkUndone()
    if (state.end.status === 'succeeded') checkSuccess(state.end.cause)
  }

  function checkSuccess(cause: Cause) {
    expect(state.order.every((index) => isPassed(state.steps[index]!))).toBe(true)
    const gates = state.steps.filter((step) => state.rules[step.name]!.kind === 'approval')
    for (const gate of gates)
      if (gate.purpose === 'step')
        expect(gate.phase === 'skipped' || approved.has(gate.approvalId!)).toBe(true)
    if (cause !== 'verified') return
    const probes = state.steps.filter((step) => step.repeats && step.of === null)
    for (const done of probes) expect(done.held).toBeGreaterThanOrEqual(state.verify!.probeHolds)
    expect(state.alertResolved || !state.verify!.alertResolved || !state.hasTicket).toBe(true)
  }

  function checkRegistered(before: RunState) {
    expect(state.steps.length).toBeGreaterThanOrEqual(before.steps.length)
    for (const step of state.steps)
      if (step.undoneBy !== null) expect(state.steps[step.undoneBy]!.of).toBe(step.index)
    const taken = state.steps.filter(({ purpose }) => purpose === 'undo').map(({ of }) => of)
    expect(new Set(taken).size).toBe(taken.length)
  }

  const newApproval = () => `apr_${String((approvals += 1))}` as ApprovalId
  return {
    tell,
    newApproval,
    facts,
    performed,
    state: () => state,
    tierOf: (name: string) => tiers[name]!,
    replayed: () => facts.reduce(evolve, firstState(RUN, snapshot, ADA, drawn.dryRun)),
    restored: () => fromStored(snapshot, toStored(state)),
  }
}
/** No further target is begun once enough have failed, or while nobody knows what happened on one. */
function checkBegun(before: RunState, step: StepState) {
  const group = step.group === null ? undefined : before.steps[step.group]!
  if (!group || step.purpose === 'probe' || before.steps[step.index]!.attempt > 0) return
  const others = before.steps.filter((one) => one.group === group.index && one !== step)
  const failed = new Set(
    others.filter((one) => isDone(one) && !isPassed(one)).map((one) => one.target!.connectionName),
  )
  // An answer that came late finds its step on its way already.
  if (step.approvalId === group.approvalId)
    expect(failed.size).toBeLessThan(group.fan!.stopAfter + group.fan!.atOnce)
}

/** What an answer is for: the action of a step, or those of all targets that wait to be let go. */
function coveredBy({ steps }: RunState, index: number): { step: number; hash: string | null }[] {
  const asked = steps[index]!
  const covered = asked.fan
    ? steps.filter(({ group, phase }) => group === index && phase === 'ready')
    : [asked]
  return covered.map((step) => ({ step: step.index, hash: step.frozen?.hash ?? null }))
}

/** What is done is never done again; what was refused or failed only when an operator says so. */
function checkDone(fact: RunFact, was: StepState, is: StepState) {
  if (!isDone(was) || was.repeats || was.before) return
  if (was.fan && fact.type === 'retried') return
  if (isPassed(was)) expect(is.phase).toBe(was.phase)
  else if (is.phase !== was.phase) expect(['retried', 'undo_wanted']).toContain(fact.type)
}

function checkOutcome(is: StepState, outcome: Outcome) {
  const uncertain = outcome.status === 'lost' || ('stopped' in outcome && !outcome.stopped)
  if (uncertain) expect(is.phase).toBe('unknown')
  else if (is.phase === 'retrying') expect(outcome.status).toBe('not_started')
}

type Game = ReturnType<typeof play>

const OUTCOMES: Outcome[] = [
  { status: 'exited', exitCode: 0, signal: null },
  { status: 'exited', exitCode: 0, signal: null },
  { status: 'exited', exitCode: 0, signal: null },
  { status: 'exited', exitCode: 1, signal: null },
  { status: 'exited', exitCode: 2, signal: null },
  { status: 'exited', exitCode: 137, signal: 'SIGKILL' },
  { status: 'not_started', reason: 'no route' },
  { status: 'not_started', reason: 'no route' },
  { status: 'timed_out', reason: 'too long', stopped: true },
  { status: 'timed_out', reason: 'too long', stopped: false },
  { status: 'cancelled', stopped: true },
  { status: 'cancelled', stopped: false },
  { status: 'lost', reason: 'the line broke' },
]

function frozenOf(game: Game, step: StepState): FrozenAction {
  const hash = `hash-${step.index}-${step.turn}`
  const action = { target: { connectionName: 'here' } } as FrozenAction['action']
  return { action, hash, tier: game.tierOf(step.name), tierReasons: [] }
}

/** What a driver or a person may answer now. `pick` chooses; 0 is always the way that leads on. */
function answerTo(game: Game, command: Command, pick: number): Fact | undefined {
  if ('dueAt' in command) return command
  if (command.type === 'watch_alert') return { type: 'alert', resolved: pick % 3 !== 1 }
  const step = game.state().steps[command.step]!
  return ANSWERS[command.type]?.(game, step, { step: command.step, turn: command.turn }, pick)
}

type Answer = (
  game: Game,
  step: StepState,
  of: { step: number; turn: number },
  pick: number,
) => Fact
const ANSWERS: Partial<Record<StepOrder['type'], Answer>> = {
  evaluate: (_, __, of, pick) => ({ type: 'condition', ...of, met: pick % 3 !== 1, why: 'so' }),
  freeze: (game, step, of, pick) =>
    pick % 9 === 1
      ? { type: 'not_frozen', ...of, reason: 'gone' }
      : { type: 'frozen', ...of, frozen: frozenOf(game, step) },
  ask: (game, _, of) => ({ type: 'asked', ...of, approvalId: game.newApproval() }),
  await_answer: (_, { approvalId }, of, pick) => {
    const answers = ['approved', 'approved', 'approved', 'rejected', 'expired'] as const
    const answer = answers[pick % answers.length]!
    return { type: 'answered', ...of, approvalId: approvalId!, answer, comment: '' }
  },
  dispatch: (_, { approvalId, frozen }, of, pick) =>
    pick % 9 === 1
      ? { type: 'not_dispatched', ...of, reason: 'expired' }
      : { type: 'dispatched', ...of, approvalId, hash: frozen!.hash },
  notify: (_, __, of) => ({ type: 'notified', ...of }),
  await_alert: (_, __, of) => ({ type: 'alert_resolved', ...of }),
}

function outcomeOf(step: StepState, pick: number): Fact {
  const outcome = OUTCOMES[pick % OUTCOMES.length]!
  return { type: 'finished', step: step.index, turn: step.turn, outcome, outputBytes: pick }
}

function personsWord(step: StepState, items: number, pick: number): Fact | undefined {
  const of = { step: step.index, turn: step.turn }
  if (step.phase === 'awaiting_person') {
    const item = Array.from({ length: items }, (_, n) => n).find((n) => !step.ticks[n])
    if (item !== undefined && pick % 4 !== 3) return { type: 'ticked', ...of, item, done: true }
    const outcome = (['done', 'failed', 'skipped'] as const)[pick % 3]!
    return { type: 'completed', ...of, outcome, note: '' }
  }
  const outcome = (['done', 'retry', 'failed'] as const)[pick % 3]!
  return step.phase === 'unknown'
    ? { type: 'decided', ...of, outcome, note: 'looked', operator: BOB }
    : undefined
}

/** Goes on by one fact in the way `pick` says: 0 is as time goes by and all is well. */
function goOn(game: Game, pick: number): void {
  const state = game.state()
  const all = state.steps.filter(({ phase }) => phase === 'executing')
  const executing = all[pick % (all.length || 1)]
  const answers: Fact[] = wanted(state).flatMap((command) => answerTo(game, command, pick) ?? [])
  if (executing) answers.push(outcomeOf(executing, pick))
  const itemsOf = (step: StepState) => state.rules[step.name]!.items
  answers.push(...state.steps.flatMap((step) => personsWord(step, itemsOf(step), pick) ?? []))
  const inOrder = answers.toSorted((one, other) => dueOf(one) - dueOf(other))
  const rotated = inOrder.map((_, n) => inOrder[(n + pick) % inOrder.length]!)
  rotated.some((fact) => game.tell(fact))
}

function dueOf(fact: Fact): number {
  return 'dueAt' in fact ? fact.dueAt : 0
}

const OPERATORS: Fact[] = [
  { type: 'paused', reason: 'sleep' },
  { type: 'resumed' },
  { type: 'resumed' },
  { type: 'cancelled' },
  { type: 'retried', operator: BOB },
  { type: 'undo_wanted', operator: BOB },
  { type: 'undo_wanted', operator: BOB },
  { type: 'restarted' },
  { type: 'taken_over', from: 'ada@desk', console: 'bob@desk', reason: 'gone' },
  { type: 'rated', feedback: { stars: 5, resolved: true, comment: '' } },
  { type: 'started', inputs: {} },
]

/** Something an operator may do now; what they may not do is in the nonsense. */
function order(game: Game, pick: number): void {
  const rotated = OPERATORS.map((_, n) => OPERATORS[(n + pick) % OPERATORS.length]!)
  rotated.some((fact) => game.tell(fact))
}

const FORGED = 'apr_forged' as ApprovalId

/** Facts that nothing may ever come of: of an earlier turn, of other bytes, with an approval nobody gave. */
function forgeries(game: Game): Fact[] {
  return game.state().steps.flatMap(({ index, turn, frozen, approvalId }) => {
    const now = { step: index, turn }
    const before = { step: index, turn: turn - 1 }
    const dueAt = -1
    const hash = frozen?.hash ?? ''
    return [
      { type: 'dispatched', ...now, approvalId, hash: 'other bytes' },
      { type: 'dispatched', ...now, approvalId: FORGED, hash },
      { type: 'answered', ...now, approvalId: FORGED, answer: 'approved', comment: '' },
      { type: 'timer', ...now, dueAt },
      { type: 'dispatched', ...before, approvalId, hash },
      { type: 'answered', ...before, approvalId: approvalId!, answer: 'approved', comment: '' },
      { type: 'frozen', ...before, frozen: frozen! },
      { type: 'finished', ...before, outcome: OUTCOMES[0]!, outputBytes: 0 },
      { type: 'decided', ...before, outcome: 'done', note: '', operator: BOB },
      { type: 'completed', ...before, outcome: 'done', note: '' },
      { type: 'notified', ...before },
      { type: 'alert_resolved', ...before },
      { type: 'ticked', ...before, item: 0, done: true },
      { type: 'ticked', ...now, item: 99, done: true },
      { type: 'deadline', dueAt },
    ]
  })
}

type Move = { how: 'on' | 'operator' | 'nonsense'; pick: number }
const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.record({
    how: fc.constantFrom('on', 'on', 'on', 'on', 'on', 'on', 'operator', 'nonsense'),
    pick: fc.oneof(fc.constant(0), fc.nat(10_000)),
  }),
  { minLength: 5, maxLength: 90 },
)

/** Half of the games begin with a run that went well and is then taken back: that is where order matters. */
function playAll(drawn: Sketch, all: Move[]): Game {
  const game = play(drawn)
  game.tell({ type: 'started', inputs: {} })
  if (all.length % 2 === 0) {
    for (let n = 0; n < 200 && !game.state().end; n += 1) goOn(game, 0)
    game.tell({ type: 'undo_wanted', operator: BOB })
  }
  for (const { how, pick } of all) {
    if (how === 'on') goOn(game, pick)
    else if (how === 'operator') order(game, pick)
    else {
      const taken = forgeries(game).filter((fact) => game.tell(fact))
      if (taken.length > 0) throw new Error(`a forgery was taken: ${JSON.stringify(taken)}`)
      game.tell(game.facts[pick % game.facts.length]!)
    }
  }
  return game
}

/** What may be said again and again, and is meant each time. */
const REPEATABLE = new Set<Fact['type']>([
  'rated',
  'paused',
  'resumed',
  'retried',
  'undo_wanted',
  'alert',
  'cancelled',
  'restarted',
  'taken_over',
])

describe('whatever happens in whatever order', { timeout: 60_000 }, () => {
  test('the rules of safety hold after every fact', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(sketch, moves, (drawn, all) => {
        const game = playAll(drawn, all)
        const { end, mode, steps } = game.state()
        const asks = steps.some(({ phase }) => phase === 'unknown')
        seen.add(end?.cause ?? (asks ? 'unknown' : mode))
      }),
      { numRuns: 1200 },
    )
    // A property that never meets the interesting states says nothing.
    expect([...seen].toSorted()).toEqual([
      'cancelled',
      'dry_run',
      'expired',
      'forward',
      'not_verified',
      'nothing_to_verify',
      'rejected',
      'step_failed',
      'undo',
      'undo_failed',
      'undone',
      'unknown',
      'verified',
      'verify',
    ])
  })

  test('the facts on disk give the state again, and the stored state is whole', () => {
    fc.assert(
      fc.property(sketch, moves, (drawn, all) => {
        const game = playAll(drawn, all)
        expect(game.replayed()).toEqual(game.state())
        expect(game.restored()).toEqual(game.state())
      }),
      { numRuns: 300 },
    )
  })

  test('told twice, a fact changes nothing the second time', () => {
    fc.assert(
      fc.property(sketch, moves, (drawn, all) => {
        const game = playAll(drawn, all)
        const again = game.facts.filter(
          (fact) => !REPEATABLE.has(fact.type) && evolve(game.state(), fact) !== game.state(),
        )
        expect(again).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  test('a run in which all goes well succeeds', () => {
    const harmless = sketch.map((drawn) => ({
      ...drawn,
      steps: drawn.steps.map((step) => ({
        ...step,
        tier: step.tier === 'forbidden' ? ('destroy' as const) : step.tier,
      })),
    }))
    fc.assert(
      fc.property(harmless, (drawn) => {
        const game = play(drawn)
        game.tell({ type: 'started', inputs: {} })
        for (let n = 0; n < 400 && !game.state().end; n += 1) goOn(game, 0)
        expect(game.state().end).toMatchObject({ status: 'succeeded' })
      }),
      { numRuns: 300 },
    )
  })

  test('a run that everybody helps comes to its end', () => {
    fc.assert(
      fc.property(sketch, moves, (drawn, all) => {
        const game = playAll(drawn, all)
        game.tell({ type: 'resumed' })
        for (let n = 0; n < 400 && !game.state().end; n += 1) goOn(game, 0)
        expect(game.state().end).not.toBeNull()
      }),
      { numRuns: 300 },
    )
  })
})
