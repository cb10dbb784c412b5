/** A block of a Markdown text, as far as runbooks look at it. */
export type Block =
  | { readonly type: 'heading'; readonly depth: number; readonly text: string }
  | { readonly type: 'paragraph'; readonly text: string }
  | {
      readonly type: 'code'
      readonly line: number
      /** The whole first line without its indentation, marks and all; of an indented block, which has none, its first. */
      readonly opening: string
      readonly value: string
      readonly closed: boolean
    }
  | { readonly type: 'other' }

/** What a line of prose may begin with: nothing that begins a block of another kind, or might. */
const PROSE = String.raw`(?=[A-Za-z"'([$!\u00A1-\u{10FFFF}]|\x60[^\x60]|\*\*[A-Za-z]|_[A-Za-z]|\d+(?![\d.)]))`
const STARTS = new RegExp(`^${PROSE}`, 'u')
const GOES_ON = new RegExp(`^ *${PROSE}`, 'u')
const BULLET = new RegExp(`^ {0,3}[-*+] ${PROSE}`, 'u')
const NUMBERED = new RegExp(String.raw`^\d{1,9}([.)]) ${PROSE}`, 'u')
const HEADING = /^(#{1,6})(?: |$)/
/** Marks of one kind, and the other kind not right behind them. */
const FENCE = /^(?:(`{3,})(?![`~])[^`]*|(~{3,})(?![`~]).*)$/
/** Tabs, what the full reader replaces, and what only some of its rules take for the end of a line. */
const NOT_PLAIN = /[\t\r\0\u2028\u2029\uFEFF]/

/** Where a paragraph is, by line, with what began it: `-` for any bullet, `.` and `)` for numbers. */
interface Open {
  readonly start: number
  readonly list: string | undefined
}

/**
 * Reads the Markdown that most runbooks are written in: headings, paragraphs, fences at the margin, and lists of such
 * paragraphs. Undefined when there is anything else, or might be. Where it answers, it answers what the full reader
 * would, at a fraction of its time: ten thousand runbooks are read at the start.
 */
export function readPlain(markdown: string): Block[] | undefined {
  return NOT_PLAIN.test(markdown) ? undefined : new PlainReader(markdown).read()
}

class PlainReader {
  readonly #markdown: string
  readonly #lines: readonly string[]
  readonly #blocks: Block[] = []
  #open: Open | undefined
  /** Where the line begins that is looked at, in the text. */
  #offset = 0

  constructor(markdown: string) {
    this.#markdown = markdown
    this.#lines = markdown.split('\n')
  }

  read(): Block[] | undefined {
    for (let at = 0; at < this.#lines.length;) {
      const taken = this.#take(at)
      if (taken === 0) return undefined
      for (const line of this.#lines.slice(at, at + taken)) this.#offset += line.length + 1
      at += taken
    }
    this.#close()
    return this.#blocks
  }

  /** How many lines it read; none when this is not plain. */
  #take(at: number): number {
    const line = this.#lines[at]!
    if (/^ *$/.test(line)) return this.#close()
    if (line.endsWith(' ')) return 0
    const fence = FENCE.exec(line)
    if (fence) return this.#takeFence(at, (fence[1] ?? fence[2])!)
    const heading = HEADING.exec(line)
    if (heading) return this.#takeHeading(line, heading[1]!.length)
    return this.#takeProse(line)
  }

  #takeHeading(text: string, depth: number): number {
    this.#close()
    return this.#blocks.push({ type: 'heading', depth, text }) && 1
  }

  #takeFence(at: number, marks: string): number {
    const closing = new RegExp(`^ {0,3}${marks[0]}{${marks.length},} *$`)
    const end = this.#lines.findIndex((line, n) => n > at && closing.test(line))
    if (end === -1) return 0
    this.#close()
    const value = this.#lines.slice(at + 1, end).join('\n')
    const opening = this.#lines[at]!
    this.#blocks.push({ type: 'code', line: at + 1, opening, value, closed: true })
    return end + 1 - at
  }

  #takeProse(line: string): number {
    const bullet = BULLET.exec(line)
    if (bullet) return this.#begin(bullet[0].length, '-')
    const numbered = NUMBERED.exec(line)
    // A number may stand where a sentence goes on: `… within\n10. It …`
    if (numbered)
      return this.#open && this.#open.list !== numbered[1]
        ? 0
        : this.#begin(numbered[0].length, numbered[1])
    if (this.#open) return GOES_ON.test(line) ? 1 : 0
    return STARTS.test(line) ? this.#begin(0, undefined) : 0
  }

  #begin(indent: number, list: string | undefined): number {
    this.#close()
    this.#open = { start: this.#offset + indent, list }
    return 1
  }

  /** Ends the paragraph before the line that is looked at. */
  #close(): number {
    if (this.#open) {
      const text = this.#markdown.slice(this.#open.start, this.#offset - 1)
      this.#blocks.push({ type: 'paragraph', text })
    }
    this.#open = undefined
    return 1
  }
}
