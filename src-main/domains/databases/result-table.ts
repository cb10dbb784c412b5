import type { StatementAction } from '#contract/actions'
import type { Cell } from './session'

const WIDEST = 60
/** Column widths come from so many rows: the first ones show at once, and the same rows always look the same. */
const MEASURED = 50

interface Needs {
  readonly limits: Pick<StatementAction, 'mostRows' | 'mostBytes'>
  /** A whole value, before it is cut: a cut secret could not be found any more. */
  mask(text: string): string
  write(text: string): void
}

/** Draws rows as an aligned table, up to its limits. */
export function createResultTable({ limits, mask, write }: Needs) {
  let columns: readonly string[] = []
  let widths: number[] | undefined
  let waiting: string[][] = []
  let shown = 0
  let bytes = 0
  let count = 0
  let cut: string | undefined

  function add(names: readonly string[], rows: readonly (readonly Cell[])[]): boolean {
    columns = names
    for (const row of rows) {
      count += 1
      if (cut === undefined) take(row)
    }
    if (waiting.length >= MEASURED || widths) flush()
    return cut === undefined
  }

  function take(row: readonly Cell[]): void {
    const cells = row.map((cell) => toText(cell === null ? null : mask(cell)))
    const size = cells.reduce((all, cell) => all + cell.length + 3, 0)
    if (shown === limits.mostRows) cut = `after ${limits.mostRows} rows`
    else if (bytes + size > limits.mostBytes) cut = `after ${limits.mostBytes} characters`
    else {
      shown += 1
      bytes += size
      waiting.push(cells)
    }
  }

  function flush(): void {
    if (columns.length === 0) return
    const names = columns.map((name) => toText(mask(name)))
    if (!widths) {
      const all = [names, ...waiting]
      widths = names.map((_, at) => Math.max(...all.map((cells) => widthOf(cells[at]!))))
      write(`${line(names, widths)}\n${widths.map((width) => '-'.repeat(width)).join('-+-')}\n`)
    }
    for (const cells of waiting) write(`${line(cells, widths)}\n`)
    waiting = []
  }

  return {
    add,
    count: () => count,
    /** Draws what is left, and how many rows there were. */
    finish(): void {
      flush()
      if (columns.length === 0) return
      const rows = count === 1 ? '1 row' : `${count} rows`
      write(cut === undefined ? `(${rows})\n` : `(cut ${cut}; there are more)\n`)
    },
  }
}

/** NULL is bare; the text "NULL", an empty text and what begins or ends with a space stand in quotes. */
function toText(value: Cell): string {
  if (value === null) return 'NULL'
  const plain = value.replaceAll(UNPRINTABLE, escape)
  const quoted = value === '' || value === 'NULL' || /^\s|\s$|^"/.test(value)
  const text = quoted ? `"${plain}"` : plain
  const chars = Array.from(text)
  return chars.length > WIDEST ? `${chars.slice(0, WIDEST - 1).join('')}…` : text
}

/** Control, format and direction characters could draw something else than what is there. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function escape(char: string): string {
  return SHORT[char] ?? `\\u{${char.codePointAt(0)!.toString(16)}}`
}

function widthOf(text: string): number {
  return Array.from(text).length
}

function line(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, at) => cell + ' '.repeat(Math.max(0, widths[at]! - widthOf(cell))))
    .join(' | ')
    .trimEnd()
}
