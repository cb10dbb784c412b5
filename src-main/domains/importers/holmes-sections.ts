/** A part of a skill: its heading, and what stands under it up to the next one. */
export interface Section {
  readonly title: string // '' before the first heading
  readonly depth: number
  readonly line: number
  readonly lines: readonly string[]
}

/** Splits Markdown at its headings; a `#` inside of a fence is none. */
export function readSections(markdown: string): Section[] {
  const sections: { title: string; depth: number; line: number; lines: string[] }[] = [
    { title: '', depth: 0, line: 1, lines: [] },
  ]
  let fence: string | undefined
  for (const [index, line] of markdown.split('\n').entries()) {
    const marks = /^\s*(`{3,}|~{3,})/.exec(line)?.[1]
    if (fence === undefined) fence = marks
    else if (marks?.startsWith(fence) && line.trim() === marks) fence = undefined
    const heading =
      fence === undefined && marks === undefined
        ? /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/.exec(line)
        : null
    if (heading)
      sections.push({
        title: heading[2]!.replaceAll(/[*`]/g, '').trim(),
        depth: heading[1]!.length,
        line: index + 1,
        lines: [],
      })
    else sections.at(-1)!.lines.push(line)
  }
  return sections
}

/** A piece of a section: a command to run, or words. */
export type Piece =
  | { readonly command: string; readonly line: number; readonly language: string }
  | { readonly words: string; readonly line: number; readonly level: number /* columns */ }

const FENCE = /^(\s*)(`{3,}|~{3,})\s*([\w+-]*).*$/
const ITEM = /^(\s*)(?:[-*+]|\d{1,3}[.)])\s+(.*)$/

/** Takes a section apart in its order: fences, commands that are a whole line or item in backticks, and words. */
export function readPieces({ lines, line }: Section): Piece[] {
  const pieces: Piece[] = []
  for (let index = 0; index < lines.length; index += 1) {
    const opening = FENCE.exec(lines[index]!)
    if (opening) {
      const until = endOfFence(lines, index, opening[2]!)
      const command = dedented(lines.slice(index + 1, until), opening[1]!)
      pieces.push({ command, line: line + index + 1, language: opening[3]!.toLowerCase() })
      index = until
    } else if (lines[index]!.trim() !== '') pieces.push(pieceOf(lines[index]!, line + index + 1))
  }
  const least = Math.min(...pieces.map((piece) => ('level' in piece ? piece.level : Infinity)))
  return pieces.map((piece) =>
    'level' in piece ? { ...piece, level: piece.level - least } : piece,
  )
}

function endOfFence(lines: readonly string[], start: number, marks: string): number {
  const end = lines.findIndex((candidate, index) => index > start && candidate.trim() === marks)
  return end === -1 ? lines.length : end
}

function dedented(lines: readonly string[], indent: string): string {
  return lines
    .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
    .join('\n')
    .trimEnd()
}

function pieceOf(text: string, line: number): Piece {
  const [, indent = '', inside = text.trim()] = ITEM.exec(text) ?? []
  const alone =
    /^`([^`]+)`[.:]?$/.exec(inside)?.[1] ?? /^[^`]{0,60}:\s*`([^`]+)`\.?$/.exec(inside)?.[1]
  return alone !== undefined && looksLikeCommand(alone)
    ? { command: alone, line, language: 'sh' }
    : { words: inside, line, level: indent.length }
}

const PROGRAMS =
  /^(?:sudo |timeout \S+ )?(kubectl|oc|helm|aws|gcloud|az|docker|podman|crictl|curl|wget|dig|nslookup|ping|ss|netstat|ps|top|df|du|free|uptime|journalctl|systemctl|dmesg|cat|ls|grep|egrep|tail|head|find|psql|mysql|redis-cli|kafka-[\w-]+|stern|jq|openssl|nc|ip|iptables|etcdctl|istioctl|argocd|flux|terraform|git|env|echo|python3?|promtool|amtool|lsof|iostat|vmstat|sar)\b/

/** Words in backticks are a command when they begin with a program that is known to be one. */
export function looksLikeCommand(text: string): boolean {
  return PROGRAMS.test(text.trim()) && /\s/.test(text.trim())
}
