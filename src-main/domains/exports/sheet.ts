import {
  AS_IT_IS,
  type Attachment,
  createPaper,
  drawLine,
  type Face,
  finish,
  INK,
  type Ink,
  LEFT,
  type Paper,
  WIDTH,
  wrap,
} from './paper'
import { type PrintedLine, toLines, toPrintable } from './printable'

export type { Ink }

const CODE_SIZE = 7.5
const CODE_LINE = 10.5
const GUTTER = 26
/** JetBrains Mono: each sign is 600 of 1000 units wide. */
const COLUMNS = Math.floor((WIDTH - GUTTER - 16) / (CODE_SIZE * 0.6))
const LABEL_WIDTH = 104
const FACT_LINE = 13
const RULE_KEEP = 90

interface TextLook {
  face?: Face
  size?: number
  ink?: Ink
  /** Space below. */
  gap?: number
  /** Space that must be left on the page, so that a heading is not alone at its foot. */
  keep?: number
}

export interface Fact {
  readonly name: string
  readonly value: string
  readonly face?: Face
  readonly ink?: Ink
}

/** A document from the top down. Text comes as it is: what cannot be printed is made visible here. */
export type Sheet = ReturnType<typeof createSheet>

export function createSheet(fonts: string, about: { title: string; author: string; at: Date }) {
  const paper = createPaper(fonts, about)
  return {
    text: (raw: string, look?: TextLook) => writeText(paper, raw, look),
    /** Exactly as it is, in a fixed width, with numbers where lines begin; at most so many printed lines. */
    code: (raw: string, cut: Cut) => writeCode(paper, raw, cut),
    /** Names at the left, values at the right; a value may be in a fixed width. */
    facts(rows: readonly Fact[]): void {
      for (const row of rows) writeFact(paper, row)
      paper.y += 5
    },
    /** A word in its colour, in a frame. */
    sign: (word: string, ink: Ink) => writeSign(paper, word, ink),
    rule(): void {
      paper.room(RULE_KEEP) // never the last thing on a page
      drawLine(paper.doc, paper.y + 6)
      paper.y += 16
    },
    finish: (foot: readonly string[], attached: Omit<Attachment, 'at'>) =>
      finish(paper, foot, { ...attached, at: about.at }),
  }
}

function writeText(paper: Paper, raw: string, look: TextLook = {}): void {
  const { face = 'plain', size = 9, ink = 'text', gap = 4, keep = 0 } = look
  const { doc, has, pen } = paper
  pen(face, size, ink)
  for (const paragraph of toPrintable(raw, has[face]).split('\n'))
    for (const line of wrap(doc, paragraph, WIDTH)) {
      paper.room(size * 1.4 + keep)
      pen(face, size, ink).text(line, LEFT, paper.y, { lineBreak: false })
      paper.y += size * 1.4
    }
  paper.y += gap
}

interface Cut {
  readonly most: number
  readonly from: 'start' | 'end'
}

function writeCode(paper: Paper, raw: string, { most, from }: Cut): void {
  const lines = toLines(raw, COLUMNS, paper.has.mono)
  const left = Math.max(0, lines.length - most)
  if (from === 'end') omitted(paper, left)
  paper.room(3 * CODE_LINE)
  ground(paper, 4)
  for (const line of from === 'start' ? lines.slice(0, most) : lines.slice(left))
    writeLine(paper, line)
  ground(paper, 4)
  if (from === 'start') omitted(paper, left)
  paper.y += 8
}

function writeLine(paper: Paper, { number, text }: PrintedLine): void {
  paper.room(CODE_LINE + 4)
  ground(paper, CODE_LINE)
  const at = paper.y - CODE_LINE + 1.5
  const margin = { width: GUTTER - 4, align: 'right', lineBreak: false } as const
  const mark = number === null ? '·' : String(number)
  paper.pen('mono', CODE_SIZE - 1, 'muted').text(mark, LEFT, at, margin)
  paper.pen('mono', CODE_SIZE, 'text').text(text, LEFT + GUTTER + 4, at, AS_IT_IS)
}

function ground(paper: Paper, height: number): void {
  paper.doc.rect(LEFT, paper.y, WIDTH, height).fill(INK.ground)
  paper.y += height
}

function omitted(paper: Paper, count: number): void {
  if (count === 0) return
  const lines = count === 1 ? '1 line is' : `${count} lines are`
  const words = `${lines} not printed; the attached JSON says more.`
  writeText(paper, words, { size: 8, ink: 'muted', gap: 2 })
}

function writeFact(paper: Paper, { name, value, face = 'plain', ink = 'text' }: Fact): void {
  const { doc, has, pen } = paper
  const size = face === 'mono' ? 8 : 9
  pen(face, size, ink)
  const lines = toPrintable(value, has[face])
    .split('\n')
    .flatMap((part) => wrap(doc, part, WIDTH - LABEL_WIDTH))
  for (const [at, line] of lines.entries()) {
    paper.room(FACT_LINE)
    if (at === 0) {
      const label = toPrintable(name, has.plain)
      pen('plain', 8.5, 'muted').text(label, LEFT, paper.y + 0.5, { lineBreak: false })
    }
    pen(face, size, ink).text(line, LEFT + LABEL_WIDTH, paper.y, AS_IT_IS)
    paper.y += FACT_LINE
  }
}

function writeSign(paper: Paper, word: string, ink: Ink): void {
  const { doc, pen } = paper
  const width = pen('bold', 9, ink).widthOfString(word) + 16
  paper.room(26)
  doc.roundedRect(LEFT, paper.y, width, 18, 4).lineWidth(0.8).strokeColor(INK[ink]).stroke()
  pen('bold', 9, ink).text(word, LEFT + 8, paper.y + 3.5, { lineBreak: false })
  paper.y += 28
}

/** One fact, or none where there is nothing to say. */
export function some(
  name: string,
  value: string | null | undefined | false | 0,
  face: Fact['face'] = 'plain',
): Fact[] {
  return value ? [{ name, value, face }] : []
}
