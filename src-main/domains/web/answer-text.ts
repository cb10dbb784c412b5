import { STATUS_CODES } from 'node:http'
import type { HttpResponse } from '#platform/http-client'

/** Everything but line breaks and tabs that could move a cursor or draw something else than what is there. */
const UNPRINTABLE = /(?![\n\t])[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** An answer as an operator reads it: status, kind, body; JSON with a line for each value. */
export function toText({ status, headers, body, isCut }: HttpResponse): string {
  const kind = headers['content-type'] ?? ''
  const head = `HTTP ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd()
  const lines = [kind === '' ? head : `${head}, ${kind}`, bodyText(body, kind)]
  if (isCut) lines.push(`(cut after ${body.length} bytes; there is more)`)
  return `${lines.filter((line) => line !== '').join('\n')}\n`.replaceAll(
    UNPRINTABLE,
    (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`,
  )
}

function bodyText(body: Buffer, kind: string): string {
  if (body.length === 0) return ''
  if (body.includes(0)) return `(${body.length} bytes that are no text)`
  const text = body.toString('utf8').replaceAll('\r\n', '\n').trimEnd()
  if (!/\bjson\b/i.test(kind)) return text
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text // cut, or no JSON after all
  }
}
