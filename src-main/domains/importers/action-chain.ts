import type { Draft, Report } from './draft'
import type { Importer } from './foreign'
import { oneLine } from './names'
import { tagsOf } from './orquesta'
import { settle } from './settle'
import { createScope, type Scope } from './stackstorm-scope'
import { namedItems, readPack } from './stackstorm-files'
import { findTemplates, readChain } from './stackstorm-templates'
import type { Task, Transition } from './workflow'
import { workflowSteps } from './workflow-steps'
import { at, has, type Item, listOf, NOTHING, readTree, shown } from './yaml-tree'

/** A StackStorm action-chain: tasks that name what follows their success and their failure. */
export const importActionChain: Importer = (foreign, report) => {
  const tree = readTree(foreign.text)
  if ('problem' in tree) {
    report.leftOut(tree.line, 'the file', tree.problem, 'Correct the file.')
    return []
  }
  const chain = tree.documents.find((document) => at(document, 'chain').list) ?? NOTHING
  const pack = readPack(foreign)
  const scope = createScope({ report, read: readChain })
  const items = listOf(at(chain, 'chain')).filter(({ map }) => map)
  const tasks = new Map(
    items.map((item, index) => readTask(item, index, report)).map((task) => [task.name, task]),
  )
  declareAll(chain, pack.metadata, items, tasks, scope)
  const starts = startOf(chain, tasks, report)
  const steps = workflowSteps({ tasks, starts, scope, report, runbookOf: pack.runbookOf })
  reportRest(chain, items, report)
  const draft: Draft = {
    title: pack.title,
    description: at(pack.metadata, 'description').text ?? at(chain, 'description').text ?? '',
    tags: tagsOf(pack.metadata),
    inputs: scope.inputs,
    outputs: scope.outputs,
    target: 'local',
    steps,
  }
  return tasks.size === 0 ? [] : [settle(draft, report, new Set())]
}

function startOf(chain: Item, tasks: ReadonlyMap<string, Task>, report: Report): string[] {
  const given = at(chain, 'default')
  if (given.text !== undefined && tasks.has(given.text)) return [given.text]
  if (given.text !== undefined)
    report.needsYou(
      given.line,
      'default',
      `It begins with \`${oneLine(given.text, 60)}\`, which is no task.`,
      'Look at the chain.',
    )
  return [...tasks.keys()].slice(0, 1)
}

function readTask(item: Item, index: number, report: Report): Task {
  const name = at(item, 'name').text ?? `task${index + 1}`
  const given = new Map([...(at(item, 'params').map ?? []), ...(at(item, 'parameters').map ?? [])])
  if (has(item, 'notify'))
    report.leftOut(
      at(item, 'notify').line,
      `task ${name}: notify`,
      'Nobody is told by the runbook.',
      'Set up notifications in Quarterdeck.',
    )
  return {
    name,
    line: item.line,
    prose: at(item, 'description').text ?? '',
    action: { ref: at(item, 'ref').text ?? '', task: name, given },
    next: transitionsOf(item),
    joins: false,
    retry: undefined,
    timer: undefined,
    items: undefined,
  }
}

function transitionsOf(item: Item): Transition[] {
  const publish = Array.from(at(item, 'publish').map ?? [], ([name, value]): [string, string] => [
    name,
    value.text ?? shown(value),
  ])
  const success = at(item, 'on-success')
  const failure = at(item, 'on-failure')
  return [
    { when: '<% succeeded() %>', to: named(success), publish, line: success.line },
    ...(named(failure).length > 0
      ? [{ when: '<% failed() %>', to: named(failure), publish: [], line: failure.line }]
      : []),
  ]
}

function named({ text }: Item): string[] {
  return text === undefined || text === '' ? [] : [text]
}

/** Names that StackStorm itself fills in. */
const ITS_OWN = new Set([
  'action_context',
  'config_context',
  'st2kv',
  'system',
  'user',
  'st2',
  'keys',
  'null',
  'None',
  'True',
  'False',
  'true',
  'false',
  '_',
])

/** A chain does not list its inputs: the metadata does, else every name that nothing in the chain sets. */
function declareAll(
  chain: Item,
  metadata: Item,
  items: readonly Item[],
  tasks: ReadonlyMap<string, Task>,
  scope: Scope,
): void {
  const parameters = at(metadata, 'parameters')
  const vars = namedItems(at(chain, 'vars'))
  const set = new Set([
    ...vars.map(([name]) => name),
    ...items.flatMap((item) => [...(at(item, 'publish').map?.keys() ?? [])]),
    ...tasks.keys(),
  ])
  for (const [name, parameter] of parameters.map ?? [])
    scope.declare(name, { ...NOTHING, line: 1 }, parameter)
  const declared = new Set(parameters.map?.keys())
  for (const [name, line] of namesIn(chain))
    if (!set.has(name) && !declared.has(name) && !ITS_OWN.has(name)) {
      scope.declare(name, { ...NOTHING, line }, undefined)
      declared.add(name)
    }
  for (const [name, item] of vars) scope.start(name, item)
}

function* namesIn(item: Item): Generator<[string, number]> {
  const waiting = [item]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const { expression } of findTemplates(next.text ?? '')) {
      const asked = readChain(expression)
      if (asked.kind === 'variable') yield [asked.name, next.line]
    }
    waiting.push(...(next.list ?? []), ...(next.map?.values() ?? []))
  }
}

function reportRest(chain: Item, items: readonly Item[], report: Report): void {
  for (const [key, value] of chain.map ?? [])
    if (!/^(chain|default|vars|description)$/.test(key))
      report.leftOut(
        value.line,
        oneLine(key, 60),
        'It is not known what this says.',
        'Look it up in StackStorm.',
      )
  for (const item of items)
    for (const [key, value] of item.map ?? [])
      if (
        !/^(name|ref|params|parameters|on-success|on-failure|publish|description|notify)$/.test(key)
      )
        report.leftOut(
          value.line,
          `task ${at(item, 'name').text ?? ''}: ${oneLine(key, 60)}`,
          'It is not known what this says.',
          'Look it up in StackStorm.',
        )
}
