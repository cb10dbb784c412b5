import type { readBlocks } from '#domains/runbooks'
import type { DraftStep, Report } from './draft'
import { oneLine } from './names'
import { asksAtTerminal, isTrue } from './runme-cells'
import { has, type Item } from './yaml-tree'

type Fence = ReturnType<typeof readBlocks>['fences'][number]

/** Carried over, or told elsewhere. */
const READ = new Set(
  'name id interactive background cwd interpreter excludeFromRunAll promptEnv ignore transform language'.split(
    ' ',
  ),
)
/** How Runme shows a cell and its output. */
const SHOWS = new Set(
  'mimeType mimetype closeTerminalOnSuccess openTerminalOnError terminalRows'.split(' '),
)

/** What a cell says that has no place in a step. */
export function reportAttributes(
  { info: { attributes, problem }, line }: Fence,
  item: string,
  report: Report,
): void {
  if (problem !== undefined)
    report.changed(line, item, problem, 'Look at the attributes of the step.')
  for (const [key, value] of attributes) {
    if (READ.has(key)) continue
    if (key === 'tag' || key === 'category')
      report.leftOut(
        line,
        `${item}: ${key}`,
        `Runme chooses cells by their tags (${oneLine(value)}); a run takes all steps.`,
        'Split the runbook by tags, or use `qd.when`.',
      )
    else if (SHOWS.has(key))
      report.leftOut(line, `${item}: ${key}`, 'It is about how Runme shows the cell.')
    else if (key.startsWith('qd.'))
      report.leftOut(
        line,
        `${item}: ${key}`,
        'It is ours already: this document needs no import.',
        'Copy the file into your folder of runbooks.',
      )
    else report.leftOut(line, `${item}: ${oneLine(key, 60)}`, 'It has no counterpart here.')
  }
}

/** With a terminal only when it says so, or plainly asks somebody: Runme's own programs differ where nothing is said. */
export function isInteractive(
  { info: { attributes }, code, line }: Fence,
  item: string,
  report: Report,
): boolean {
  const given = attributes.get('interactive')
  if (given !== undefined) return isTrue(given)
  if (!asksAtTerminal(code)) return false
  report.changed(
    line,
    `${item}: interactive`,
    'It does not say whether it needs a keyboard, and it seems to: the step has a terminal.',
    'Set `interactive` to what it needs.',
  )
  return true
}

/** Variables that a console does not hand on, and nobody sets. */
const ALWAYS_SET = new Set(
  'HOME USER PATH SHELL PWD OLDPWD LANG LOGNAME TMPDIR IFS RANDOM SECONDS LINENO HOSTNAME UID EUID PPID OPTARG OPTIND REPLY BASH_SOURCE BASH_VERSION'.split(
    ' ',
  ),
)

/** Says which variables would be missing: a step stops there, because what is not set is an error here. */
export function reportUnset(code: string, line: number, item: string, report: Report): void {
  const bare = code.replaceAll(/'[^']*'/g, '').replaceAll(/^\s*#.*$/gm, '')
  const set = new Set(
    Array.from(
      bare.matchAll(
        /(?:^|[\s;&|(])(?:export\s+|local\s+|declare\s+|readonly\s+)?([A-Za-z_]\w*)\+?=/gm,
      ),
      ([, name]) => name,
    ),
  )
  const loops = new Set(
    Array.from(
      bare.matchAll(/\b(?:for|read(?:\s+-\w+)*|select)\s+([A-Za-z_]\w*)/g),
      ([, name]) => name,
    ),
  )
  const used = Array.from(
    bare.matchAll(/\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g),
    ([, plain, braced]) => plain ?? braced!,
  )
  const missing = [...new Set(used)].filter(
    (name) =>
      !set.has(name) && !loops.has(name) && !ALWAYS_SET.has(name) && !name.startsWith('QD_'),
  )
  if (missing.length > 0)
    report.needsYou(
      line,
      item,
      `It reads ${missing.map((name) => `\`$${name}\``).join(', ')}, which nothing in the document sets; the step stops where it is missing.`,
      'Make it an input, or set it in the step.',
    )
}

/** What holds for the document as a whole. */
export function reportDocument(values: Item, steps: readonly DraftStep[], report: Report): void {
  if (steps.length === 0) {
    report.leftOut(
      1,
      'the document',
      'It has no cell that Runme would run.',
      'Choose another file.',
    )
    return
  }
  report.changed(
    1,
    'session',
    'In Runme cells share a session; here each step is a process of its own, with 5 minutes.',
    'Give long steps a `qd.timeout`.',
  )
  if (!has(values, 'cwd') && steps.some(({ kind }) => kind === 'code'))
    report.needsYou(
      1,
      'folder',
      'Runme runs cells in the folder of the document; nothing says where that is here.',
      'Set `cwd` in the front matter when the steps need their files.',
    )
  for (const [key, value] of values.map ?? [])
    if (!/^(shell|cwd|tag|category|skipPrompts|runme)$/.test(key))
      report.leftOut(value.line, `front matter: ${oneLine(key, 60)}`, 'It has no counterpart here.')
}
