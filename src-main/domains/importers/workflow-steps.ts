import { byHand, type DraftStep, type Report } from './draft'
import { freeName, oneLine, stepNameOf } from './names'
import { type Action, givesOutput, readAction } from './stackstorm-actions'
import type { Scope } from './stackstorm-scope'
import { readWhen } from './stackstorm-when'
import { type Before, type Edge, orderTasks, whenOf } from './task-graph'

/** Where a task may lead, as written. */
export interface Transition {
  readonly when: string | undefined
  readonly to: readonly string[]
  readonly publish: readonly (readonly [string, string])[]
  readonly line: number
}

/** A task of an action-chain or an Orquesta workflow. */
export interface Task {
  readonly name: string
  readonly line: number
  readonly prose: string
  readonly action: Action
  readonly next: readonly Transition[]
  readonly joins: boolean
  readonly retry: string | undefined
  readonly timer: string | undefined
  /** The texts that it is done for, one after the other; a sentence when there is a list that nobody knows here. */
  readonly items:
    | { readonly name: string | undefined; readonly texts: readonly string[] }
    | string
    | undefined
}

export interface Workflow {
  readonly tasks: ReadonlyMap<string, Task>
  readonly starts: readonly string[]
  readonly scope: Scope
  readonly report: Report
  readonly runbookOf: (ref: string) => string | undefined
}

/** What the engine does itself. */
const ENDS = new Set(['fail', 'noop', 'continue', 'retry'])

/** The tasks as steps in an order that keeps every dependency, each with the condition under which it runs. */
export function workflowSteps(workflow: Workflow): DraftStep[] {
  const { tasks, report, starts } = workflow
  const rough = [...tasks.values()].flatMap((task) =>
    task.next.flatMap(({ to, line }) =>
      to
        .filter((name) => tasks.has(name))
        .map((name): Edge => ({
          from: task.name,
          to: name,
          on: 'any',
          condition: null,
          unreadable: undefined,
          line,
        })),
    ),
  )
  const { order, back } = orderTasks(starts, rough)
  for (const { from, to, line } of back)
    report.needsYou(
      line,
      `${from} → ${to}`,
      'It goes back to a task that has run: a run has no loops.',
      `Start the run again by hand, or give \`${to}\` qd.retry.`,
    )
  for (const [name, task] of tasks)
    if (!order.includes(name))
      report.leftOut(
        task.line,
        `task ${name}`,
        'Nothing leads to it.',
        'Add it by hand if it is needed.',
      )
  reportBranches(rough, report)
  const walk: Walk = {
    ...workflow,
    names: new Set(),
    before: new Map(),
    edges: [],
    gone: new Set(),
    pending: [],
    loops: new Set(back.map(({ from, to }) => `${from} ${to}`)),
  }
  const steps = order.flatMap((name) => [...taskSteps(tasks.get(name)!, walk), ...due(name, walk)])
  return withOutputs([...steps, ...walk.pending.flatMap((waiting) => waiting.steps)], walk)
}

/** What ends the run now that this task is settled, too. */
function due(task: string, walk: Walk): DraftStep[] {
  for (const { after } of walk.pending) after.delete(task)
  const ready = walk.pending.filter(({ after }) => after.size === 0)
  walk.pending = walk.pending.filter(({ after }) => after.size > 0)
  return ready.flatMap(({ steps }) => steps)
}

interface Walk extends Workflow {
  readonly names: Set<string>
  readonly before: Map<string, Before & { readonly kind: DraftStep['kind'] }>
  readonly edges: Edge[]
  /** Tasks that no way leads to any more. */
  readonly gone: Set<string>
  readonly loops: ReadonlySet<string>
  /** Steps that end the run, once the tasks beside them have run. */
  pending: { readonly after: Set<string>; readonly steps: readonly DraftStep[] }[]
}

function reportBranches(edges: readonly Edge[], report: Report): void {
  const fork = [...Map.groupBy(edges, ({ from, line }) => `${from} ${line}`).values()].find(
    (group) => group.length > 1,
  )
  if (fork)
    report.changed(
      fork[0]!.line,
      `branches after ${fork[0]!.from}`,
      'They ran at the same time; here they run one after the other, and a failure stops those that come later.',
    )
}

function taskSteps(task: Task, walk: Walk): DraftStep[] {
  const incoming = walk.edges.filter(({ to }) => to === task.name)
  const isStart = walk.starts.includes(task.name)
  if (!isStart && incoming.length === 0) {
    walk.gone.add(task.name)
    walk.report.leftOut(
      task.line,
      `task ${task.name}`,
      'It was for the case that somebody says no, or that a step by hand fails: then the run stops here.',
      'Do it by hand in that case.',
    )
    return []
  }
  const when = isStart ? null : whenOf(incoming, walk.before, task.joins)
  const unreadable = incoming.find((edge) => edge.unreadable !== undefined)?.unreadable
  const name = freeName(stepNameOf(task.name, 'task'), walk.names)
  const head = {
    name,
    title: oneLine(task.name.replaceAll(/[_-]+/g, ' '), 80) || name,
    prose: task.prose,
    line: task.line,
    when: when ?? undefined,
  }
  const made =
    unreadable === undefined ? bodies(task, head, walk) : [onlyWhen(head, task, unreadable, walk)]
  const goesOn = leadsOnAfterFailure(task, made)
  const steps = made.map((step) => (goesOn && step.kind === 'code' ? { ...step, goesOn } : step))
  walk.before.set(task.name, { step: steps.at(-1)!.name, when, goesOn, kind: steps.at(-1)!.kind })
  if (steps.length === 1 && steps[0]!.kind === 'code' && givesOutput(task.action.ref))
    walk.scope.runs.add(task.name)
  follow(task, steps.at(-1)!, walk)
  return [...delayed(task, head, walk), ...steps]
}

function leadsOnAfterFailure({ next }: Task, steps: readonly DraftStep[]): boolean {
  return (
    steps.every(({ kind }) => kind === 'code') &&
    next.some(
      ({ when, to }) =>
        to.some((name) => name !== 'continue') && !/^\s*(<%|\{\{)\s*succeeded\(\)/.test(when ?? ''),
    )
  )
}

type Head = Pick<DraftStep, 'name' | 'title' | 'line' | 'prose' | 'when'>

function bodies(task: Task, head: Head, walk: Walk): DraftStep[] {
  const context = {
    report: walk.report,
    scope: walk.scope,
    runbookOf: walk.runbookOf,
    fill: walk.scope.filler(undefined),
  }
  const one = (step: Head): DraftStep => ({
    ...step,
    ...readAction(task.action, step, context),
    when: step.when,
    ...(task.retry !== undefined && { retry: task.retry }),
  })
  if (task.items === undefined) return [one(head)]
  if (typeof task.items === 'string') {
    walk.report.needsYou(
      task.line,
      `task ${task.name}: with items`,
      task.items,
      'Do it by hand for each, or write one step for each.',
    )
    return [byHand(head, `Not imported as a step that runs. ${task.items}`, describe(task))]
  }
  const { name, texts } = task.items
  const steps = texts.map((text, at) => {
    walk.scope.setItem(name, text)
    return one({
      ...head,
      name: at === 0 ? head.name : freeName(`${head.name}-${at + 1}`, walk.names),
      title: `${head.title}: ${oneLine(text, 40)}`,
    })
  })
  walk.scope.setItem(name, undefined)
  walk.report.changed(
    task.line,
    `task ${task.name}: with items`,
    `It is ${texts.length} steps, one after the other.`,
  )
  return steps
}

function describe({ action }: Task): string {
  return [
    action.ref,
    ...Array.from(action.given, ([key, item]) => `${key}: ${item.text ?? '…'}`),
  ].join('\n')
}

/** A condition that cannot be written here: a person decides, and does what the task did. */
function onlyWhen(head: Head, task: Task, condition: string, { report }: Walk): DraftStep {
  report.needsYou(
    task.line,
    `task ${task.name}`,
    `Its condition cannot be written here: ${condition}`,
    'Decide by hand in the run.',
  )
  return byHand(
    head,
    `Only when this holds: ${condition}\nOtherwise mark it as done.`,
    describe(task),
  )
}

function delayed(
  { name, timer, line }: Task,
  { when, name: step }: Head,
  { names }: Walk,
): DraftStep[] {
  if (timer === undefined) return []
  return [
    {
      name: freeName(`${step}-delay`, names),
      title: `Wait before ${oneLine(name, 60)}`,
      prose: '',
      line,
      kind: 'wait',
      language: 'text',
      code: `Waits ${timer}.`,
      timer,
      when,
    },
  ]
}

/** Settles where a task leads and what it publishes. */
function follow(task: Task, step: DraftStep, walk: Walk): void {
  const { scope, report } = walk
  const known = {
    fill: scope.filler(task.name),
    pathOf: (variable: string) => pathOf(variable, scope),
  }
  for (const transition of task.next) {
    const condition = readWhen(transition.when, known)
    const edges = transition.to
      .filter((to) => !walk.loops.has(`${task.name} ${to}`))
      .map((to): Edge => ({ from: task.name, to, line: transition.line, ...condition }))
    for (const edge of edges) {
      if (walk.tasks.has(edge.to)) addEdge(edge, step, walk)
      else if (edge.to === 'fail')
        walk.pending.push({
          after: new Set(edges.map(({ to }) => to).filter((to) => walk.tasks.has(to))),
          steps: failStep(edge, step, walk),
        })
      else if (edge.to === 'retry')
        report.needsYou(
          edge.line,
          `task ${task.name}: retry`,
          'It tries again under a condition.',
          'Give the step qd.retry.',
        )
      else if (!ENDS.has(edge.to))
        report.needsYou(
          edge.line,
          `task ${task.name}`,
          `It leads to \`${oneLine(edge.to, 60)}\`, which is no task here.`,
          'Look at the workflow.',
        )
    }
  }
  publishAll(task, walk)
}

function pathOf(variable: string, { inputs, outputs }: Scope): string | undefined {
  if (inputs.some(({ name }) => name === variable)) return `inputs.${variable}`
  return outputs.includes(variable) ? `outputs.${variable}` : undefined
}

function addEdge(edge: Edge, step: DraftStep, { edges, report }: Walk): void {
  if (edge.on !== 'failure' || step.kind === 'code')
    return void edges.push(
      step.kind === 'code' || edge.on !== 'any' ? edge : { ...edge, on: 'success' },
    )
  if (step.kind === 'approval')
    return report.leftOut(
      edge.line,
      `${edge.from} → ${edge.to}`,
      'After a refusal the run stops, so this way is never taken.',
      'Do by hand what has to follow a refusal.',
    )
  edges.push({ ...edge, on: 'any', unreadable: `the step "${step.title}" failed` })
}

/** `fail` ends the run after this task, when its transition is the one taken. */
function failStep(edge: Edge, step: DraftStep, walk: Walk): DraftStep[] {
  if (step.kind !== 'code' && edge.on === 'failure') return []
  if (edge.unreadable !== undefined) {
    walk.report.needsYou(
      edge.line,
      `${edge.from} → fail`,
      `It fails when ${edge.unreadable}, which cannot be written here.`,
      'Stop the run by hand in that case.',
    )
    return []
  }
  const when = whenOf([edge], walk.before, false) ?? undefined
  const name = freeName(`${step.name}-fails`, walk.names)
  const code = 'echo "The workflow fails here, as it was written to." >&2\nexit 1'
  return [
    {
      name,
      title: `Fail after ${step.title}`,
      prose: '',
      line: edge.line,
      kind: 'code',
      language: 'sh',
      code,
      on: 'local',
      when,
    },
  ]
}

/** What every way out of a task publishes alike is known later; what only one does depends on which was taken. */
function publishAll(task: Task, { scope }: Walk): void {
  const texts = new Map<string, Set<string>>()
  for (const { publish } of task.next)
    for (const [name, text] of publish) texts.set(name, (texts.get(name) ?? new Set()).add(text))
  for (const [name, given] of texts) {
    const [text] = given
    if (given.size > 1)
      scope.forget(
        name,
        `\`${oneLine(name, 60)}\` depends on how \`${oneLine(task.name, 60)}\` ended`,
      )
    else scope.publish(name, text!, scope.filler(task.name))
  }
}

/** Steps whose output a later one reads, each with the name it has there. */
function withOutputs(steps: readonly DraftStep[], { scope, before }: Walk): DraftStep[] {
  const names = new Map(
    Array.from(scope.stdout, ([task, output]) => [before.get(task)?.step, output]),
  )
  return steps.map((step) =>
    names.has(step.name) ? { ...step, output: names.get(step.name) } : step,
  )
}
