import type { DraftStep } from './draft'
import { freeName, oneLine } from './names'
import type { Scope } from './stackstorm-scope'
import { readWhen } from './stackstorm-when'
import { type Edge, whenOf } from './task-graph'
import type { Task, Walk } from './workflow'

/** What the engine does itself. */
const ENDS = new Set(['fail', 'noop', 'continue', 'retry'])

/** Settles where a task leads and what it publishes. */
export function follow(task: Task, step: DraftStep, walk: Walk): void {
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
    else scope.publish(name, text!, scope.quietFiller(task.name))
  }
}
