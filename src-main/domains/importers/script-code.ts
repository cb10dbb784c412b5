import type { StepLanguage } from '#contract/runbooks'
import { spliceLiterals, splicePowershell } from './spliced-script'
import { spliceShell, type Splice } from './spliced-shell'

/** Code for a step, in a language that runs here. */
export interface StepCode {
  readonly language: StepLanguage
  readonly code: string
}

/** Other programs read their script from standard input, which our shells can hand them. */
const READS_INPUT: Readonly<Record<string, string>> = {
  python: 'python3 -',
  python2: 'python2 -',
  python3: 'python3 -',
  perl: 'perl -',
  ruby: 'ruby -',
  zsh: 'zsh -s --',
  ksh: 'ksh -s --',
  php: 'php --',
  fish: 'fish -',
  node: 'node -',
}
const SHELLS: Readonly<Record<string, StepLanguage>> = {
  sh: 'sh',
  dash: 'sh',
  ash: 'sh',
  bash: 'bash',
}
const POWERSHELL = /^(pwsh|powershell)(\.exe)?$/i

/** The program that a script names in its first line, with its arguments. */
export function shebangOf(script: string): string | undefined {
  return /^#![ \t]*(.+)/
    .exec(script)?.[1]
    ?.trim()
    .replace(/^(\/usr)?\/bin\/env[ \t]+(-S[ \t]+)?/, '')
}

function baseOf(interpreter: string): string {
  return interpreter
    .trim()
    .split(/\s+/)[0]!
    .replace(/^.*[/\\]/, '')
    .replace(/^(python3|python2)\.\d+$/, '$1')
}

/** Does only bash read this, and not every POSIX shell? */
export function needsBash(code: string): boolean {
  return /(^|[;&|\s(])(\[\[|source |declare |local -|shopt |mapfile |readarray |function \w+|pushd |popd\b|let )|<<<|<\(|>\(|\$'|\{[^{}\s]*,[^{}\s]*\}|\w\+=|\w=\(|&>|\$\{\w+(\[|[/^,:]|@)|\$RANDOM|\$BASH|\(\(|==/.test(
    code,
  )
}

/** Command lines for whichever shell a host has. */
export function commandCode(
  code: string,
  splices: readonly Splice[],
): StepCode | { problem: string } {
  return scriptCode({ code, splices, interpreter: needsBash(code) ? 'bash' : 'sh', args: '' })
}

export interface Script {
  readonly code: string
  readonly splices: readonly Splice[]
  /** As given beside the script; without it its first line says. */
  readonly interpreter: string | undefined
  /** Arguments as a shell would read them, with variables already in place. */
  readonly args: string
}

/**
 * A whole script as a step: shells and PowerShell as they are, other languages handed to their program. Where the
 * foreign system does not stop at the first failure, neither does this.
 */
export function scriptCode(script: Script): StepCode | { problem: string } {
  const { code, splices, args } = script
  const program = script.interpreter?.trim() || shebangOf(code) || 'bash'
  const base = baseOf(program)
  const shell = isPlain(program) && Object.hasOwn(SHELLS, base) ? SHELLS[base] : undefined
  if (shell !== undefined) return shellScript(code, splices, shell, args)
  if (POWERSHELL.test(base)) return powershellScript(code, splices, args)
  const body = OTHER_SHELLS.has(base)
    ? spliceShell(code, splices)
    : spliceLiterals(code, splices, base)
  if ('problem' in body) return body
  return { language: 'bash', code: handedTo(program, base, body.code, args) }
}

/** Near enough to ours that the same quotes are right. */
const OTHER_SHELLS = new Set(['zsh', 'ksh'])

/** A script and the program that reads it: from standard input where that is known to work, else from a file. */
function handedTo(program: string, base: string, code: string, args: string): string {
  const reads = isPlain(program) && Object.hasOwn(READS_INPUT, base) ? READS_INPUT[base] : undefined
  return reads === undefined ? fromFile(program, code, args) : fromInput(reads, code, args)
}

function isPlain(program: string): boolean {
  return !/\s/.test(program.trim()) || /^\S+(\s+-[eux]+)*$/.test(program.trim())
}

function shellScript(
  code: string,
  splices: readonly Splice[],
  language: StepLanguage,
  args: string,
): StepCode | { problem: string } {
  const spliced = spliceShell(code, splices)
  if ('problem' in spliced) return spliced
  const lines = [
    ...(isOneCommand(code, splices)
      ? []
      : [language === 'bash' ? 'set +eu +o pipefail' : 'set +eu']),
    ...(args === '' ? [] : [`set -- ${args}`]),
    spliced.code.replace(/^#!.*\n?/, ''),
  ]
  return { language, code: lines.join('\n') }
}

/** Then it makes no difference that our shells stop at the first failure and at variables that are not set. */
function isOneCommand(code: string, splices: readonly Splice[]): boolean {
  let bare = code
  for (const { from, to } of splices.toSorted((one, other) => other.from - one.from))
    bare = `${bare.slice(0, from)}x${bare.slice(to)}`
  const lines = bare
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('#'))
  return lines.length <= 1 && !/[;&|$`]/.test(lines[0] ?? '')
}

function powershellScript(
  code: string,
  splices: readonly Splice[],
  args: string,
): StepCode | { problem: string } {
  if (args !== '') return { problem: 'a PowerShell script cannot be given arguments here' }
  const spliced = splicePowershell(code, splices)
  return 'problem' in spliced ? spliced : { language: 'powershell', code: spliced.code }
}

function delimiterFor(code: string): string {
  let word = 'QD_SCRIPT'
  while (code.split('\n').includes(word)) word += '_'
  return word
}

function fromInput(program: string, code: string, args: string): string {
  const end = delimiterFor(code)
  return `${program}${args === '' ? '' : ` ${args}`} <<'${end}'\n${code.replace(/\n*$/, '')}\n${end}`
}

function fromFile(program: string, code: string, args: string): string {
  const end = delimiterFor(code)
  return [
    'script=$(mktemp)',
    `trap 'rm -f -- "$script"' EXIT`,
    `cat > "$script" <<'${end}'`,
    code.replace(/\n*$/, ''),
    end,
    `${program} "$script"${args === '' ? '' : ` ${args}`}`,
  ].join('\n')
}
