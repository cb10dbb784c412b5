import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { SourceReader, SourceRequest } from './source'

/** Largest body, as it comes and unpacked, where a kind says no other. Alertmanager's largest known groups are below 1 MB. */
export const MOST_BYTES = 5 * 1024 * 1024
/** The largest that any kind may send: GitHub caps its own at 25 MB. */
export const LARGEST_BODY_BYTES = 26 * 1024 * 1024
/** No sender nests deeper than about 20; a parser's stack and memory end somewhere above 10,000. */
const DEEPEST = 200

/** Senders of forms use one field, or a few. */
const MOST_FIELDS = 100

const unzip = promisify(gunzip)

/** What a body holds, or why it cannot be read; `status` is what its sender is told. */
export type Opened =
  | { readonly ok: true; readonly contentType: string; readonly value: unknown }
  | { readonly ok: false; readonly status: 400 | 413 | 415; readonly problem: string }

const refuse = (status: 400 | 413 | 415, problem: string): Opened => ({
  ok: false,
  status,
  problem,
})

/** JSON by any of its names; senders that name none, or plain text, are taken at their body. */
export function isJsonType(contentType: string): boolean {
  return /^(application\/json|text\/json|text\/plain|application\/[\w.-]+\+json|)$/.test(
    contentType,
  )
}

/** For kinds that send JSON and nothing else. */
export const acceptsJson = (contentType: string): 'json' | undefined =>
  isJsonType(contentType) ? 'json' : undefined

/** Unpacks, decodes and parses bytes as their headers say. Never throws for what a sender may send. */
export async function openBody(
  bytes: Buffer,
  headers: SourceRequest['headers'],
  reader: Pick<SourceReader, 'accepts' | 'mostBytes'>,
): Promise<Opened> {
  const given = headers['content-type'] ?? ''
  const contentType = given.split(';')[0]!.trim().toLowerCase()
  const form = reader.accepts(contentType, headers)
  if (!form) {
    return refuse(
      415,
      `A body of type ${contentType.slice(0, 80)} cannot be read here. Send application/json.`,
    )
  }
  const plain = await unpack(bytes, headers, reader.mostBytes ?? MOST_BYTES)
  if (!Buffer.isBuffer(plain)) return plain
  if (form === 'form') return openForm(plain, given, contentType)
  const text = decode(plain, given)
  if (typeof text !== 'string') return text
  if (form === 'text') return { ok: true, contentType, value: text }
  return parse(text, contentType)
}

/** Fields of a form as text; of files, and of a name that comes twice, the last counts. */
async function openForm(bytes: Buffer, given: string, contentType: string): Promise<Opened> {
  try {
    const form = await new Response(new Uint8Array(bytes), {
      headers: { 'content-type': given },
    }).formData()
    const fields = [...form].slice(0, MOST_FIELDS)
    const texts = await Promise.all(
      fields.map(async ([name, value]): Promise<[string, string]> => [
        name,
        typeof value === 'string' ? value : await value.text(),
      ]),
    )
    return { ok: true, contentType, value: Object.fromEntries(texts) }
  } catch {
    return refuse(400, 'The body says that it is a form, but it cannot be read as one.')
  }
}

async function unpack(
  bytes: Buffer,
  headers: SourceRequest['headers'],
  most: number,
): Promise<Buffer | Opened> {
  const encoding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding === 'identity' || encoding === '') return bytes
  if (encoding !== 'gzip' && encoding !== 'x-gzip')
    return refuse(
      415,
      `The content encoding ${encoding.slice(0, 40)} cannot be read. Send gzip or nothing.`,
    )
  try {
    return await unzip(bytes, { maxOutputLength: most })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    return code === 'ERR_BUFFER_TOO_LARGE'
      ? refuse(413, `Unpacked, the body is larger than ${Math.floor(most / 1024 / 1024)} MB.`)
      : refuse(400, 'The body says that it is packed with gzip, but it cannot be unpacked.')
  }
}

function decode(bytes: Buffer, contentType: string): string | Opened {
  if (!/charset/i.test(contentType)) return decodeUtf8(bytes)
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes)
  } catch (error) {
    const name = charset.slice(0, 40)
    return error instanceof RangeError
      ? refuse(415, `The character set ${name} is not known. Send UTF-8.`)
      : refuse(400, `The body is not valid ${name.toUpperCase()}.`)
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** What nearly every sender sends, without a decoder of its own. */
function decodeUtf8(bytes: Buffer): string | Opened {
  try {
    return utf8.decode(bytes)
  } catch {
    return refuse(400, 'The body is not valid UTF-8.')
  }
}

function parse(text: string, contentType: string): Opened {
  const parsed = parseJson(text)
  return 'problem' in parsed ? refuse(400, parsed.problem) : { ok: true, contentType, ...parsed }
}

/** JSON inside of a text or a form field, with the same limits as a body of its own. */
export function parseJson(text: string): { value: unknown } | { problem: string } {
  if (text.trim() === '') return { problem: 'The body is empty, so there is nothing to read.' }
  if (isTooDeep(text)) return { problem: `The body is nested deeper than ${DEEPEST} levels.` }
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    return { problem: `The body is not valid JSON: ${whereOf(error)}.` }
  }
}

/** The parser's own words quote the body, which belongs into no reason and no log. */
function whereOf(error: unknown): string {
  const place = /position (\d+)/.exec(String(error))?.[1]
  if (place !== undefined) return `the error is at character ${place}`
  return /end of JSON/.test(String(error)) ? 'it ends too early' : 'it holds something unexpected'
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Counts open brackets outside of strings, before a parser has to build what they hold. */
function isTooDeep(text: string): boolean {
  if (countUpTo(DEEPEST, text, '{') + countUpTo(DEEPEST, text, '[') <= DEEPEST) return false
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at)
    else if (code === 0x5b || code === 0x7b) {
      depth++
      if (depth > DEEPEST) return true
    } else if (code === 0x5d || code === 0x7d) depth--
  }
  return false
}

/** Far cheaper than looking at each character, and enough for nearly every body. */
function countUpTo(most: number, text: string, sign: string): number {
  let count = 0
  for (let at = text.indexOf(sign); at !== -1 && count <= most; at = text.indexOf(sign, at + 1))
    count++
  return count
}

function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++
    if (slashes % 2 === 0) return at
  }
  return text.length
}
