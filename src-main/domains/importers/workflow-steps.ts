import { byHand, type DraftStep, type Report } from './draft'
import { freeName, oneLine, stepNameOf } from './names'
import { asWritten, givesOutput, readAction } from './stackstorm-actions'
import { type Edge, orderTasks, whenOf } from './task-graph'
import type { Task, Walk, Workflow } from './workflow'
import { follow } from './workflow-transitions'

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
  if (!isStart && incoming.length === 0) return leaveOut(task, walk)
  const when = isStart ? null : whenOf(incoming, walk.before, task.joins)
  const name = freeName(stepNameOf(task.name, 'task'), walk.names)
  const title = oneLine(task.name.replaceAll(/[_-]+/g, ' '), 80) || name
  const head = { name, title, prose: task.prose, line: task.line, when: when ?? undefined }
  const unreadable = incoming.find((edge) => edge.unreadable !== undefined)?.unreadable
  const made =
    unreadable === undefined ? bodies(task, head, walk) : [onlyWhen(head, task, unreadable, walk)]
  const goesOn = leadsOnAfterFailure(task, made)
  const steps = goesOn ? made.map((step) => ({ ...step, goesOn })) : made
  remember(task, steps, when, goesOn, walk)
  return [...delayed(task, head, walk), ...steps]
}

function leaveOut({ name, line }: Task, { report }: Walk): [] {
  report.leftOut(
    line,
    `task ${name}`,
    'It was for the case that somebody says no, or that a step by hand fails: then the run stops here.',
    'Do it by hand in that case.',
  )
  return []
}

/** What later tasks need to know of this one: whether it ran, how it ended, what it gave. */
function remember(
  task: Task,
  steps: readonly DraftStep[],
  when: string | null,
  goesOn: boolean,
  walk: Walk,
): void {
  const last = steps.at(-1)!
  walk.before.set(task.name, { step: last.name, when, goesOn, kind: last.kind })
  if (steps.length === 1 && last.kind === 'code' && givesOutput(task.action.ref))
    walk.scope.runs.add(task.name)
  follow(task, last, walk)
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
    return [byHand(head, `Not imported as a step that runs. ${task.items}`, asWritten(task.action))]
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
    asWritten(task.action),
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

/** Steps whose output a later one reads, each with the name it has there. */
function withOutputs(steps: readonly DraftStep[], { scope, before }: Walk): DraftStep[] {
  const names = new Map(
    Array.from(scope.stdout, ([task, output]) => [before.get(task)?.step, output]),
  )
  return steps.map((step) =>
    names.has(step.name) ? { ...step, output: names.get(step.name) } : step,
  )
}
