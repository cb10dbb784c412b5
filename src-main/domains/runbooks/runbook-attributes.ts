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
  for (const [, key, double, single, bare] of inside.matchAll(
    /([^\s=]+)(?:=(?:"([^"]*)"|'([^']*)'|(\S*)))?/g,
  ))
    attributes.set(key!, double ?? single ?? bare ?? '')
  return attributes
}
