import { toText } from './values'

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  '#39': "'",
  '#x27': "'",
}

/** The common entities of HTML as the signs that they stand for, once. */
export function unescaped(text: string): string {
  return text.replaceAll(
    /&(#39|#x27|[a-z]{2,4});/g,
    (whole, name: string) => ENTITIES[name] ?? whole,
  )
}

/** The words of HTML: blocks become lines, and tags go. What is drawn from it is text. */
export function toPlain(value: unknown): string {
  const text = toText(value)
    .replaceAll(/<(?:br|\/p|\/div|\/li|\/h[1-6])\b[^<>]{0,500}>/gi, '\n')
    .replaceAll(/<[a-z/!][^<>]{0,2000}>/gi, '')
  return unescaped(text)
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}
