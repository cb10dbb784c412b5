import { Refusal } from '#contract'
import type { Action } from '#contract/actions'
import type { Connection } from '#contract/connections'
import type { IncludedRunbook, Plan, PlanInput, PlanRequest, PlanStep } from '#contract/plans'
import type { PolicyDecision } from '#contract/policies'
import type { ConnectionId, OperatorId, RunbookId } from '#contract/primitives'
import type { Runbook, RunbookPart, RunbookRecord, RunbookStep } from '#contract/runbooks'
import type { Ticket } from '#contract/tickets'
import type { Connections } from '#domains/connections'
import type { People } from '#domains/people'
import type { Policies } from '#domains/policies'
import { type Assessment, type Classify, worst } from '#domains/risk'
import { assessStep, expandRunbook, type Runbooks } from '#domains/runbooks'
import type { Tickets } from '#domains/tickets'
import type { Serves } from '#platform/caller'
import { dialectOf } from './freezing'
import { assessAction, toAction } from './plan-actions'
import type { ResolvedInput } from './plan-inputs'
import { type Assess, createJudging, type Judge } from './plan-policy'
import { type Scopes, scopesOf } from './plan-scopes'
import { callersOf, inOrder, runsSomething, toPlanStep } from './plan-steps'
import { findTarget, type Target } from './plan-targets'
import { type GivenOutputs, valuesOf } from './plan-values'

export { type GivenOutputs, knownIn } from './plan-values'
// A plan is a runbook bound to a ticket: inputs, targets, tiers and undo resolved. Makes them; starts nothing.

export interface MadePlan {
  readonly plan: Plan
  readonly record: RunbookRecord
}

export interface Freezing {
  /** One of the targets of a step that goes to several; absent = where the plan says. */
  readonly connectionId?: ConnectionId
  /** What earlier steps gave, by scope and name. */
  readonly outputs: GivenOutputs
}

export interface Plans extends Serves<'plans'> {
  /** Throws Refusal `not_found`; every other problem is in the plan. */
  prepare(request: PlanRequest, by?: OperatorId): Promise<MadePlan>
  /** The exact bytes a step will run, now: values as environment (`QD_<NAME>` upper case), target as it is at this moment. Throws Refusal `conflict`. */
  freeze(step: RunbookStep, made: MadePlan, how: Freezing): Promise<Action>
  /**
   * What the policy says now about a step of this plan that this operator wants to run, on one of its targets or on all
   * that the plan names. Not inside a transaction.
   */
  judge(
    step: RunbookStep,
    plan: Plan,
    by: OperatorId,
    connectionId?: ConnectionId,
    frozen?: Action,
  ): Promise<PolicyDecision>
  /** A step's tier, its interpreter included; of what was frozen from it: what `FrozenAction.tier` has to be. */
  assess(step: RunbookStep, frozen?: Action): Assessment
}

interface Needs {
  readonly runbooks: Pick<Runbooks, 'find' | 'ready' | 'readDraft'>
  readonly tickets: Pick<Tickets, 'find'>
  readonly connections: Pick<Connections, 'find' | 'resolve' | 'resolveAll' | 'toSudo' | 'toTarget'>
  readonly classify: Classify
  /** The organisation's rules; without them the tier alone decides. */
  readonly policies?: Pick<Policies, 'decide'>
  /** Whose role a rule may name. */
  readonly people?: Pick<People, 'standing'>
}

interface Around {
  readonly runbook: Runbook
  readonly scopes: Scopes
  readonly ticket: Ticket | undefined
  readonly connections: Needs['connections']
  readonly assess: Assess
  readonly judge: Judge
}
/** A step, and what of its problem is not told already. */
interface Planned {
  readonly step: PlanStep
  readonly problem: string | null
}
const NOTHING: Assessment = { tier: 'read', reasons: [] }

/** Of what was frozen as it is; before that as the database of its connection would read it. */
function createAssess(classify: Classify): Assess {
  return (step, connection, frozen) => {
    if (!runsSomething(step)) return NOTHING
    const known = frozen && assessAction(frozen, classify)
    return known ?? assessStep(step, classify, dialectOf(connection))
  }
}

/** Makes plans and freezes their steps. */
export function createPlans(needs: Needs): Plans {
  const { runbooks, tickets, connections, classify } = needs
  const assess = createAssess(classify)
  const { roleOf, judging } = createJudging({ ...needs, assess })

  async function prepare(request: PlanRequest, by?: OperatorId): Promise<MadePlan> {
    return planOf(await getRecord(request, runbooks), request, by)
  }

  async function planOf(record: RunbookRecord, request: PlanRequest, by?: OperatorId) {
    const ticket = await findTicket(request, tickets)
    if (!record.runbook) return { record, plan: emptyPlan(record, request) }
    const { runbook, problems } = expandRunbook(record.runbook, runbooks.find)
    const more = problems.filter(isNewTo(record))
    const whole: RunbookRecord = {
      ...record,
      runbook,
      problems: [...record.problems, ...more.map((one) => ({ ...one, level: 'error' as const }))],
    }
    const scopes = scopesOf(runbook, request.inputs, ticket)
    const judge = judging(runbook.id, await roleOf(by), partsOf(runbook.parts))
    const around = { runbook, scopes, ticket, connections, assess, judge }
    return { record: whole, plan: await bind(whole, request, around) }
  }

  return {
    prepare,
    assess: (step, frozen) => assess(step, undefined, frozen),
    make: (request, { operator }) => prepare(request, operator.id).then(({ plan }) => plan),
    async preview({ markdown, ...request }, { operator }) {
      const draft = runbooks.readDraft(request.runbookId, markdown)
      const { plan, record } = await planOf(draft, request, operator.id)
      return { plan, problems: record.problems }
    },
    async judge(step, plan, by, connectionId, frozen) {
      const judge = judging(plan.runbookId, await roleOf(by), partsOf(plan.included))
      const where = await connectionsOf(step, plan, connections, connectionId)
      return judge(step, where, frozen)
    },
    freeze: (step, made, how) => freezeStep(step, made, how, { connections, classify }),
  }
}

/** Which runbooks a plan has taken in, by the scope of their steps. */
function partsOf(
  parts: readonly (RunbookPart | IncludedRunbook)[] | undefined,
): readonly { scope: string; id: RunbookId }[] {
  return (parts ?? []).map((part) => ({
    scope: part.scope,
    id: 'id' in part ? part.id : part.runbookId,
  }))
}

async function bind(record: RunbookRecord, request: PlanRequest, around: Around): Promise<Plan> {
  const { runbook, scopes } = around
  const { steps, onCall } = inOrder(runbook)
  const planned = await planAll([...steps, ...onCall], around)
  const noReturn = steps.findIndex(({ undo }) => undo === 'irreversible')
  const { inputs } = scopes.get('')!
  return {
    ...emptyPlan(record, request),
    runbookTitle: runbook.title,
    inputs: inputs.map(toPlanInput),
    steps: planned.slice(0, steps.length).map(({ step }) => step),
    onCall: planned.slice(steps.length).map(({ step }) => step),
    ...(runbook.parts && { included: runbook.parts.map((part) => toIncluded(part, scopes)) }),
    verify: runbook.verify,
    pointOfNoReturn: noReturn === -1 ? null : noReturn,
    problems: [
      ...errorsOf(record),
      ...unknownInputs(request, runbook),
      ...problemsOf([...[...scopes.values()].flatMap((scope) => scope.inputs), ...planned]),
    ],
  }
}

/** Those that only run when called come last: they go where their callers go. */
async function planAll(steps: readonly RunbookStep[], around: Around): Promise<Planned[]> {
  const found = new Map<string, Target>()
  const planned: Planned[] = []
  for (const [index, step] of steps.entries()) {
    const fanned = onlyFanned(step, around.runbook)
    const target = fanned ? found.get(fanned.name) : await targetOf(step, around)
    if (target) found.set(step.name, target)
    const where = connectionsIn(target)
    const reach = worst(waysOf(where).map((one) => around.assess(step, one)))
    const policy = around.judge(step, where)
    const one = toPlanStep(step, index, { runbook: around.runbook, reach, target, policy })
    const follows = target !== undefined && 'follows' in target
    const problem = one.problem ?? waitProblem(step, around)
    planned.push({ step: { ...one, problem }, problem: follows ? null : problem })
  }
  return planned
}

/** The step over several targets that calls this one, if nothing else does: then it has no target of its own. */
function onlyFanned(step: RunbookStep, runbook: Runbook): RunbookStep | undefined {
  const callers = callersOf(step, runbook)
  const isAlone = callers.every(({ fan }) => fan) && runbook.verify?.probe !== step.name
  return isAlone ? callers[0] : undefined
}

function waitProblem({ title, wait }: RunbookStep, { ticket }: Around): string | null {
  return wait?.alert === '' && !ticket
    ? `“${title}” waits for the alert of a ticket, and there is no ticket.`
    : null
}

async function targetOf(step: RunbookStep, around: Around): Promise<Target | undefined> {
  return runsSomething(step) ? findTarget(step, around) : undefined
}

function plannedOf({ name }: RunbookStep, { steps, onCall }: Plan): PlanStep | undefined {
  return [...steps, ...(onCall ?? [])].find((planned) => planned.name === name)
}

async function getRecord({ runbookId }: PlanRequest, runbooks: Needs['runbooks']) {
  await runbooks.ready()
  const record = runbooks.find(runbookId)
  if (record) return record
  throw new Refusal('not_found', `There is no runbook "${runbookId}" any more. Choose another one.`)
}

/** One for each database that may read its text; nowhere yet is one more way. */
function waysOf(connections: readonly Connection[]): readonly (Connection | undefined)[] {
  return connections.length === 0 ? [undefined] : connections
}

/** Where a step goes: to one, to several, or nowhere yet. */
function connectionsIn(target: Target | undefined): readonly Connection[] {
  if (!target || 'problem' in target) return []
  return 'connection' in target ? [target.connection] : target.connections
}

async function connectionsOf(
  step: RunbookStep,
  plan: Plan,
  connections: Needs['connections'],
  only: ConnectionId | undefined,
): Promise<Connection[]> {
  const planned = plannedOf(step, plan)
  const all = planned?.targets?.map(({ connectionId }) => connectionId) ?? [planned?.connectionId]
  const ids = only === undefined ? all : [only]
  const known = ids.filter((id) => id !== undefined && id !== null)
  const found = await Promise.all(known.map(async (id) => connections.find(id)))
  return found.filter((one) => one !== undefined)
}

async function freezeStep(
  step: RunbookStep,
  { plan, record }: MadePlan,
  { connectionId, outputs }: Freezing,
  { connections, classify }: Pick<Needs, 'connections' | 'classify'>,
): Promise<Action> {
  const planned = plannedOf(step, plan)
  if (plan.problems.length > 0) throw new Refusal('conflict', plan.problems.join(' '))
  const where = connectionId ?? planned?.connectionId
  if (!planned || !where)
    throw new Refusal(
      'conflict',
      `The step "${step.title}" has nothing to run or nowhere to run it.`,
    )
  const connection = await connections.find(where)
  if (!connection)
    throw new Refusal(
      'conflict',
      `The connection "${nameOf(planned, where)}" was removed after this was planned. Nothing was run; add it again and start a new run.`,
    )
  const target = connections.toTarget(connection)
  const sudo = USES_SUDO.test(step.code) ? connections.toSudo(connection) : undefined
  const values = valuesOf(step, record.runbook!, plan, outputs)
  return toAction(step, { target, sudo, values, classify })
}

function nameOf({ targets, connectionName }: PlanStep, id: ConnectionId): string {
  return (
    targets?.find((target) => target.connectionId === id)?.connectionName ?? connectionName ?? id
  )
}

/** Only such a step is lent the password of sudo, and gets the terminal that sudo needs. */
const USES_SUDO = /\bsudo\b/

async function findTicket(
  { ticketId }: PlanRequest,
  tickets: Pick<Tickets, 'find'>,
): Promise<Ticket | undefined> {
  if (ticketId === null) return undefined
  const ticket = await tickets.find(ticketId)
  if (!ticket)
    throw new Refusal('not_found', 'This ticket is no longer there. Go back to the inbox.')
  return ticket
}

function toPlanInput({ raw: _raw, ...input }: ResolvedInput): PlanInput {
  return input
}

/** The shelf told it already, when it read the runbooks. */
function isNewTo({ problems }: RunbookRecord) {
  return ({ line, message }: { line: number; message: string }) =>
    problems.every((known) => known.line !== line || known.message !== message)
}

function toIncluded({ scope, id, title, revision }: RunbookPart, scopes: Scopes): IncludedRunbook {
  const inputs = scopes.get(scope)!.inputs.map(toPlanInput)
  return { scope, runbookId: id, title, revision, inputs }
}

function errorsOf({ problems }: RunbookRecord): string[] {
  return problems
    .filter(({ level }) => level === 'error')
    .map(({ line, message }) => `The runbook has an error in line ${line}: ${message}`)
}

function unknownInputs({ inputs }: PlanRequest, runbook: Runbook): string[] {
  return Object.keys(inputs)
    .filter((name) => !runbook.inputs.some((input) => input.name === name))
    .map((name) => `The runbook has no input "${name}".`)
}

function problemsOf(found: readonly { readonly problem: string | null }[]): string[] {
  return [...new Set(found.flatMap(({ problem }) => problem ?? []))]
}

function emptyPlan(record: RunbookRecord, { ticketId }: PlanRequest): Plan {
  return {
    runbookId: record.id,
    runbookTitle: record.id,
    revision: record.revision,
    ticketId,
    inputs: [],
    steps: [],
    onCall: [],
    verify: null,
    pointOfNoReturn: null,
    problems: errorsOf(record),
  }
}
