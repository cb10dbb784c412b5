import { type Part, variableAlone } from './spliced-shell'

/** What a template asks for, as far as it is known what that is. */
export type Asked =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'stdout'; readonly task: string | undefined } // undefined: of the task that has just run
  | { readonly kind: 'answer'; readonly task: string | undefined; readonly field: string }
  | { readonly kind: 'item'; readonly name: string | undefined }
  | { readonly kind: 'store'; readonly key: string } // StackStorm's datastore
  | { readonly kind: 'other' }

export interface Template {
  readonly from: number
  readonly to: number
  /** Between the brackets. */
  readonly expression: string
}

const TEMPLATE = /\{\{([\s\S]*?)\}\}|<%([\s\S]*?)%>|\{%[\s\S]*?%\}|\{#[\s\S]*?#\}/g

/** Finds Jinja's and YAQL's brackets; a Jinja statement (`{% if %}`) has an empty expression and nothing replaces it. */
export function findTemplates(text: string): Template[] {
  return Array.from(text.matchAll(TEMPLATE), (match) => ({
    from: match.index,
    to: match.index + match[0].length,
    expression: (match[1] ?? match[2] ?? '').trim(),
  }))
}

const NAME = String.raw`['"]?([A-Za-z_][\w-]*)['"]?`
const CONTEXT = new RegExp(
  String.raw`^(?:ctx\(\)\.([A-Za-z_]\w*)|ctx\(${NAME}\)|ctx\(\)\.get\(${NAME}\)|ctx\.([A-Za-z_]\w*))$`,
)
const RESULT = String.raw`(?:result\(\)|task\(\)\.result|task\(${NAME}\)\.result)`
const STDOUT = new RegExp(String.raw`^${RESULT}\.stdout$`)
const ANSWER = new RegExp(String.raw`^${RESULT}\.response\.([A-Za-z_]\w*)$`)
const ITEM = /^item\((?:['"]?([A-Za-z_]\w*)['"]?)?\)$/

/** A key of the datastore; what is decrypted is a secret and stays unread. */
function readStore(expression: string): Asked {
  const key =
    /^st2kv\.((?:system|user)\.[\w.-]+)$/.exec(expression) ??
    /^st2kv\(\s*['"]([\w.:-]+)['"]\s*\)$/.exec(expression)
  return key ? { kind: 'store', key: key[1]! } : { kind: 'other' }
}

/** Reads an Orquesta expression, in YAQL or in Jinja. */
export function readOrquesta(expression: string): Asked {
  const [, direct, called, got, dotted] = CONTEXT.exec(expression) ?? []
  const name = direct ?? called ?? got ?? dotted
  if (name !== undefined) return { kind: 'variable', name }
  const stdout = STDOUT.exec(expression)
  if (stdout) return { kind: 'stdout', task: stdout[1] }
  const answer = ANSWER.exec(expression)
  if (answer) return { kind: 'answer', task: answer[1], field: answer[2]! }
  const item = ITEM.exec(expression)
  return item ? { kind: 'item', name: item[1] } : readStore(expression)
}

/** Reads a Jinja expression of an action-chain: a variable, or a task's result. */
export function readChain(expression: string): Asked {
  const plain = /^([A-Za-z_]\w*)$/.exec(expression)
  if (plain) return { kind: 'variable', name: plain[1]! }
  const stdout = /^([A-Za-z_][\w-]*)(?:\.result)?\.stdout$/.exec(expression)
  if (stdout) return { kind: 'stdout', task: stdout[1] }
  const answer = /^([A-Za-z_][\w-]*)(?:\.result)?\.response\.([A-Za-z_]\w*)$/.exec(expression)
  return answer ? { kind: 'answer', task: answer[1], field: answer[2]! } : readStore(expression)
}

/** Parts of a text, or which template in it nobody can fill in here. */
export type Filled = { readonly parts: readonly Part[] } | { readonly problem: string }

/** What an expression is worth here. */
export type Fill = (expression: string) => Filled

/** A text with each template in it filled in. */
export function fillText(text: string, fill: Fill): Filled {
  const parts: Part[] = []
  let from = 0
  for (const template of findTemplates(text)) {
    const filled = fill(template.expression)
    if ('problem' in filled) return filled
    if (template.from > from) parts.push({ text: text.slice(from, template.from) })
    parts.push(...filled.parts)
    from = template.to
  }
  if (from < text.length || parts.length === 0) parts.push({ text: text.slice(from) })
  return { parts }
}

/** The whole text when nothing in it is filled in. */
export function literalOf({ parts }: { readonly parts: readonly Part[] }): string | undefined {
  const texts = parts.flatMap((part) => ('text' in part ? [part.text] : []))
  return texts.length === parts.length ? texts.join('') : undefined
}

/** The input or output that a text is, when it is that alone. */
export function variableIn({ parts }: { readonly parts: readonly Part[] }): string | undefined {
  return variableAlone(parts)?.slice('QD_'.length).toLowerCase()
}
