import type { RiskTier } from '#contract/primitives'
import { assess, brief, entry, worst, type Assessment } from './assessment'
import { readPowershell, type Command, type Piece } from './powershell-tokens'
import { ALIASES, cmdletTier, windowsProgram } from './powershell-verbs'
import { assessRequest } from './http-request'

const LONGEST = 60_000
const MOST_PIECES = 3_000
const KEYWORDS =
  /^(if|elseif|else|foreach|for|while|do|until|switch|try|catch|finally|return|begin|process|end|function|filter|param|throw|break|continue|exit|in|trap|data|dynamicparam|hidden|static|default)$/i
const HARMLESS_METHODS =
  /^(ToString|ToUpper\w*|ToLower\w*|Trim\w*|Split|Replace|Substring|Contains|ContainsKey|StartsWith|EndsWith|IndexOf|LastIndexOf|Format|Join|Parse|TryParse|Add(Days|Hours|Minutes|Seconds|Months|Years|Milliseconds)|ToUniversalTime|ToLocalTime|GetType|GetEnumerator|Equals|CompareTo|PadLeft|PadRight|Round|Floor|Ceiling|Abs|Min|Max|Pow|Sqrt|Exists|GetFileName\w*|GetDirectoryName|GetExtension|Combine|GetHashCode|ToArray|ToCharArray|GetHostName|GetHostAddresses|GetHostEntry|IsNullOrEmpty|IsNullOrWhiteSpace|Escape|Matches|Match|IsMatch|Where|ForEach|Subtract|GetEnvironmentVariable|GetFolderPath|GetProcesses\w*|GetBytes|GetString|ToBase64String|NewGuid|ReadAllText|ReadAllLines|GetFiles|GetDirectories|GetCurrent|IsInRole|Count|First|Last|Reverse|Sort|Concat|Compare|DaysInMonth|IsPathRooted|GetFullPath|GetTempPath)$/i
const FAR_METHODS =
  /^(Delete\w*|Kill|Remove\w*|Clear\w*|Drop\w*|Format\w+|Invoke\w*|Create|Start|Download\w+|FromBase64String|Load\w*|CreateInstance|InvokeScript|AddScript|Terminate|Wipe|Truncate\w*|Purge\w*|Execute\w*|DynamicInvoke|GetMethod|GetField|SetValue)$/i

/** The tier of PowerShell by its verbs; conservative: what has no known verb is a change, what builds code is `destroy`. */
export function classifyPowershell(code: string): Assessment {
  if (code.length > LONGEST) return assess('destroy', 'the script is too long to be read')
  const { commands, closed } = readPowershell(code)
  if (!closed) return assess('destroy', 'a quote or bracket has no end')
  return worst(all(commands))
}

function all(commands: readonly Command[]): Assessment[] {
  return commands.flatMap((command) => [...nested(command.pieces), ...one(command)])
}

function nested(pieces: readonly Piece[]): Assessment[] {
  return pieces.flatMap((piece) => (piece.kind === 'hash' ? hashValues(piece) : all(piece.body)))
}

/** Keys of `@{ name = value }` are no commands, values may be. */
function hashValues(piece: Piece): Assessment[] {
  return piece.body.flatMap(({ pieces }) => {
    const at = pieces.findIndex((part) => part.text === '=')
    return [...nested(pieces), ...expression(at < 0 ? [] : pieces.slice(at + 1))]
  })
}

function one(command: Command): Assessment[] {
  if (command.pieces.length > MOST_PIECES)
    return [assess('destroy', 'the command has too many words to be read')]
  const pieces = withoutKeywords(command.pieces)
  const found = redirections(pieces)
  let start = 0
  for (const [at, piece] of pieces.entries()) {
    if (piece.kind !== 'operator' || !/^[+*%-]?=$/.test(piece.text)) continue
    if (at === start || !isTarget(pieces.slice(start, at))) break
    found.push(target(pieces.slice(start, at)))
    start = at + 1
  }
  return [...found, ...statement(pieces.slice(start))]
}

function statement(pieces: readonly Piece[]): Assessment[] {
  const first = pieces[0]
  if (!first) return []
  if (first.text === '&' || (first.text === '.' && pieces.length > 1))
    return [called(pieces.slice(1))]
  if (KEYWORDS.test(first.text) && first.kind === 'word')
    return one({ pieces: withoutKeywords(pieces), piped: false })
  if (first.kind !== 'word' || /^-?[\d.]+$/.test(first.text)) return expression(pieces)
  return [cmdlet(first.text, pieces.slice(1))]
}

function withoutKeywords(pieces: readonly Piece[]): readonly Piece[] {
  const first = pieces[0]
  if (!first || first.kind !== 'word' || !KEYWORDS.test(first.text)) return pieces
  if (/^(function|filter)$/i.test(first.text)) return []
  const rest = pieces.slice(1)
  const next = rest.findIndex((piece) => piece.kind === 'block')
  if (/^(return|throw|in|exit)$/i.test(first.text)) return rest
  return next < 0 ? [] : withoutKeywords(rest.slice(next + 1))
}

function isTarget(pieces: readonly Piece[]): boolean {
  return pieces.every(
    (piece) =>
      piece.kind === 'variable' ||
      piece.kind === 'type' ||
      piece.kind === 'group' ||
      piece.text === ',' ||
      /^\.\w+/.test(piece.text),
  )
}

function target(pieces: readonly Piece[]): Assessment {
  const text = pieces.map((piece) => piece.text).join('')
  if (/^\$env:(path|psmodulepath|comspec)\b/i.test(text))
    return assess('destroy', `${text} decides which programs run`)
  if (/^\$(env|global|function|alias):|\$\w+\./i.test(text))
    return assess(/^\$env:/i.test(text) ? 'read' : 'change', `sets ${brief(text)}`)
  return assess('read', 'sets a variable')
}

function redirections(pieces: readonly Piece[]): Assessment[] {
  return pieces.flatMap((piece, at) => {
    if (piece.kind !== 'operator' && !/^[\d*]?>{1,2}/.test(piece.text)) return []
    const arrow = /^[\d*]?>{1,2}(.*)$/.exec(piece.text)
    if (!arrow || /^&\d/.test(arrow[1]!)) return []
    const file = arrow[1] || pieces[at + 1]?.text || ''
    return /^(\$null|&\d?|\d)$/i.test(file) ? [] : [assess('change', `writes ${brief(file)}`)]
  })
}

/** `& name`, `& { … }`: what is called must be there to read. */
function called(pieces: readonly Piece[]): Assessment {
  const first = pieces[0]
  if (first?.kind === 'block') return assess('read', 'runs a block')
  if (
    !first ||
    (first.kind !== 'text' && first.kind !== 'word') ||
    first.body.length > 0 ||
    first.text.includes('$')
  )
    return assess('destroy', 'which program runs is not shown')
  return cmdlet(first.text, pieces.slice(1))
}

/** Values, methods and types: methods that are not known count as a change. */
function expression(pieces: readonly Piece[]): Assessment[] {
  const found = pieces.flatMap((piece, at) =>
    piece.kind === 'word' ? methodCall(piece.text, pieces[at + 1]) : [],
  )
  return found.length > 0 ? found : [assess('read', 'computes a value')]
}

function methodCall(text: string, after: Piece | undefined): Assessment[] {
  if (/(\.|::)$/.test(text)) return [assess('destroy', 'which method runs is not shown')]
  const method = /(?:\.|::)(\w+)$/.exec(text)?.[1]
  if (method === undefined || after?.kind !== 'group' || HARMLESS_METHODS.test(method)) return []
  if (FAR_METHODS.test(method))
    return [assess('destroy', `.${method}() deletes or runs what is not shown`)]
  return [assess('change', `.${method}() may change something`)]
}

function cmdlet(written: string, args: readonly Piece[]): Assessment {
  const bare = written
    .replace(/^.*[\\/]/, '')
    .replace(/\.(exe|com|cmd)$/i, '')
    .toLowerCase()
  const name = ALIASES.get(bare) ?? bare
  const elsewhere =
    /[\\/]/.test(written) && !SYSTEM_PATH.test(written) && !/^[\w.]+\\\w+-\w+$/.test(written)
  if (elsewhere) return assess('change', `${brief(written)} is a program that is not known here`)
  const special = entry(SPECIAL, name)
  if (special) return special(args)
  const tier = cmdletTier(name)
  if (tier && hasSwitch(args, 'whatif')) return assess('read', `${name} -WhatIf only tells`)
  if (tier) return named(name, tier, args)
  const program = windowsProgram(
    name,
    args.map((arg) => arg.text),
  )
  return program ?? assess('change', `${brief(written)} is a command that is not known here`)
}

const SYSTEM_PATH = /^(\w:)?[\\/](windows|program files|usr|bin|sbin|opt)/i

function named(name: string, tier: RiskTier, args: readonly Piece[]): Assessment {
  const words: Record<RiskTier, string> = {
    read: 'only reads',
    reach_out: 'asks another machine',
    change: 'changes something',
    destroy: 'deletes or runs what is not shown',
    forbidden: 'is never allowed',
  }
  const remote =
    tier === 'read' &&
    args.some((arg) => /^-(computername|cn|cimsession|session|hostname|vmname)$/i.test(arg.text))
  if (name === 'remove-item' && onlyTemporary(args))
    return assess('change', 'Remove-Item deletes temporary files')
  return assess(
    remote ? 'reach_out' : tier,
    `${brief(name)} ${remote ? 'asks another machine' : words[tier]}`,
  )
}

function onlyTemporary(args: readonly Piece[]): boolean {
  const paths = args.filter((arg) => !arg.text.startsWith('-'))
  return (
    paths.length > 0 &&
    paths.every(
      (path) =>
        /^(\$env:te?mp|c:\\(windows\\)?temp|\/tmp)[\\/][^*]/i.test(path.text) &&
        !path.text.includes('..'),
    )
  )
}

function hasSwitch(args: readonly Piece[], name: string): boolean {
  return (
    args.some(
      (arg, at) =>
        arg.kind === 'word' &&
        arg.text.toLowerCase() === `-${name}` &&
        !/^\$?(false|0)$/i.test(args[at + 1]?.text ?? ''),
    ) &&
    !args.some((arg) => arg.text.toLowerCase().startsWith(`-${name}:`) && !/true/i.test(arg.text))
  )
}

/** The value behind a parameter, which may be shortened. */
function parameter(args: readonly Piece[], name: string, least: number): Piece | undefined {
  const at = args.findIndex(
    (arg) =>
      arg.kind === 'word' &&
      arg.text.length > least &&
      `-${name}`.startsWith(arg.text.toLowerCase().replace(/:.*$/, '')),
  )
  return at < 0 ? undefined : args[at + 1]
}

const SPECIAL: Record<string, ((args: readonly Piece[]) => Assessment) | undefined> = {
  'invoke-expression': (args) => {
    const text = args.find((arg) => !arg.text.startsWith('-') || arg.kind === 'text')
    return text?.kind === 'text' && !text.text.includes('$')
      ? classifyPowershell(text.text)
      : assess('destroy', 'Invoke-Expression runs code that is not shown')
  },
  'invoke-webrequest': request,
  'invoke-restmethod': request,
  'invoke-command': (args) =>
    parameter(args, 'filepath', 3) ||
    (!args.some((arg) => arg.kind === 'block') && args.some((arg) => arg.kind === 'variable'))
      ? assess('destroy', 'Invoke-Command runs code that is not shown')
      : assess('reach_out', 'Invoke-Command runs on another machine'),
  'foreach-object': blocksOnly,
  'start-job': blocksOnly,
  'start-threadjob': blocksOnly,
  'measure-command': blocksOnly,
  'where-object': () => assess('read', 'Where-Object filters'),
  powershell: shell,
  pwsh: shell,
  cmd: (args) => cmdShell(args),
  'out-file': (args) =>
    args.some((arg) => /^\$null$/i.test(arg.text))
      ? assess('read', 'writes nowhere')
      : assess('change', 'Out-File writes a file'),
}

function blocksOnly(args: readonly Piece[]): Assessment {
  const values = args.filter(
    (arg) => arg.kind === 'variable' && !/^\$_|^\$true|^\$false/i.test(arg.text),
  )
  const member =
    args[0]?.kind === 'word' &&
    /^(delete|kill|remove|stop|dispose|clear|terminate|refresh|start)\b/i.test(args[0].text)
  if (member) return assess('destroy', `calls ${args[0]!.text} on each`)
  return args.some((arg) => arg.kind === 'block') || values.length === 0
    ? assess('read', 'runs a block for each')
    : assess('destroy', 'which block runs is not shown')
}

function shell(args: readonly Piece[]): Assessment {
  const has = (name: RegExp): boolean => args.some((arg) => name.test(arg.text))
  if (has(/^-e(c|n|nc|nco\w*)?$/i)) return assess('destroy', 'an encoded command is not shown')
  if (has(/^-(f|fi|fil|file)$/i)) return assess('change', 'runs a file whose code is not shown')
  const given = parameter(args, 'command', 1) ?? args.find((arg) => !arg.text.startsWith('-'))
  if (!given) return assess('destroy', 'opens a shell')
  if (given.kind === 'block') return assess('read', 'runs a block')
  if (given.kind === 'text')
    return given.text.includes('$(')
      ? assess('destroy', 'runs code that is not shown')
      : classifyPowershell(given.text)
  return worst(one({ pieces: args.slice(args.indexOf(given)), piped: false }))
}

function cmdShell(args: readonly Piece[]): Assessment {
  const at = args.findIndex((arg) => /^\/[ckr]$/i.test(arg.text))
  const text = args
    .slice(at + 1)
    .map((arg) => arg.text)
    .join(' ')
    .trim()
  if (at < 0 || !text) return assess('destroy', 'cmd opens a shell')
  const parts = text.split(/\s*(?:&&|\|\||[&|])\s*/).filter(Boolean)
  return worst(
    parts.map((part) => {
      const [name = '', ...rest] = part.split(/\s+/)
      return />/.test(part)
        ? assess('change', 'cmd writes a file')
        : (windowsProgram(name.toLowerCase(), rest) ??
            assess('change', `${brief(name)} is a command that is not known here`))
    }),
  )
}

function request(args: readonly Piece[]): Assessment {
  const value = (name: string, least: number): string => parameter(args, name, least)?.text ?? ''
  const sent = value('body', 1) || value('infile', 2) || value('form', 3)
  const method = value('method', 1) || (sent ? 'POST' : 'GET')
  const url = value('uri', 0) || textLike(args, /^(https?:|\$)/)
  const asked = assessRequest(/^\w+$/.test(method) ? method : 'unknown', url, sent)
  return textLike(args, /^-outf/i)
    ? worst([asked, assess('change', 'saves the answer to a file')])
    : asked
}

function textLike(args: readonly Piece[], pattern: RegExp): string {
  return args.find((arg) => pattern.test(arg.text))?.text ?? ''
}
