/** One line of `ssh_config(5)`: its keyword in lower case and its arguments, as OpenSSH reads them. */
export interface ConfigLine {
  readonly keyword: string
  readonly values: readonly string[]
  readonly file: string
  readonly line: number
}

/** A file of OpenSSH's that cannot be followed. The message is for the operator and names the place. */
export class ConfigProblem extends Error {
  override readonly name = 'ConfigProblem'
}

/** Comments and empty lines fall away. Throws `ConfigProblem` where OpenSSH would not go on either. */
export function readLines(text: string, file: string): ConfigLine[] {
  return text.split('\n').flatMap((raw, at) => {
    // A keyword, then white space or one `=`, then its arguments.
    const found = /^\s*([^\s="#][^\s="]*)(?:[ \t\r]*=[ \t\r]*|[ \t\r]*)(.*?)[ \t\r\f]*$/s.exec(raw)
    if (!found) return []
    const place = `${file}, line ${at + 1}`
    const values = splitWords(found[2]!)
    if (!values) throw new ConfigProblem(`${place}: a quote is not closed.`)
    if (values.length === 0) throw new ConfigProblem(`${place}: ${found[1]!} says nothing.`)
    return [{ keyword: found[1]!.toLowerCase(), values, file, line: at + 1 }]
  })
}

/**
 * As OpenSSH's `argv_split`: words, quotes of both kinds, a backslash before a quote, a backslash or (outside of quotes)
 * a space. A `#` at the beginning of a word ends the line. Undefined when a quote is not closed.
 */
export function splitWords(text: string): string[] | undefined {
  const words: string[] = []
  let rest = text.replace(/^[ \t]+/, '')
  while (rest !== '' && !rest.startsWith('#')) {
    const word = takeWord(rest)
    if (!word) return undefined
    words.push(word.text)
    rest = rest.slice(word.length).replace(/^[ \t]+/, '')
  }
  return words
}

function takeWord(text: string): { text: string; length: number } | undefined {
  let word = ''
  let quote = ''
  let at = 0
  for (; at < text.length; at++) {
    const letter = text[at]!
    if (letter === '\\' && isEscape(text[at + 1], quote)) word += text[++at]!
    else if (quote === '' && isSpace(letter)) break
    else if (letter === quote) quote = ''
    else if (quote === '' && isQuote(letter)) quote = letter
    else word += letter
  }
  return quote === '' ? { text: word, length: at } : undefined
}

const isSpace = (letter: string) => letter === ' ' || letter === '\t'
const isQuote = (letter: string) => letter === '"' || letter === "'"

function isEscape(next: string | undefined, quote: string): boolean {
  return next === '"' || next === "'" || next === '\\' || (next === ' ' && quote === '')
}
