import type { Draft, Report } from './draft'
import type { Importer } from './foreign'
import { oneLine } from './names'
import { settle } from './settle'
import { readPairs } from './stackstorm-inputs'
import { createScope, type Scope } from './stackstorm-scope'
import { namedItems, readPack } from './stackstorm-files'
import { readOrquesta } from './stackstorm-templates'
import type { Task, Transition } from './workflow'
import { workflowSteps } from './workflow-steps'
import { at, has, type Item, listOf, NOTHING, readTree, shown } from './yaml-tree'

/** An Orquesta workflow (docs.stackstorm.com/orquesta): a graph of tasks, written as a list of steps with conditions. */
export const importOrquesta: Importer = (foreign, report) => {
  const tree = readTree(foreign.text)
  if ('problem' in tree) {
    report.leftOut(tree.line, 'the file', tree.problem, 'Correct the file.')
    return []
  }
  const workflow = tree.documents.find((document) => at(document, 'tasks').map) ?? NOTHING
  const pack = readPack(foreign)
  const scope = createScope({ report, read: readOrquesta })
  declareAll(workflow, pack.metadata, scope)
  const tasks = new Map(
    Array.from(at(workflow, 'tasks').map ?? [], ([name, task]) => [
      name,
      readTask(name, task, report),
    ]),
  )
  const led = new Set([...tasks.values()].flatMap(({ next }) => next.flatMap(({ to }) => to)))
  const starts = [...tasks.keys()].filter((name) => !led.has(name))
  const steps = workflowSteps({
    tasks,
    starts: starts.length > 0 ? starts : [...tasks.keys()].slice(0, 1),
    scope,
    report,
    runbookOf: pack.runbookOf,
  })
  reportRest(workflow, report)
  const draft: Draft = {
    title: pack.title,
    description: at(workflow, 'description').text ?? at(pack.metadata, 'description').text ?? '',
    tags: tagsOf(pack.metadata),
    inputs: scope.inputs,
    outputs: scope.outputs,
    target: 'local',
    steps,
  }
  return tasks.size === 0 ? [] : [settle(draft, report, new Set())]
}

export function tagsOf(metadata: Item): string[] {
  const pack = at(metadata, 'pack').text
  return pack === undefined ? [] : [pack]
}

function declareAll(workflow: Item, metadata: Item, scope: Scope): void {
  const parameters = at(metadata, 'parameters')
  for (const [name, item] of namedItems(at(workflow, 'input')))
    scope.declare(name, item, at(parameters, name))
  for (const [name, item] of namedItems(at(workflow, 'vars'))) scope.start(name, item)
}

function readTask(name: string, task: Item, report: Report): Task {
  const [, ref = '', inline = ''] = /^\s*(\S+)([\s\S]*)$/.exec(at(task, 'action').text ?? '') ?? []
  const pairs = readPairs(inline).map(([key, text]): [string, Item] => [
    key,
    { ...NOTHING, line: task.line, text },
  ])
  return {
    name,
    line: task.line,
    prose: at(task, 'description').text ?? '',
    action: { ref, task: name, given: new Map([...pairs, ...(at(task, 'input').map ?? [])]) },
    next: listOf(at(task, 'next')).map(readTransition),
    joins: has(task, 'join'),
    retry: retryOf(name, at(task, 'retry'), report),
    timer: delayOf(name, at(task, 'delay'), report),
    items: itemsOf(at(task, 'with')),
  }
}

function readTransition(transition: Item): Transition {
  const publish = at(transition, 'publish')
  const pairs =
    publish.text === undefined
      ? namedItems(publish).map(([name, item]): [string, string] => [
          name,
          item.text ?? shown(item),
        ])
      : readPairs(publish.text)
  const then = at(transition, 'do')
  const to =
    then.text === undefined ? listOf(then).map(({ text }) => text ?? '') : then.text.split(',')
  return {
    when: at(transition, 'when').text,
    to: to.map((name) => name.trim()).filter((name) => name !== ''),
    publish: pairs,
    line: transition.line,
  }
}

function retryOf(name: string, retry: Item, report: Report): string | undefined {
  if (!retry.map) return undefined
  const count = Number(at(retry, 'count').text)
  const delay = Number(at(retry, 'delay').text ?? 0)
  if (!Number.isInteger(count) || count < 1 || !Number.isInteger(delay) || delay < 0) {
    report.needsYou(
      retry.line,
      `task ${name}: retry`,
      `How often is worked out by StackStorm: ${oneLine(shown(retry))}.`,
      'Give the step qd.retry.',
    )
    return undefined
  }
  report.changed(
    retry.line,
    `task ${name}: retry`,
    'A check is tried again; a change only when the step says that it may be done twice.',
    'Give a change qd.idempotent=true if that is so.',
  )
  if (has(retry, 'when'))
    report.changed(
      at(retry, 'when').line,
      `task ${name}: retry when`,
      'It is tried again after any failure.',
    )
  return `${Math.min(count, 10)}/${Math.max(delay, 1)}s`
}

function delayOf(name: string, delay: Item, report: Report): string | undefined {
  if (delay.text === undefined) return undefined
  const seconds = Number(delay.text)
  if (Number.isInteger(seconds) && seconds > 0) return `${Math.min(seconds, 86_400)}s`
  report.needsYou(
    delay.line,
    `task ${name}: delay`,
    `How long is worked out by StackStorm: ${oneLine(delay.text)}.`,
    'Add a wait step before it.',
  )
  return undefined
}

const MOST_ITEMS = 20

function itemsOf(item: Item): Task['items'] {
  if (item.text === undefined && !item.map && !item.list) return undefined
  const items = item.map ? at(item, 'items') : item
  const [, name, expression] =
    /^\s*([A-Za-z_][\w, ]*?)\s+in\s+([\s\S]+)$/.exec(items.text ?? '') ?? []
  const texts = writtenOut(items)
  if (texts) return { name, texts }
  return `It is done once for each of ${oneLine(expression ?? shown(items), 120)}, and how many that are is not known before.`
}

/** The items, when they are a short list of plain texts in the workflow itself. */
function writtenOut({ list = [] }: Item): string[] | undefined {
  const texts = list.flatMap(({ text }) =>
    text === undefined || /<%|\{\{/.test(text) ? [] : [text],
  )
  return texts.length === list.length && texts.length > 0 && texts.length <= MOST_ITEMS
    ? texts
    : undefined
}

function reportRest(workflow: Item, report: Report): void {
  for (const key of ['output', 'output-on-error'])
    if (has(workflow, key))
      report.leftOut(
        at(workflow, key).line,
        key,
        'A runbook has no result of its own; outputs of its steps are kept with the run.',
        'Read them in the run.',
      )
  for (const [key, value] of workflow.map ?? [])
    if (!/^(version|description|input|vars|tasks|output|output-on-error|notify)$/.test(key))
      report.leftOut(
        value.line,
        oneLine(key, 60),
        'It is not known what this says.',
        'Look it up in StackStorm.',
      )
}
