import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type YAMLMap,
} from 'yaml'
import { z } from 'zod'
import type { RunbookProblem } from '#contract/runbooks'
import { didYouMean } from './runbook-values'

/** Takes a complaint about a line of the file. */
export type Report = (line: number, level: RunbookProblem['level'], message: string) => void

export const Text = z.string().trim().min(1).max(2_000)
/** One text or a list; a bare `502` in YAML is a number and meant as a word. */
const Word = z.union([Text, z.number().transform(String)])
export const Texts = z.union([Word.transform((text) => [text]), z.array(Word).max(200)])
export const Plain = z.union([z.string(), z.number(), z.boolean()]).transform(String)

/** Front matter as values, and where in the file each stands. */
export interface Source {
  readonly values: Record<string, unknown>
  lineOf(path: readonly PropertyKey[]): number
}

export function parseYaml(yaml: string, report: Report): Source | undefined {
  const counter = new LineCounter()
  const lineAt = (offset: number) => counter.linePos(offset).line + 1 // the `---` line comes before
  try {
    const document = parseDocument(yaml, { lineCounter: counter, prettyErrors: false })
    for (const { pos, message } of document.errors)
      report(lineAt(pos[0]), 'error', `Front matter: ${message}`)
    if (document.errors.length > 0) return undefined
    for (const { pos, message } of document.warnings)
      report(lineAt(pos[0]), 'warning', `Front matter: ${message}`)
    const values: unknown = document.toJS() ?? {}
    if (typeof values !== 'object' || values === null || Array.isArray(values)) {
      report(1, 'error', 'Front matter must be `key: value` lines, starting with `title:`.')
      return undefined
    }
    return {
      values: values as Record<string, unknown>,
      lineOf: (path) => lineAt(offsetOf(document, path)),
    }
  } catch (error) {
    // yaml throws where a document is an attack (alias bombs) or nested beyond the stack.
    report(1, 'error', `Front matter: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}

/** Where the deepest part of this path that is there begins. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents
  let offset = 0
  for (const part of path) {
    const next = isMap(node)
      ? inMap(node, part)
      : isSeq(node)
        ? inList(node.items, part)
        : undefined
    if (!next) break
    offset = next.offset ?? offset
    node = next.node
  }
  return offset
}

interface Place {
  readonly offset: number | undefined
  readonly node: unknown
}

function inMap({ items }: YAMLMap, name: PropertyKey): Place | undefined {
  const pair = items.find(({ key }) => isScalar(key) && String(key.value) === name)
  return isScalar(pair?.key) ? { offset: pair.key.range?.[0], node: pair.value } : undefined
}

function inList(items: readonly unknown[], at: PropertyKey): Place | undefined {
  const node = typeof at === 'number' ? items[at] : undefined
  return isNode(node) ? { offset: node.range?.[0], node } : undefined
}

/** The value as its schema reads it; every complaint at its own line, and undefined when there is one. */
export function check(
  schema: z.ZodType,
  value: unknown,
  path: readonly PropertyKey[],
  { lineOf }: Source,
  report: Report,
): unknown {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues) {
    const at = [...path, ...issue.path]
    if (issue.code === 'unrecognized_keys') {
      const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
      for (const key of issue.keys)
        report(
          lineOf([...at, key]),
          'error',
          `\`${[...at, key].join('.')}\` is not known.${didYouMean(key, known)}`,
        )
    } else report(lineOf(at), 'error', `\`${at.join('.')}\`: ${issue.message}.`)
  }
  return undefined
}
