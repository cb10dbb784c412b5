import { RequestMethod } from '#contract/actions'
import type { TextPiece, TextProblem } from './statement-text'

/** An input of a request, with what is known about it when it is put in. */
export interface RequestValue {
  readonly text: string
  /** Numbers and truth values stand in JSON without quotes. */
  readonly type: 'text' | 'integer' | 'boolean'
}

export interface RequestText {
  readonly method: RequestMethod
  readonly url: readonly TextPiece[]
  readonly headers: readonly { readonly name: string; readonly value: readonly TextPiece[] }[]
  readonly body: {
    readonly as: 'json' | 'form' | 'raw'
    readonly pieces: readonly TextPiece[]
  } | null
  readonly problems: readonly TextProblem[]
}

/** The credential of the connection, the length and the host are not for a runbook to say. */
const NOT_OURS =
  /^(authorization|proxy-authorization|cookie|host|content-length|transfer-encoding|connection|upgrade|expect|te|trailer|x-http-method(-override)?)$/i
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/

/** Reads `METHOD address`, headers, an empty line and a body, as request files of editors have them. */
export function readRequest(code: string): RequestText {
  const problems: TextProblem[] = []
  const lines = linesOf(code)
  const first = lines.findIndex(({ text }) => text.trim() !== '' && !isComment(text))
  const start = lines[first] ?? { text: '', offset: 0 }
  const { method, url } = readStart(start, problems)
  const gap = lines.findIndex(({ text }, at) => at > first && text.trim() === '')
  const head = lines
    .slice(first + 1, gap < 0 ? undefined : gap)
    .filter(({ text }) => !isComment(text))
  const headers = head.flatMap((line) => readHeader(line, problems))
  const body = gap < 0 ? null : readBody(lines.slice(gap + 1), headers, problems)
  if (body && (method === 'GET' || method === 'HEAD'))
    problems.push({ offset: start.offset, message: `A ${method} has no body.` })
  if (lines.some(({ text }) => text.startsWith('###')))
    problems.push({
      offset: code.indexOf('###'),
      message: 'One step is one request. Make another step of the next one.',
    })
  return { method, url, headers, body, problems }
}

interface Line {
  readonly text: string
  readonly offset: number
}

function linesOf(code: string): Line[] {
  let offset = 0
  return code.split('\n').map((text) => {
    const line = { text: text.replace(/\r$/, ''), offset }
    offset += text.length + 1
    return line
  })
}

function isComment(text: string): boolean {
  return /^\s*(#|\/\/)/.test(text)
}

function piecesOf(text: string, offset: number): TextPiece[] {
  const pieces: TextPiece[] = []
  let at = 0
  for (const match of text.matchAll(/\{\{\s*(?:inputs?\.)?([A-Za-z_]\w*)\s*\}\}/g)) {
    if (match.index > at) pieces.push({ text: text.slice(at, match.index) })
    pieces.push({ input: match[1]!, offset: offset + match.index })
    at = match.index + match[0].length
  }
  if (at < text.length) pieces.push({ text: text.slice(at) })
  return pieces
}

function readStart({ text, offset }: Line, problems: TextProblem[]) {
  const [, verb = '', address = ''] =
    /^\s*([A-Za-z]+)\s+(.*?)(?:\s+HTTP\/[\d.]+)?\s*$/.exec(text) ?? []
  const parsed = RequestMethod.safeParse(verb)
  if (!parsed.success)
    problems.push({
      offset,
      message: `Begin with a method and an address: GET /api/health. The methods are ${RequestMethod.options.join(', ')}.`,
    })
  const from = offset + Math.max(0, text.indexOf(address))
  const url = piecesOf(address, from)
  problems.push(...addressProblems(address, url, from))
  return { method: parsed.data ?? 'GET', url }
}

const HOST = /^https?:\/\/[A-Za-z0-9.[\]:_-]+(\/|$)/i
const HOST_AND_SLASH = /^https?:\/\/[A-Za-z0-9.[\]:_-]+\//i

function addressProblems(
  address: string,
  url: readonly TextPiece[],
  offset: number,
): TextProblem[] {
  const lead = url[0] && 'text' in url[0] ? url[0].text : ''
  // Where an input follows, the host has to have ended before it.
  const host = url.length > 1 ? HOST_AND_SLASH : HOST
  if (!/^\/(?!\/)/.test(lead) && !host.test(lead))
    return [
      {
        offset,
        message:
          'The address begins with / below the one of its connection, or names its host in full: an input cannot be a host.',
      },
    ]
  if (/[\s\\]|#/.test(address.replaceAll(/\{\{.*?\}\}/g, '')))
    return [{ offset, message: 'An address has no spaces, no \\ and no #. Encode them, as %20.' }]
  if (/(^|\/)(\.|%2e){1,2}(?=[/?]|$)/i.test(address))
    return [{ offset, message: 'Write the address without . and .. in its path.' }]
  return []
}

function readHeader({ text, offset }: Line, problems: TextProblem[]) {
  const [, name = '', value = ''] = /^\s*([^:\s]+)\s*:\s*(.*?)\s*$/.exec(text) ?? []
  if (!HEADER_NAME.test(name)) {
    problems.push({
      offset,
      message: 'This is no header: write Name: value, and an empty line before the body.',
    })
    return []
  }
  if (NOT_OURS.test(name))
    problems.push({
      offset,
      message: `\`${name}\` is not for a step to set: the connection signs in, and Quarterdeck speaks HTTP.`,
    })
  return [{ name, value: piecesOf(value, offset + text.indexOf(value)) }]
}

type Header = RequestText['headers'][number]

function readBody(
  lines: readonly Line[],
  headers: readonly Header[],
  problems: TextProblem[],
): RequestText['body'] {
  const text = lines
    .map((line) => line.text)
    .join('\n')
    .trimEnd()
  if (text.trim() === '') return null
  const offset = lines[0]!.offset
  const as = kindOfBody(text, headers)
  const pieces = piecesOf(text, offset)
  const inputs = pieces.flatMap((piece) => ('input' in piece ? [piece] : []))
  if (as === 'raw' && inputs[0])
    problems.push({
      offset: inputs[0].offset,
      message: 'An input can stand in a JSON or form body only, where it can be encoded.',
    })
  if (as === 'json' && !isJson(fillJson(pieces, () => ({ text: '0', type: 'integer' }))))
    problems.push({
      offset,
      message: 'The body is no JSON. Inputs stand in it as "{{input}}" or {{input}}.',
    })
  return { as, pieces }
}

function kindOfBody(text: string, headers: readonly Header[]): 'json' | 'form' | 'raw' {
  const header = headers.find(({ name }) => name.toLowerCase() === 'content-type')
  const type = header?.value.map((piece) => ('text' in piece ? piece.text : '')).join('') ?? ''
  if (/\bjson\b/i.test(type) || (type === '' && /^\s*[[{]/.test(text))) return 'json'
  return /x-www-form-urlencoded/i.test(type) ? 'form' : 'raw'
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

type ValueOf = (input: string) => RequestValue

/** Inside a JSON text an input is escaped; outside of one it is a whole value of its own. */
export function fillJson(pieces: readonly TextPiece[], valueOf: ValueOf): string {
  let inText = false
  return pieces
    .map((piece) => {
      if ('text' in piece) {
        inText = endsInText(piece.text, inText)
        return piece.text
      }
      const { text, type } = valueOf(piece.input)
      if (inText) return JSON.stringify(text).slice(1, -1)
      return type === 'text' ? JSON.stringify(text) : text
    })
    .join('')
}

function endsInText(text: string, inText: boolean): boolean {
  const quotes = text.replaceAll(/\\[\s\S]/g, '').split('"').length - 1
  return quotes % 2 === 0 ? inText : !inText
}

/** Every value is one part of the path, the query or a form, whatever is in it. */
export function fillEncoded(pieces: readonly TextPiece[], valueOf: ValueOf): string {
  return pieces
    .map((piece) => ('text' in piece ? piece.text : encodeURIComponent(valueOf(piece.input).text)))
    .join('')
}

/** Plain text, for a header's value. */
export function fillPlain(pieces: readonly TextPiece[], valueOf: ValueOf): string {
  return pieces.map((piece) => ('text' in piece ? piece.text : valueOf(piece.input).text)).join('')
}
