import { fromMarkdown } from 'mdast-util-from-markdown'
import { type Block, readPlain } from './plain-markdown'

/** A fence, with what stands around it. */
export interface Fence {
  readonly line: number
  readonly info: FenceInfo
  readonly code: string
  readonly closed: boolean
  readonly heading: string | undefined // of its section, for the first fence in it
  readonly paragraph: string // right before it
}

/** The blocks of a Markdown text that matter here. */
export interface Blocks {
  readonly fences: readonly Fence[]
  readonly heading: string | undefined // the first one
  readonly paragraph: string | undefined // the first one
}

type Node = ReturnType<typeof fromMarkdown>['children'][number]

/** What stands inside a line is not looked at here, and links alone can take a hostile text to square time. */
const BLOCKS_ONLY = {
  disable: {
    null: [
      'attention',
      'autolink',
      'characterEscape',
      'characterReference',
      'codeText',
      'definition',
      'hardBreakEscape',
      'htmlText',
      'labelEnd',
      'labelStartImage',
      'labelStartLink',
    ],
  },
}

/** Finds the fences of a Markdown text, in its order, wherever they are nested. */
export function readBlocks(markdown: string): Blocks {
  const blocks = readPlain(markdown) ?? readAnyMarkdown(markdown)
  const heading = blocks.find((block) => block.type === 'heading')
  const paragraph = blocks.find((block) => block.type === 'paragraph')
  return {
    fences: [...fencesOf(blocks)],
    heading: heading && bare(heading.text),
    paragraph: paragraph?.text,
  }
}

/** The same blocks from a text that may hold anything. */
export function readAnyMarkdown(markdown: string): Block[] {
  const textOf = (node: Node) =>
    markdown.slice(node.position!.start.offset, node.position!.end.offset)
  const { children } = fromMarkdown(markdown, { extensions: [BLOCKS_ONLY] })
  return Array.from(walk(children), (node) => toBlock(node, textOf(node)))
}

/** Every block in the order of the text. Iterative: a hostile file nests deeper than the stack is. */
function* walk(roots: readonly Node[]): Generator<Node> {
  const waiting = roots.toReversed()
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    yield node
    if ('children' in node && node.type !== 'paragraph' && node.type !== 'heading')
      waiting.push(...(node.children as Node[]).toReversed())
  }
}

function toBlock(node: Node, text: string): Block {
  if (node.type === 'heading') return { type: 'heading', depth: node.depth, text }
  if (node.type === 'paragraph') return { type: 'paragraph', text }
  if (node.type !== 'code') return { type: 'other' }
  const lines = text.split('\n')
  const opening = lines[0]!
  const marks = MARKS.exec(opening)?.[1]
  const closed =
    marks !== undefined &&
    lines.length > 1 &&
    new RegExp(`[${marks[0]!}]{${marks.length},}\\s*$`).test(lines.at(-1)!)
  return { type: 'code', line: node.position!.start.line, opening, value: node.value, closed }
}

const MARKS = /^([`~]{3,})(.*)$/

function* fencesOf(blocks: readonly Block[]): Generator<Fence> {
  let heading: string | undefined
  let before: Block | undefined
  for (const block of blocks) {
    if (block.type === 'heading' && block.depth > 1) heading = bare(block.text)
    // Without marks it is an indented block, which is never a step.
    const marks = block.type === 'code' && MARKS.exec(block.opening)
    if (marks) {
      yield {
        line: block.line,
        info: readInfo(marks[2]!),
        code: stripPrompts(block.value),
        closed: block.closed,
        heading,
        paragraph: before?.type === 'paragraph' ? before.text.trim() : '',
      }
      heading = undefined
    }
    before = block
  }
}

function bare(heading: string): string {
  return heading
    .replace(/^#+\s*/, '')
    .replace(/\s*#*\s*$/, '')
    .replace(/\n[=-]+\s*$/, '')
    .replaceAll('`', '')
    .trim()
}

/** Takes `$ ` off the lines of a pasted session, and nothing else: `$HOME/bin/x` stays as it is. */
function stripPrompts(code: string): string {
  return /^\s*\$ /.test(code) ? code.replaceAll(/^\$ /gm, '') : code
}

/** What stands behind a fence's opening marks. */
export interface FenceInfo {
  readonly language: string // as written, lower case; '' when there is none
  readonly attributes: ReadonlyMap<string, string>
  readonly problem: string | undefined
}

/**
 * Reads an info string as Runme does: the language, then attributes in JSON form, else in HTML form
 * (github.com/runmedev/runme, document/attributes.go). Beyond Runme: braces may nest and hold `}` in a string, HTML
 * values may be quoted, and an object under `qd` is spread to `qd.…`. Never fails; what looks wrong is in `problem`.
 */
export function readInfo(info: string): FenceInfo {
  const open = /\{(?!\})/.exec(info)?.index
  if (open === undefined)
    return { language: firstWord(info), attributes: new Map(), problem: loose(info) }
  const language = firstWord(info.slice(0, open))
  const rest = info.slice(open)
  const end = endOfBraces(rest)
  const json = end === undefined ? undefined : readJson(rest.slice(0, end))
  if (json) return { language, attributes: json, problem: undefined }
  return { language, attributes: readHtml(rest), problem: htmlProblem(rest) }
}

function firstWord(text: string): string {
  return text.trim().split(/\s+/)[0]!.toLowerCase()
}

/** Attributes without braces are no attributes: nobody would see them. */
function loose(info: string): string | undefined {
  return /(^|\s)qd\.[a-z]+/i.test(info)
    ? 'Attributes belong in braces: ```sh {"qd.kind":"check"}.'
    : undefined
}

function htmlProblem(rest: string): string | undefined {
  if (/^\{\s*"/.test(rest))
    return 'The attributes start like JSON but are not valid JSON: check the quotes, commas and braces.'
  return rest.includes('}') ? undefined : 'The attributes have no closing brace.'
}

/** Position after the brace that closes the first one; braces in JSON strings do not count. */
function endOfBraces(text: string): number | undefined {
  let depth = 0
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (match[0] === '{') depth += 1
    if (match[0] === '}') depth -= 1
    if (depth === 0) return match.index + 1
  }
  return undefined
}

function readJson(text: string): Map<string, string> | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined // then it is the HTML form
  }
  const attributes = new Map<string, string>()
  for (const [key, entry] of Object.entries(value as object)) {
    if (key === 'qd' && typeof entry === 'object' && entry !== null)
      for (const [inner, part] of Object.entries(entry)) attributes.set(`qd.${inner}`, asText(part))
    else attributes.set(key, asText(entry))
  }
  return attributes
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function readHtml(text: string): Map<string, string> {
  const inside =
    /^\{((?:"[^"]*"|'[^']*'|[^}"'])*)/.exec(text)?.[1] ?? text.slice(1).replace(/\}.*$/, '')
  const attributes = new Map<string, string>()
  for (const [, key, double, single, plain] of inside.matchAll(
    /([^\s=]+)(?:=(?:"([^"]*)"|'([^']*)'|(\S*)))?/g,
  ))
    attributes.set(key!, double ?? single ?? plain ?? '')
  return attributes
}
