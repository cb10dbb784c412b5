import type { Foreign } from './foreign'
import { slugOf } from './names'
import { humanise } from './runme-cells'
import { at, has, type Item, listOf, NOTHING, readTree } from './yaml-tree'

/** What the other chosen files say about a workflow. */
export interface Pack {
  /** The action's metadata: its parameters have types, defaults and secrets. */
  readonly metadata: Item
  readonly title: string
  /** The runbook of a workflow among the files; undefined for any other action. */
  readonly runbookOf: (ref: string) => string | undefined
}

/** Looks among the files chosen together for the one that describes this workflow, and for workflows it may call. */
export function readPack({ fileName, beside }: Foreign): Pack {
  const others = beside.map(({ fileName: name, text }) => ({
    stem: stemOf(name),
    item: firstOf(text),
  }))
  const actions = others.filter(({ item }) => has(item, 'runner_type')).map(({ item }) => item)
  const stem = stemOf(fileName)
  const metadata =
    actions.find((action) => stemOf(at(action, 'entry_point').text ?? '') === stem) ?? NOTHING
  const workflows = new Map<string, string>()
  for (const { stem: other, item } of others)
    if (has(item, 'chain') || has(item, 'tasks')) workflows.set(other, other)
  for (const action of actions) {
    const [name, entry] = [at(action, 'name').text, stemOf(at(action, 'entry_point').text ?? '')]
    if (name !== undefined && workflows.has(entry)) workflows.set(name, name)
  }
  return {
    metadata,
    title: humanise(at(metadata, 'name').text ?? stem),
    runbookOf: (ref) => {
      const name = workflows.get(ref.replace(/^.*\./, ''))
      return name === undefined ? undefined : slugOf(humanise(name))
    },
  }
}

function stemOf(fileName: string): string {
  return fileName.replace(/^.*[/\\]/, '').replace(/(\.meta)?\.\w+$/, '')
}

function firstOf(text: string): Item {
  if (text.length > 200_000) return NOTHING
  const tree = readTree(text)
  return 'documents' in tree ? (tree.documents[0] ?? NOTHING) : NOTHING
}

/** `[a, {b: 1}]` or `{a: .., b: ..}` as names with what stands under them. */
export function namedItems(item: Item): [string, Item][] {
  if (item.map) return [...item.map]
  return listOf(item)
    .flatMap((entry): [string, Item][] =>
      entry.map ? [...entry.map] : [[entry.text ?? '', { ...NOTHING, line: entry.line }]],
    )
    .filter(([name]) => name !== '')
}
