import { stripVTControlCharacters } from 'node:util'

/** Can this font draw it? */
export type HasGlyph = (codePoint: number) => boolean

/** Stands for a sign that the font cannot draw. The attached JSON has the sign itself. */
export const PLACEHOLDER = '□'
const TAB = 8

/**
 * Text as it can be printed and cannot mislead: what would hide, reorder or control is shown by its code point
 * (Unicode Cc, Cf, Co, Cs, Cn), what the font cannot draw by a placeholder. Line ends stay.
 */
export function toPrintable(text: string, hasGlyph: HasGlyph): string {
  let printed = ''
  for (const sign of text.replaceAll(/\r\n/g, '\n')) {
    const code = sign.codePointAt(0)!
    if (sign === '\n' || sign === '\t') printed += sign
    else if (/\p{C}/u.test(sign) || /\p{Zl}|\p{Zp}/u.test(sign)) printed += codeOf(code)
    else printed += hasGlyph(code) ? sign : PLACEHOLDER
  }
  return printed
}

function codeOf(code: number): string {
  return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`
}

/** On one line. */
export function toPrintableLine(text: string, hasGlyph: HasGlyph): string {
  return toPrintable(text, hasGlyph).replaceAll(/\s+/g, ' ').trim()
}

/** A terminal's text without its colours; a line that was drawn over is several. */
export function fromTerminal(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/\r\n?/g, '\n')
}

/** A line of code as it is printed. */
export interface PrintedLine {
  /** Null: goes on from the line before. */
  readonly number: number | null
  readonly text: string
}

/** Lines no wider than `columns`, each numbered where it begins; tabs become spaces. */
export function toLines(text: string, columns: number, hasGlyph: HasGlyph): PrintedLine[] {
  const lines = toPrintable(text, hasGlyph).split('\n')
  return lines.flatMap((line, at) => {
    const signs = Array.from(expandTabs(line)) // by code point: the fixed width draws each as one
    const pieces: PrintedLine[] = []
    for (let from = 0; from === 0 || from < signs.length; from += columns)
      pieces.push({
        number: from === 0 ? at + 1 : null,
        text: signs.slice(from, from + columns).join(''),
      })
    return pieces
  })
}

function expandTabs(line: string): string {
  if (!line.includes('\t')) return line
  let width = 0
  let text = ''
  for (const sign of line) {
    const wide = sign === '\t' ? TAB - (width % TAB) : 1
    text += sign === '\t' ? ' '.repeat(wide) : sign
    width += wide
  }
  return text
}
