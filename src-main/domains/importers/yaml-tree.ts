import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type ParsedNode,
  type Scalar,
} from 'yaml'

/** A value of a YAML or JSON file as it was written, with its line. */
export interface Item {
  readonly line: number
  /** The text of a scalar as written, so that `yes`, `on` and `0755` stay what they look like; undefined for others. */
  readonly text: string | undefined
  readonly list: readonly Item[] | undefined
  readonly map: ReadonlyMap<string, Item> | undefined
}

export type Tree =
  | { readonly documents: readonly Item[] }
  | { readonly problem: string; readonly line: number }

/** Aliases can make a small file large (a billion laughs); no job file comes near. */
const MOST_ITEMS = 100_000
const DEEPEST = 100

class TooMuch extends Error {}

/** Reads YAML (JSON is part of it), every document of it. Never throws. */
export function readTree(text: string): Tree {
  const counter = new LineCounter()
  try {
    const documents = parseAllDocuments(text, {
      lineCounter: counter,
      prettyErrors: false,
      version: '1.1', // what SnakeYAML and PyYAML read, with `<<`
      uniqueKeys: false, // both let the later one win
      logLevel: 'silent',
    })
    if (!Array.isArray(documents)) return { documents: [] }
    const broken = documents.flatMap(({ errors }) => errors)[0]
    if (broken)
      return {
        problem: `This is not valid YAML: ${broken.message}.`,
        line: counter.linePos(broken.pos[0]).line,
      }
    const budget = { left: MOST_ITEMS }
    return { documents: documents.flatMap((document) => toItems(document, counter, budget)) }
  } catch (error) {
    if (error instanceof TooMuch) return { problem: error.message, line: 1 }
    // The reader goes deeper than the stack where brackets are nested by the thousand.
    return { problem: 'This YAML is nested too deeply to be read.', line: 1 }
  }
}

interface Budget {
  left: number
}

function toItems(document: Document.Parsed, counter: LineCounter, budget: Budget): Item[] {
  if (document.contents === null) return []
  const lineOf = (node: ParsedNode) => counter.linePos(node.range[0]).line || 1
  const visit = (node: ParsedNode | null, depth: number, above: number): Item => {
    budget.left -= 1
    if (budget.left < 0) throw new TooMuch('This YAML grows beyond all bounds through its aliases.')
    if (depth > DEEPEST) throw new TooMuch('This YAML is nested too deeply to be read.')
    if (node === null) return { line: above, text: undefined, list: undefined, map: undefined }
    if (isAlias(node))
      return visit((node.resolve(document) ?? null) as ParsedNode | null, depth + 1, above)
    const line = lineOf(node)
    if (isScalar(node)) return { line, text: textOf(node), list: undefined, map: undefined }
    if (isSeq(node)) {
      const list = node.items.map((item) => visit(item as ParsedNode | null, depth + 1, line))
      return { line, text: undefined, list, map: undefined }
    }
    return {
      line,
      text: undefined,
      list: undefined,
      map: toMap(node, (value, from) => visit(value, depth + 1, from)),
    }
  }
  return [visit(document.contents, 0, 1)]

  function toMap(node: ParsedNode, read: (value: ParsedNode | null, line: number) => Item) {
    const map = new Map<string, Item>()
    if (!isMap(node)) return map
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? (textOf(key) ?? '') : ''
      const line = lineOf(key)
      const item = read(value, line)
      if (name === '<<') merge(map, item)
      else map.set(name, { ...item, line })
    }
    return map
  }
}

/** What an anchor brings in gives way to what is written here. */
function merge(map: Map<string, Item>, { map: from, list }: Item): void {
  for (const source of list?.map((item) => item.map) ?? [from])
    for (const [key, item] of source ?? []) if (!map.has(key)) map.set(key, item)
}

function textOf(scalar: Scalar): string | undefined {
  if (scalar.value === null && !scalar.source) return undefined
  if (scalar.value === null && /^(~|null)$/i.test(scalar.source ?? '')) return undefined
  return typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? String(scalar.value))
}

export const NOTHING: Item = { line: 1, text: undefined, list: undefined, map: undefined }

/** The item under a key, or nothing at all at the line of the map. */
export function at(item: Item | undefined, key: string): Item {
  return item?.map?.get(key) ?? { ...NOTHING, line: item?.line ?? 1 }
}

export function has(item: Item | undefined, key: string): boolean {
  return item?.map?.has(key) ?? false
}

/** Does this say yes? As YAML 1.1 and the foreign programs read it. */
export function isYes({ text }: Item): boolean {
  return /^(true|yes|on|y|1)$/i.test(text?.trim() ?? '')
}

export function isNo({ text }: Item): boolean {
  return /^(false|no|off|n|0)$/i.test(text?.trim() ?? '')
}

/** A single value is a list of one; nothing is an empty one. */
export function listOf(item: Item): readonly Item[] {
  if (item.list) return item.list
  return item.text === undefined && !item.map ? [] : [item]
}

const LONGEST_SHOWN = 2_000

/** An item in words, for a person to read. */
export function shown(item: Item): string {
  const text = JSON.stringify(plain(item), undefined, 2) ?? ''
  const bare = item.text ?? text
  return bare.length > LONGEST_SHOWN ? `${bare.slice(0, LONGEST_SHOWN)} …` : bare
}

/** What a setting with such a name holds is never shown again. */
const SECRET = /pass(word|wd|phrase)?$|secret|token|api_?key|private_?key|credential/i

function plain({ text, list, map }: Item): unknown {
  if (list) return list.map(plain)
  if (!map) return text ?? null
  return Object.fromEntries(
    Array.from(map, ([key, value]) => [
      key,
      isSecret(key, value) ? '(not imported)' : plain(value),
    ]),
  )
}

/** A template or a path in a key store is no secret by itself. */
function isSecret(key: string, { text = '' }: Item): boolean {
  return SECRET.test(key) && text !== '' && !/^(\$\{|\{\{|<%|keys\/)/.test(text)
}
