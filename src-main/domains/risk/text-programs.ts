import { assess, worst, type Assessment } from './assessment'
import { readArguments } from './command-arguments'
import type { CommandRule, Inside } from './shell-scope'

const NONE: ReadonlySet<string> = new Set()
const NOT_READ = assess('destroy', 'its program cannot be read')

/** `sed`: `-i` writes, and so do the commands `w` and `e` inside its program. */
export const sed: CommandRule = (args, inside) => {
  const values = new Set(
    ['-e', '-f', '-l', '-E', '--expression', '--file', '--line-length'].filter(
      (one) => one !== '-E',
    ),
  )
  const { options, operands } = readArguments(args, values, NONE)
  const programs = options
    .filter((option) => /^(-e|--expr)/.test(option.name))
    .map((option) => option.value)
  const file = options.some((option) => /^(-f|--file)/.test(option.name))
  const program = programs.length > 0 || file ? programs : [operands[0]?.field]
  const found = program.map((one) =>
    one ? sedProgram(one.text, inside) : assess('read', 'sed prints'),
  )
  if (file) found.push(assess('change', 'the program of sed is not shown'))
  if (options.some((option) => /^(-i|--in-p|-I)/.test(option.name)))
    found.push(
      program.some((one) => /^\s*(1?,?\$?)?d\s*$/.test(one?.text ?? ''))
        ? assess('destroy', 'sed -i empties files')
        : assess('change', 'sed -i rewrites files'),
    )
  if (program.some((one) => one && !one.known && !one.text.startsWith('s')))
    found.push(assess('change', 'a part of the program of sed is not shown'))
  return worst([assess('read', 'sed prints changed text'), ...found])
}

/** Reads a sed program command by command, as POSIX and the GNU manual give its grammar. */
function sedProgram(text: string, inside: Inside): Assessment {
  const found: Assessment[] = []
  let at = skipAddress(text, 0)
  while (at < text.length) {
    const next = sedCommand(text, at + 1, text[at]!, { found, inside })
    if (next === null)
      return worst([...found, assess('change', 'the program of sed is not understood')])
    at = skipAddress(text, next)
  }
  return worst([assess('read', 'sed prints changed text'), ...found])
}

interface SedReading {
  readonly found: Assessment[]
  readonly inside: Inside
}

/** Where the command ends, or null for one that is none of sed's. */
function sedCommand(text: string, at: number, command: string, reading: SedReading): number | null {
  if (/[{};\n=dDgGhHnNpPxFz]/.test(command)) return at
  if (command === 's' || command === 'y') return substitution(text, at, command, reading.found)
  if (/[btTqQlLv]/.test(command)) return argumentEnd(text, at)
  const end = lineEnd(text, at)
  if (/[wW]/.test(command)) reading.found.push(...sedWrites(text.slice(at, end)))
  else if (command === 'e') {
    const run = text.slice(at, end).trim()
    reading.found.push(
      assess('destroy', 'sed runs a command'),
      run ? reading.inside.script(run) : NOT_READ,
    )
  } else if (!/[#aicrR:]/.test(command)) return null
  return end
}

function sedWrites(file: string): Assessment[] {
  return /^\s*\/dev\/(null|stdout|stderr)\s*$/.test(file)
    ? []
    : [assess('change', 'sed writes a file')]
}

function skipAddress(text: string, from: number): number {
  let at = from
  for (;;) {
    const char = text[at]
    if (char === undefined || !/[\s\d$,!~+;/\\IM]/.test(char)) return at
    if (char === '/') at = delimited(text, at + 1, '/')
    else if (char === '\\') at = delimited(text, at + 2, text[at + 1] ?? '/')
    else at++
  }
}

function delimited(text: string, from: number, mark: string): number {
  let bracket = false
  for (let at = from; at < text.length; at++) {
    const char = text[at]
    if (char === '\\') at++
    else if (bracket) bracket = char !== ']'
    else if (char === mark) return at + 1
    else if (
      char === '[' &&
      text.indexOf(']', at + 2) > 0 &&
      text.indexOf(']', at + 2) < text.indexOf(mark, at)
    )
      bracket = true
  }
  return text.length
}

function substitution(text: string, from: number, command: string, found: Assessment[]): number {
  const mark = text[from] ?? '/'
  const end = delimited(text, delimited(text, from + 1, mark), mark)
  const flags = command === 's' ? /^[gpiImMe\d]*/.exec(text.slice(end, end + 40))![0] : ''
  if (flags.includes('e')) found.push(assess('destroy', 'sed runs a command'))
  const behind = end + flags.length
  if (command !== 's' || text[behind] !== 'w') return behind
  found.push(...sedWrites(text.slice(behind + 1, lineEnd(text, behind))))
  return lineEnd(text, behind)
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

function argumentEnd(text: string, from: number): number {
  const end = text.slice(from).search(/[;}\n]/)
  return end < 0 ? text.length : from + end
}

/** `awk`: its program may run commands and write files. */
export const awk: CommandRule = (args, inside) => {
  const values = new Set(
    '-F -v -f -i -e -E -l -o -d -p -D --field-separator --assign --file --include --source --exec --load'.split(
      ' ',
    ),
  )
  const { options, operands } = readArguments(args, values, NONE)
  const has = (pattern: RegExp): boolean => options.some((option) => pattern.test(option.name))
  if (has(/^(-l|--load|-D|--debug)$/)) return assess('destroy', 'awk loads code that is not shown')
  if (has(/^(-f|-E|--file|--exec)$/)) return assess('change', 'the program of awk is not shown')
  const source = options
    .filter((option) => /^(-e|--source)$/.test(option.name))
    .map((option) => option.value)
  const programs = source.length > 0 ? source : [operands[0]?.field]
  const found = programs.map((one) =>
    one ? awkProgram(one.text, inside) : assess('read', 'awk shows its help'),
  )
  if (has(/^(-i|--include)$/)) found.push(assess('change', 'awk writes files in place'))
  if (has(/^(-o|-d|-p|--dump|--profile|--pretty)/))
    found.push(assess('change', 'awk writes a file'))
  if (programs.some((one) => one && !one.known))
    found.push(assess('change', 'a part of the program of awk is not shown'))
  return worst([assess('read', 'awk prints'), ...found])
}

function awkProgram(program: string, inside: Inside): Assessment {
  const strings: string[] = []
  const code = program.replaceAll(
    /#[^\n"]*$|"((?:[^"\\]|\\.)*)"/gm,
    (all, text: string | undefined) => (text === undefined ? '' : `"${strings.push(text) - 1}"`),
  )
  const bare = code.replaceAll(/(^|[(,~!{;&|=\s])\/(?:[^/\\\n]|\\.)+\//g, '$1R')
  const found: Assessment[] = []
  if (
    /\b(system|asort_exec)\s*\(|\|&?\s*getline|\|&/.test(bare) ||
    /@(load|include)/.test(bare) ||
    /\bprintf?\b[^;}\n]*\|(?!\|)/.test(bare)
  )
    found.push(runs(bare, strings, inside))
  const written = /\bprintf?\b((?:\([^()]*\)|[^;}\n(])*?)>{1,2}(?!=)\s*("(\d+)")?/.exec(bare)
  if (written && !/^\/dev\/(null|stdout|stderr)$/.test(strings[Number(written[3] ?? -1)] ?? ''))
    found.push(assess('change', 'awk writes a file'))
  if (/@\w+\s*\(/.test(bare)) found.push(assess('destroy', 'awk calls what is not shown'))
  return worst([assess('read', 'awk prints'), ...found])
}

/** A command awk runs is judged by itself when it is one plain text. */
function runs(code: string, strings: readonly string[], inside: Inside): Assessment {
  const called = [
    ...code.matchAll(/system\s*\(\s*"(\d+)"\s*\)|"(\d+)"\s*\|&?\s*getline|\|&?\s*"(\d+)"/g),
  ]
  const all = code.match(/\bsystem\s*\(|\|&?\s*getline|\|(?!\|)&?\s*(?=["\w])/g)?.length ?? 0
  if (called.length === 0 || called.length < all || /@(load|include)/.test(code))
    return assess('destroy', 'awk runs a command that is not shown')
  return worst(
    called.map((match) => inside.script(strings[Number(match[1] ?? match[2] ?? match[3])] ?? '')),
  )
}
