import { type Command, forEachChild, parse, type SyntaxNode, type Word } from 'unbash'
import type { Dialect } from '#contract/actions'
import type { RunbookInput, RunbookStep, StepLanguage } from '#contract/runbooks'
import type { Assessment, Classify } from '#domains/risk'
import { assessData, isData } from './data-code'

/** argv before the script. Strict, so that a step stops at its first failure instead of going on blindly. */
const INTERPRETERS: Partial<Record<StepLanguage, readonly string[]>> = {
  sh: ['/bin/sh', '-eu', '-c'],
  bash: ['bash', '-euo', 'pipefail', '-c'],
  powershell: ['pwsh', '-NoProfile', '-NonInteractive', '-Command'],
  node: ['node', '-e'],
}
/** The flag after which a program takes its script as one argument. */
const SCRIPT_FLAG: Readonly<Record<string, string>> = {
  sh: '-c',
  bash: '-c',
  dash: '-c',
  ash: '-c',
  zsh: '-c',
  ksh: '-c',
  python: '-c',
  python3: '-c',
  perl: '-e',
  ruby: '-e',
  node: '-e',
  pwsh: '-Command',
}
/** What reads shell code as the classifier does, with flags that change nothing about what runs. */
const PLAIN_SHELL =
  /^(\/(usr\/)?bin\/)?(sh|dash|bash)( (-[eux]+|-o (pipefail|errexit|nounset)|-e?u?o pipefail))*( -c)?$/

/** The argv that reads this step's script, which follows as one more argument. Undefined when nothing can read it. */
export function interpreterOf({
  language,
  interpreter,
}: RunbookStep): readonly string[] | undefined {
  if (interpreter === null) return INTERPRETERS[language]
  const last = interpreter.at(-1) ?? ''
  const flag = SCRIPT_FLAG[last.replace(/^.*\//, '')] ?? SCRIPT_FLAG[programOf(interpreter)]
  if (flag === undefined) return last.startsWith('-') ? interpreter : undefined
  return last === flag ? interpreter : [...interpreter, flag]
}

function programOf(argv: readonly string[]): string {
  return (argv[0] ?? '').replace(/^.*\//, '')
}

/** What is wrong with a step's own interpreter, if it has one. */
export function interpreterProblem(step: RunbookStep): string | undefined {
  if (step.interpreter === null || interpreterOf(step)) return undefined
  return `It is not known how \`${step.interpreter.join(' ')}\` takes a script: add the flag before it, such as \`-c\`.`
}

/** How far a step reaches. Code for an interpreter of the author's choice cannot be parsed, so it counts as `destroy`. */
export function assessStep(step: RunbookStep, classify: Classify, dialect?: Dialect): Assessment {
  if (isData(step)) return assessData(step, classify, dialect)
  const assessment = classify(step.code, step.language)
  if (step.interpreter === null || assessment.tier === 'forbidden') return assessment
  const isShell = step.language === 'sh' || step.language === 'bash'
  if (isShell && PLAIN_SHELL.test(step.interpreter.join(' '))) return assessment
  const reason = `read by \`${step.interpreter.join(' ')}\`, so what it does cannot be told`
  return { tier: 'destroy', reasons: [reason, ...assessment.reasons] }
}

/** A doubtful use of an input in shell code; `offset` is its place in the code. */
export interface InputUse {
  readonly offset: number
  readonly level: 'error' | 'warning'
  readonly message: string
}

interface Around {
  readonly quoted: boolean
  readonly arithmetic: boolean
  /** The program that will read this word as code. */
  readonly readBy: string | undefined
}
const OPEN: Around = { quoted: false, arithmetic: false, readBy: undefined }

/** Programs that take code as an argument: after one of these flags, or anywhere. */
const CODE_AFTER: Readonly<Record<string, RegExp | 'anywhere'>> = {
  sh: /^-[a-z]*c$/,
  bash: /^-[a-z]*c$/,
  dash: /^-[a-z]*c$/,
  zsh: /^-[a-z]*c$/,
  ksh: /^-[a-z]*c$/,
  su: /^(-c|--command)$/,
  psql: /^(-[A-Za-z]*c|--command)$/,
  mysql: /^(-[A-Za-z]*e|--execute)$/,
  mariadb: /^(-[A-Za-z]*e|--execute)$/,
  sqlite3: 'anywhere',
  python: /^-c$/,
  python3: /^-c$/,
  perl: /^-[a-z]*[eE]$/,
  ruby: /^-e$/,
  node: /^(-e|--eval|-p)$/,
  awk: 'anywhere',
  gawk: 'anywhere',
  mawk: 'anywhere',
  sed: 'anywhere',
  eval: 'anywhere',
  ssh: 'anywhere',
}
/** What these find on their standard input is data. */
const READS_DATA = new Set(['awk', 'gawk', 'mawk', 'sed', 'ssh', 'eval'])
/** Options of the programs above whose value is data, not code. */
const DATA_FLAG = /^(-v|-f|-F|--set|--variable|--assign)$/

/** Finds inputs that a shell would split, or that another program would read as its own code. */
export function inputUses(code: string, inputs: readonly RunbookInput[]): InputUse[] {
  const integers = new Set(inputs.filter(({ type }) => type === 'integer').map(variableOf))
  const uses: InputUse[] = []
  const script = parse(code)
  for (const { pos, message } of script.errors ?? [])
    uses.push({ offset: pos, level: 'error', message: `The shell cannot read this: ${message}.` })

  // Iterative: hostile code nests deeper than the stack is.
  const waiting: [SyntaxNode, Around][] = [[script, OPEN]]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [node, around] = next
    const name = expanded(node)
    if (name) uses.push(...judge(name, node.pos, around, integers.has(name)))
    const codeWords = node.type === 'Command' ? codeWordsOf(node) : undefined
    const prefix: readonly SyntaxNode[] = node.type === 'Command' ? node.prefix : []
    const inner = within(node, around)
    forEachChild(node, (child) => {
      const readBy = codeWords?.get(child)
      const isSafe = prefix.includes(child)
      waiting.push([
        child,
        { ...inner, ...(readBy && { readBy }), ...(isSafe && { quoted: true }) },
      ])
    })
  }
  return uses
}

function variableOf({ name }: RunbookInput): string {
  return `QD_${name.toUpperCase()}`
}

/** The input that a node brings in: `$QD_X`, `${QD_X…}`, or its bare name where the shell calculates. */
function expanded(node: SyntaxNode): string | undefined {
  if (node.type === 'ParameterExpansion') return inputName(node.parameter)
  if (node.type === 'SimpleExpansion') return inputName(node.text.slice(1))
  return node.type === 'ArithmeticWord' ? inputName(node.value.replace(/^\$\{?/, '')) : undefined
}

function inputName(text: string): string | undefined {
  return /^QD_[A-Z0-9_]+/.exec(text)?.[0]
}

function judge(name: string, offset: number, around: Around, isInteger: boolean): InputUse[] {
  if (around.readBy !== undefined && !isInteger)
    return [
      {
        offset,
        level: 'error',
        message: `\`${around.readBy}\` would read $${name} as code. Hand it over as data: an argument, a variable (psql -v, awk -v) or the environment.`,
      },
    ]
  if (around.arithmetic && !isInteger)
    return [
      {
        offset,
        level: 'error',
        message: `The shell would calculate with $${name}, which can run commands. Make it an \`integer\` input.`,
      },
    ]
  return around.quoted || around.arithmetic
    ? []
    : [
        {
          offset,
          level: 'warning',
          message: `Put it in double quotes, "$${name}": the shell would split it and expand \`*\` in it.`,
        },
      ]
}

const QUOTES = new Set([
  'DoubleQuoted',
  'LocaleString',
  'HereDocBody',
  'HereString',
  'TestCommand',
  'Case',
])
const CALCULATES = new Set(['ArithmeticExpansion', 'ArithmeticCommand', 'ArithmeticFor'])

/** What the children of a node stand in. */
function within({ type }: SyntaxNode, around: Around): Around {
  if (type === 'Statement') return OPEN // a command of its own, also inside "$(…)"
  if (QUOTES.has(type)) return { ...around, quoted: true }
  return CALCULATES.has(type) ? { ...around, arithmetic: true } : around
}

/** The words of a command, and the here-documents, that some program in it will read as code. */
function codeWordsOf(command: Command): Map<SyntaxNode, string> {
  const found = new Map<SyntaxNode, string>()
  const words = [command.name, ...command.args].filter((word) => word?.type === 'Word')
  let program: string | undefined
  for (const [at, word] of words.entries()) {
    const before = words[at - 1]?.value ?? ''
    if (program !== undefined && isCode(program, word.value, before)) found.set(word, program)
    else program = codeReader(word) ?? program
  }
  const input = command.redirects.filter(({ type }) => type !== 'Redirect')
  if (program !== undefined && !READS_DATA.has(program))
    for (const redirect of input) found.set(redirect, program)
  return found
}

function codeReader({ value }: Word): string | undefined {
  const base = value.replace(/^.*\//, '')
  return Object.hasOwn(CODE_AFTER, base) ? base : undefined
}

function isCode(program: string, word: string, before: string): boolean {
  if (/^--(command|execute)=/.test(word)) return true
  const rule = CODE_AFTER[program]!
  return rule === 'anywhere' ? !DATA_FLAG.test(before) : rule.test(before)
}
