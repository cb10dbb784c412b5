/** A piece of text as it may be shown, or a character that would hide or reorder text, by its name. */
export type TextPiece =
  | { kind: 'text'; text: string }
  | { kind: 'mark'; code: string; name: string }

const NAMED: Readonly<Record<number, string>> = {
  0x00: 'NUL',
  0x07: 'BEL',
  0x08: 'BS',
  0x0d: 'CR',
  0x1b: 'ESC',
  0x7f: 'DEL',
  0xad: 'soft hyphen',
  0x61c: 'Arabic letter mark',
  0x200b: 'zero width space',
  0x200c: 'zero width non-joiner',
  0x200d: 'zero width joiner',
  0x200e: 'left-to-right mark',
  0x200f: 'right-to-left mark',
  0x202a: 'left-to-right embedding',
  0x202b: 'right-to-left embedding',
  0x202c: 'pop directional formatting',
  0x202d: 'left-to-right override',
  0x202e: 'right-to-left override',
  0x2060: 'word joiner',
  0x2066: 'left-to-right isolate',
  0x2067: 'right-to-left isolate',
  0x2068: 'first strong isolate',
  0x2069: 'pop directional isolate',
  0xfeff: 'byte order mark',
}

/*
 * Controls except newline and tab, format characters that hide, join or reorder, blank-looking fillers, line
 * separators, tag characters, and surrogates without a partner. Unicode TR36 §2 and CVE-2021-42574.
 */
const HIDDEN =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class -- naming the dangerous characters is the point
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0000}-\u{E0FFF}]|\p{Cs}/gu

/** Splits text from outside into what is safe to show and the characters that must be shown as marks. */
export function splitHostileText(text: string): TextPiece[] {
  const pieces: TextPiece[] = []
  let from = 0
  for (const found of text.matchAll(HIDDEN)) {
    if (isHarmlessJoiner(text, found.index)) continue
    if (found.index > from) pieces.push({ kind: 'text', text: text.slice(from, found.index) })
    pieces.push(toMark(found[0]))
    from = found.index + found[0].length
  }
  if (from < text.length) pieces.push({ kind: 'text', text: text.slice(from) })
  return pieces
}

const JOINED =
  '[\\p{Script=Arabic}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Gujarati}\\p{Script=Gurmukhi}\\p{Script=Kannada}\\p{Script=Malayalam}\\p{Script=Oriya}\\p{Script=Sinhala}\\p{Script=Tamil}\\p{Script=Telugu}\\p{Script=Mongolian}]'
const SPELLED = new RegExp(`${JOINED}[\\u200C\\u200D]${JOINED}`, 'u')
const EMOJI =
  /\p{Extended_Pictographic}[\u{1F3FB}-\u{1F3FF}]?\uFE0F?\u200D\p{Extended_Pictographic}/u

/** A joiner that builds one emoji, or that a script is spelled with (UAX 31 §2.3), hides nothing. */
function isHarmlessJoiner(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (code !== 0x200c && code !== 0x200d) return false
  const around = text.slice(Math.max(0, at - 5), at + 3)
  return SPELLED.test(text.slice(Math.max(0, at - 1), at + 2)) || EMOJI.test(around)
}

function toMark(character: string): TextPiece {
  const point = character.codePointAt(0) ?? 0
  const code = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`
  return { kind: 'mark', code, name: NAMED[point] ?? 'hidden character' }
}

/** The same text for places that take only a string (titles, attributes): hidden characters become `[U+202E]`. */
export function safeString(text: string, most = 300): string {
  const whole = splitHostileText(text)
    .map((piece) => (piece.kind === 'text' ? piece.text : `[${piece.code}]`))
    .join('')
  const characters = Array.from(whole)
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : whole
}

/** The host of a web address that may be opened, or null: only `http:` and `https:` without user info. */
export function webHost(address: string): string | null {
  try {
    const url = new URL(address)
    const plain = url.username === '' && url.password === ''
    return plain && (url.protocol === 'https:' || url.protocol === 'http:') ? url.host : null
  } catch {
    return null
  }
}
