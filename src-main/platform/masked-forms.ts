/** Parts of a key shorter than this are no secret of their own. */
const SHORTEST_LINE = 16
/** `base64`, PEM and MIME break their lines at these. */
const WRAPS = [64, 76]

/**
 * Every form in which a secret is commonly written: as it is, trimmed, line by line, and each of these escaped for JSON,
 * shells, SQL and XML, percent-encoded, in hex, and in base64, also in the middle of something longer that was encoded.
 */
export function formsOf(secret: string): string[] {
  const trimmed = secret.trim()
  // A key file leaks line by line as easily as whole.
  const lines = trimmed
    .split(/\r?\n/)
    .filter((line) => line.length >= SHORTEST_LINE && !line.startsWith('-----'))
  const texts = [...new Set([secret, trimmed, trimmed.replaceAll('\r\n', '\n'), ...lines])]
  return [...new Set(texts.flatMap(writtenAs))]
}

function writtenAs(text: string): string[] {
  return [text, ...escaped(text), ...percentEncoded(text), ...inHex(text), ...inBase64(text)]
}

function escaped(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1)
  return [
    json,
    json.replaceAll('/', String.raw`\/`), // as PHP and others write it
    json.replaceAll(/[^\x20-\x7E]/g, toUnicodeEscape), // as Python and others write it
    JSON.stringify(json).slice(1, -1), // JSON inside JSON
    text.replaceAll("'", String.raw`'\''`), // POSIX shells
    text.replaceAll("'", "''"), // SQL
    toXml(text),
    toXml(text).replaceAll("'", '&#39;').replaceAll('"', '&#34;'),
  ]
}

const toUnicodeEscape = (letter: string) =>
  String.raw`\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`

function toXml(text: string): string {
  const basic = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return basic.replaceAll('"', '&quot;')
}

function percentEncoded(text: string): string[] {
  const bytes = Buffer.from(text)
  const strict = encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  const usual = encodeURIComponent(text.toWellFormed())
  const form = new URLSearchParams({ '': text }).toString().slice(1)
  const all = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
  const upper = [usual, strict, form, all.toUpperCase()]
  return [...upper, ...upper.map((one) => one.replaceAll(/%[0-9A-F]{2}/g, toLower))]
}

const toLower = (text: string) => text.toLowerCase()

function inHex(text: string): string[] {
  const hex = Buffer.from(text).toString('hex')
  return [
    hex,
    hex.toUpperCase(),
    hex.replaceAll(/..(?!$)/g, '$&:'),
    hex.replaceAll(/..(?!$)/g, '$& '),
  ]
}

/**
 * Three bytes make four letters, so what goes before decides how a secret looks inside a longer text: it is one of three
 * strings, without the letters at its ends that it shares with its neighbours.
 */
function inBase64(text: string): string[] {
  const bytes = Buffer.from(text)
  const inside = [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    const first = Math.ceil((before * 8) / 6)
    const last = Math.floor(((before + bytes.length) * 8) / 6)
    return whole.slice(first, last)
  })
  const wrapped = WRAPS.flatMap((width) => linesOf(bytes.toString('base64'), width))
  const forms = [bytes.toString('base64'), ...inside, ...wrapped]
  const safe = forms.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))
  return [...forms, ...safe]
}

function linesOf(text: string, width: number): string[] {
  if (text.length <= width) return []
  const lines = text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []
  return lines.filter((line) => line.length >= SHORTEST_LINE)
}
