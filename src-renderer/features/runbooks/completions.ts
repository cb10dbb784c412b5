import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import { CODE_LANGUAGES, type FormatWord, FRONT_WORDS, STEP_WORDS } from '#contract/runbook-words'

/** What the editor knows beside the text itself. */
export interface KnownNames {
  readonly connections: readonly string[]
  readonly runbooks: readonly string[]
}

/** What may stand where the cursor is: words of the format, names of steps and targets, and inputs inside of code. */
export function completeRunbook(
  context: CompletionContext,
  known: KnownNames,
): CompletionResult | null {
  const { state, pos } = context
  const line = state.doc.lineAt(pos)
  const before = line.text.slice(0, pos - line.from)
  const text = state.doc.toString()
  const place = placeOf(text, pos)
  if (/^\s*(`{3,}|~{3,})/.test(before)) return inFence(before, line.from, text, known)
  if (place === 'front') return inFront(before, line.from, context.explicit)
  return place === 'code' ? inCode(before, line.from, text) : null
}

/** In the front matter, inside of a fence, or in prose. */
export function placeOf(text: string, pos: number): 'front' | 'code' | 'prose' {
  const before = text.slice(0, pos).split('\n').slice(0, -1)
  const end = frontEnd(before)
  if (end === undefined) return 'front'
  let fence: string | undefined
  for (const line of before.slice(end)) {
    const marks = /^\s*(`{3,}|~{3,})/.exec(line)?.[1]
    if (marks === undefined) continue
    if (fence === undefined) fence = marks
    else if (marks.startsWith(fence)) fence = undefined
  }
  return fence === undefined ? 'prose' : 'code'
}

/** The line after the front matter, 0 without one; undefined while it is not over. */
function frontEnd(lines: readonly string[]): number | undefined {
  if (lines[0]?.trim() !== '---') return 0
  const end = lines.findIndex((line, n) => n > 0 && /^(---|\.\.\.)\s*$/.test(line))
  return end === -1 ? undefined : end + 1
}

function inFence(
  before: string,
  start: number,
  text: string,
  known: KnownNames,
): CompletionResult | null {
  const language = /^\s*(?:`{3,}|~{3,})([\w-]*)$/.exec(before)
  if (language)
    return offer(
      start,
      before,
      language[1]!,
      [...CODE_LANGUAGES, 'text'].map((label) => ({ label })),
    )
  const value = /"([\w.]+)"\s*:\s*"([^"]*)$/.exec(before)
  if (value) return offer(start, before, value[2]!, valuesOf(value[1]!, text, known))
  const key = /[{,]\s*"([\w.]*)$/.exec(before)
  if (key)
    return offer(
      start,
      before,
      key[1]!,
      STEP_WORDS.map((word, n) => toCompletion(word, n, '":"')),
    )
  const bare = /\{\s*([\w.]*)$/.exec(before)
  if (!bare) return null
  return offer(
    start,
    before,
    bare[1]!,
    STEP_WORDS.map((word, n) => toCompletion(word, n, '":"', '"')),
  )
}

function valuesOf(key: string, text: string, { connections, runbooks }: KnownNames): Completion[] {
  const word = STEP_WORDS.find((each) => each.word === key)
  const named = { step: stepsIn(text), connection: connections, runbook: runbooks, none: [] }
  const inputs = word?.names === 'connection' ? inputsIn(text).map((name) => `{{${name}}}`) : []
  const extra = word?.names === 'connection' ? ['local'] : []
  return [...(word?.values ?? []), ...named[word?.names ?? 'none'], ...extra, ...inputs].map(
    (label) => ({ label }),
  )
}

function inFront(before: string, start: number, isAsked: boolean): CompletionResult | null {
  const key = /^([\w]*)$/.exec(before)
  if (!key || (key[1] === '' && !isAsked)) return null
  return offer(
    start,
    before,
    key[1]!,
    FRONT_WORDS.map((word, n) => toCompletion(word, n, ': ')),
  )
}

/** Inputs reach code as environment variables, and in no other way. */
function inCode(before: string, start: number, text: string): CompletionResult | null {
  const variable = /\$\{?(\w*)$/.exec(before)
  if (!variable) return null
  const names = [...inputsIn(text).map((name) => `QD_${name.toUpperCase()}`), 'QD_TICKET_ID']
  return offer(
    start,
    before,
    variable[1]!,
    names.map((label) => ({ label, type: 'variable' })),
  )
}

function offer(
  start: number,
  before: string,
  typed: string,
  options: Completion[],
): CompletionResult {
  return { from: start + before.length - typed.length, options, validFor: /^[\w.{}-]*$/ }
}

/** In the order of the list: what is written most comes first. */
function toCompletion(
  { word, about }: FormatWord,
  place: number,
  end: string,
  begin = '',
): Completion {
  return { label: word, info: about, apply: `${begin}${word}${end}`, boost: -place }
}

/** Names that fences give themselves. */
export function stepsIn(text: string): string[] {
  return [...text.matchAll(/^\s*(?:`{3,}|~{3,})[^\n]*"name"\s*:\s*"([^"]+)"/gm)].map(
    ([, name]) => name!,
  )
}

/** Names of the inputs in the front matter. */
export function inputsIn(text: string): string[] {
  const front = /^---[ \t]*\n([\s\S]*?)^(?:---|\.\.\.)/m.exec(text)?.[1] ?? ''
  const inputs = /^inputs:[ \t]*\n((?:[ \t]+[^\n]*\n?)*)/m.exec(front)?.[1] ?? ''
  return [...inputs.matchAll(/\bname:[ \t]*['"]?([a-z][a-z0-9_]*)/g)].map(([, name]) => name!)
}
