import { Refusal } from '#contract'
import type { Action } from '#contract/actions'
import type { RoleName } from '#contract/define'
import type { Plan, PlanInput, PlanRequest, PlanStep } from '#contract/plans'
import type { PolicyDecision } from '#contract/policies'
import type { OperatorId } from '#contract/primitives'
import type { Runbook, RunbookRecord, RunbookStep } from '#contract/runbooks'
import type { Ticket } from '#contract/tickets'
import type { Connections } from '#domains/connections'
import type { People } from '#domains/people'
import type { Policies } from '#domains/policies'
import type { Assessment, Classify } from '#domains/risk'
import { assessStep, interpreterOf, type Runbooks } from '#domains/runbooks'
import type { Tickets } from '#domains/tickets'
import type { Serves } from '#platform/caller'
import { resolveInputs, type ResolvedInput } from './plan-inputs'
import { createJudging, type Judge } from './plan-policy'
import { inOrder, runsSomething, toPlanStep } from './plan-steps'
import { findTarget } from './plan-targets'

// A plan is a runbook bound to a ticket: inputs, targets, tiers and undo resolved. Makes them; starts nothing.

export interface MadePlan {
  readonly plan: Plan
  readonly record: RunbookRecord
}

export interface Plans extends Serves<'plans'> {
  /** Throws Refusal `not_found`; every other problem is in the plan. */
  prepare(request: PlanRequest, by?: OperatorId): Promise<MadePlan>
  /** The exact bytes a step will run, now: inputs as environment (`QD_<NAME>` upper case), target as it is at this moment. Throws Refusal `conflict`. */
  freeze(step: RunbookStep, plan: Plan): Promise<Action>
  /** What the policy says now about a step of this plan that this operator wants to run. Not inside a transaction. */
  judge(step: RunbookStep, plan: Plan, by: OperatorId): Promise<PolicyDecision>
  /** A step's tier, its interpreter included: what `FrozenAction.tier` has to be. */
  assess(step: RunbookStep): Assessment
}

interface Needs {
  readonly runbooks: Pick<Runbooks, 'find' | 'ready' | 'readDraft'>
  readonly tickets: Pick<Tickets, 'find'>
  readonly connections: Pick<Connections, 'find' | 'resolve' | 'toSudo' | 'toTarget'>
  readonly classify: Classify
  /** The organisation's rules; without them the tier alone decides. */
  readonly policies?: Pick<Policies, 'decide'>
  /** Whose role a rule may name. */
  readonly people?: Pick<People, 'standing'>
}

interface Around {
  readonly runbook: Runbook
  readonly inputs: readonly ResolvedInput[]
  readonly ticket: Ticket | undefined
  readonly connections: Needs['connections']
  readonly assess: Plans['assess']
  readonly judge: Judge
}
/** A step, and what of its problem is not told already. */
interface Planned {
  readonly step: PlanStep
  readonly problem: string | null
}
const NOTHING: Assessment = { tier: 'read', reasons: [] }

/** Makes plans and freezes their steps. */
export function createPlans(needs: Needs): Plans {
  const { runbooks, tickets, connections, classify } = needs
  const assess = (step: RunbookStep) => (runsSomething(step) ? assessStep(step, classify) : NOTHING)

  const { roleOf, judging } = createJudging({ ...needs, assess })

  async function bind(
    record: RunbookRecord,
    runbook: Runbook,
    request: PlanRequest,
    ticket: Ticket | undefined,
    role: RoleName | null,
  ): Promise<Plan> {
    const inputs = resolveInputs(runbook.inputs, request.inputs, ticket)
    const { steps, onCall } = inOrder(runbook)
    const judge = judging(runbook.id, role)
    const planned = await Promise.all(
      [...steps, ...onCall].map((step, index) =>
        planStep(step, index, { runbook, inputs, ticket, connections, assess, judge }),
      ),
    )
    const noReturn = steps.findIndex(({ undo }) => undo === 'irreversible')
    return {
      ...emptyPlan(record, request),
      runbookTitle: runbook.title,
      inputs: inputs.map(toPlanInput),
      steps: planned.slice(0, steps.length).map(({ step }) => step),
      onCall: planned.slice(steps.length).map(({ step }) => step),
      verify: runbook.verify,
      pointOfNoReturn: noReturn === -1 ? null : noReturn,
      problems: [
        ...errorsOf(record),
        ...unknownInputs(request, runbook),
        ...problemsOf([...inputs, ...planned]),
      ],
    }
  }

  async function prepare(request: PlanRequest, by?: OperatorId): Promise<MadePlan> {
    return planOf(await getRecord(request, runbooks), request, by)
  }

  async function planOf(record: RunbookRecord, request: PlanRequest, by?: OperatorId) {
    const ticket = await findTicket(request, tickets)
    const { runbook } = record
    if (!runbook) return { record, plan: emptyPlan(record, request) }
    return { record, plan: await bind(record, runbook, request, ticket, await roleOf(by)) }
  }

  return {
    prepare,
    assess,
    make: (request, { operator }) => prepare(request, operator.id).then(({ plan }) => plan),
    async preview({ markdown, ...request }, { operator }) {
      const draft = runbooks.readDraft(request.runbookId, markdown)
      const { plan, record } = await planOf(draft, request, operator.id)
      return { plan, problems: record.problems }
    },
    judge: async (step, plan, by) =>
      judging(plan.runbookId, await roleOf(by))(step, await connectionOf(step, plan, connections)),
    freeze: (step, plan) => freezeStep(step, plan, connections),
  }
}

async function planStep(step: RunbookStep, index: number, around: Around): Promise<Planned> {
  const target = runsSomething(step) ? await findTarget(step, around) : undefined
  const reach = around.assess(step)
  const connection = target && 'connection' in target ? target.connection : undefined
  const policy = around.judge(step, connection)
  const planned = toPlanStep(step, index, { runbook: around.runbook, reach, target, policy })
  const follows = target !== undefined && 'follows' in target
  return { step: planned, problem: follows ? null : planned.problem }
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

async function connectionOf(step: RunbookStep, plan: Plan, connections: Needs['connections']) {
  const id = plannedOf(step, plan)?.connectionId
  return id ? connections.find(id) : undefined
}

async function freezeStep(
  step: RunbookStep,
  plan: Plan,
  connections: Needs['connections'],
): Promise<Action> {
  const planned = plannedOf(step, plan)
  const interpreter = interpreterOf(step)
  if (plan.problems.length > 0) throw new Refusal('conflict', plan.problems.join(' '))
  if (!planned?.connectionId || !interpreter)
    throw new Refusal(
      'conflict',
      `The step "${step.title}" has nothing to run or nowhere to run it.`,
    )
  const connection = await connections.find(planned.connectionId)
  if (!connection)
    throw new Refusal(
      'conflict',
      `The connection "${planned.connectionName}" was removed after this was planned. Nothing was run; add it again and start a new run.`,
    )
  const sudo = USES_SUDO.test(step.code) ? connections.toSudo(connection) : undefined
  return {
    version: 1,
    target: connections.toTarget(connection),
    interpreter: [...interpreter],
    script: step.code,
    env: environmentOf(plan),
    cwd: step.cwd,
    pty: step.pty,
    ...(sudo && { sudo }),
    timeoutMs: step.timeoutMs,
  }
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

function toPlanInput({ name, label, value, origin, problem }: ResolvedInput): PlanInput {
  return { name, label, value, origin, problem }
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

function environmentOf({ inputs, ticketId }: Plan): Action['env'] {
  const given = inputs.map(({ name, value, origin }) => ({
    name: `QD_${name.toUpperCase()}`,
    value: value ?? '',
    untrusted: origin === 'ticket',
  }))
  return [...given, { name: 'QD_TICKET_ID', value: ticketId ?? '', untrusted: false }]
}
