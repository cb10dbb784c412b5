import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { create as readFont } from 'fontkit'
import Pdf from 'pdfkit'
import { type HasGlyph, toPrintableLine } from './printable'

/** For paper: dark on white, one accent, and the colours of a state only beside its word. */
export const INK = {
  text: '#161a20',
  muted: '#586272',
  line: '#d3d8df',
  ground: '#f5f6f8',
  ok: '#14774a',
  bad: '#c02424',
  attention: '#a24d06',
  accent: '#1c6fb8',
} as const
export type Ink = keyof typeof INK

const FACES = {
  plain: 'inter-regular.ttf',
  bold: 'inter-semibold.ttf',
  mono: 'jetbrains-mono-regular.ttf',
} as const
export type Face = keyof typeof FACES

const PAGE = { width: 595.28, height: 841.89 } // A4, in points
const MARGIN = 48
const FOOT = 40
export const WIDTH = PAGE.width - 2 * MARGIN
const BOTTOM = PAGE.height - MARGIN - FOOT

export const LEFT = MARGIN

/** Paper that grows page by page, a place on it, and pens. */
export interface Paper {
  readonly doc: PDFKit.PDFDocument
  readonly has: Record<Face, HasGlyph>
  /** Where the next thing goes, from the top of the page. */
  y: number
  /** Goes on to another page when so much does not fit any more. */
  room(height: number): void
  pen(face: Face, size: number, ink: Ink): PDFKit.PDFDocument
}

interface About {
  readonly title: string
  readonly author: string
  readonly at: Date
}

export function createPaper(fonts: string, { title, author, at }: About): Paper {
  const doc = new Pdf({
    size: 'A4',
    margins: { top: MARGIN, left: MARGIN, right: MARGIN, bottom: 0 },
    font: join(fonts, FACES.plain), // or it would look for Helvetica
    bufferPages: true,
    pdfVersion: '1.7',
    lang: 'en',
    info: { Title: title, Author: author, CreationDate: at, ModDate: at },
  })
  const paper: Paper = {
    doc,
    has: loadFaces(doc, fonts),
    y: MARGIN,
    room(height) {
      if (paper.y + height <= BOTTOM) return
      doc.addPage()
      paper.y = MARGIN
    },
    pen: (face, size, ink) => doc.font(face).fontSize(size).fillColor(INK[ink]),
  }
  return paper
}

/** Lines no wider than this in the present font, broken at spaces where there are some. */
export function wrap(doc: PDFKit.PDFDocument, paragraph: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of paragraph.split(/(?<= )/)) {
    if (line !== '' && doc.widthOfString(line + word.trimEnd(), AS_IT_IS) > width) {
      lines.push(line)
      line = ''
    }
    line += word
    while (doc.widthOfString(line.trimEnd(), AS_IT_IS) > width) {
      const fits = longestFit(doc, line, width)
      lines.push(line.slice(0, fits))
      line = line.slice(fits)
    }
  }
  return [...lines, line]
}

function longestFit(doc: PDFKit.PDFDocument, line: string, width: number): number {
  let [low, high] = [1, line.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (doc.widthOfString(line.slice(0, middle), AS_IT_IS) <= width) low = middle
    else high = middle - 1
  }
  // Not between the two halves of one sign.
  return low > 1 && /[\uD800-\uDBFF]/.test(line[low - 1]!) ? low - 1 : low
}

/**
 * Each sign as it is: JetBrains Mono would draw `!=` and `->` as one. For measuring, too: the empty sign that it puts
 * beside such a pair is the last of its file, and reading how wide that is fails.
 */
export const AS_IT_IS = {
  lineBreak: false,
  features: {
    liga: false,
    calt: false,
    clig: false,
  } as unknown as PDFKit.Mixins.OpenTypeFeatures[],
}

function loadFaces(doc: PDFKit.PDFDocument, fonts: string): Record<Face, HasGlyph> {
  const load = (face: Face): HasGlyph => {
    const bytes = readFileSync(join(fonts, FACES[face]))
    doc.registerFont(face, bytes)
    const font = readFont(bytes)
    if (!('hasGlyphForCodePoint' in font)) throw new TypeError(`${FACES[face]} is not one font`)
    return (codePoint) => font.hasGlyphForCodePoint(codePoint)
  }
  return { plain: load('plain'), bold: load('bold'), mono: load('mono') }
}

export interface Attachment {
  readonly name: string
  readonly bytes: Uint8Array
  readonly description: string
  readonly at: Date
}

/** Numbers the pages, attaches the file, and gives back the whole document. */
export async function finish(
  { doc, has, pen }: Paper,
  foot: readonly string[],
  { name, bytes, description, at }: Attachment,
): Promise<Buffer> {
  const about = { type: 'application/json', creationDate: at, modifiedDate: at }
  doc.file(Buffer.from(bytes), { name, description, ...about })
  const { start, count } = doc.bufferedPageRange()
  const top = PAGE.height - MARGIN - FOOT / 2
  for (let page = start; page < start + count; page++) {
    doc.switchToPage(page)
    drawLine(doc, top - 6)
    for (const [n, words] of foot.entries())
      pen('mono', 6.5, 'muted').text(toPrintableLine(words, has.mono), LEFT, top + n * 9, AS_IT_IS)
    const number = { width: WIDTH, align: 'right', lineBreak: false } as const
    pen('plain', 8, 'muted').text(`Page ${page + 1 - start} of ${count}`, LEFT, top, number)
  }
  return collect(doc)
}

/** From one margin to the other. */
export function drawLine(doc: PDFKit.PDFDocument, y: number): void {
  doc
    .moveTo(LEFT, y)
    .lineTo(LEFT + WIDTH, y)
    .lineWidth(0.6)
    .strokeColor(INK.line)
    .stroke()
}

function collect(doc: PDFKit.PDFDocument): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const pieces: Buffer[] = []
  doc.on('data', (piece: Buffer) => pieces.push(piece))
  doc.on('end', () => resolve(Buffer.concat(pieces)))
  doc.on('error', reject)
  doc.end()
  return promise
}
