import { globSync, readFileSync, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { expandHome, expandTokens } from './expand'
import { matchesHost, matchesList } from './pattern'
import { type ConfigLine, ConfigProblem, readLines } from './words'

/** The files to read, and for whom. */
export interface ConfigFiles {
  /** In OpenSSH's order: the account's own, then the machine's. A file that is not there says nothing. */
  readonly files: readonly ConfigFile[]
  readonly home: string
  readonly localUser: string
}

interface ConfigFile {
  readonly path: string
  /** Where what it includes is looked for. */
  readonly folder: string
}

/** What an option was given as, the first time it was; lists hold every value. */
export type Options = ReadonlyMap<string, readonly string[]>

/** Options that add up; of all others the first one counts. */
const LISTS = new Set(['identityfile', 'certificatefile'])
const DEEPEST_INCLUDE = 16

export interface Asked {
  readonly host: string
  /** As `ssh -l`, `-p` and `-J` would: they come before the files. */
  readonly given?: ReadonlyMap<string, readonly string[]>
}

/**
 * The options that hold for a host, as `ssh -G` finds them (ssh_config(5), read from readconf.c of OpenSSH 9.2). Throws
 * `ConfigProblem` when the files cannot be followed: most of all when the answer hangs on a command (`Match exec`),
 * which is never run.
 */
export function findOptions(config: ConfigFiles, asked: Asked): Options {
  const names = { host: asked.host, original: asked.host }
  const first = pass(config, names, new Map(asked.given), false)
  if (!first.wantsFinal) return first.options
  // The second time the host goes by the name it was found to have.
  const host = hostNameOf(first.options, asked.host)
  const options = new Map([...first.options, ['hostname', [host.replaceAll('%', '%%')]]])
  return pass(config, { ...names, host }, options, true).options
}

/** The names on `Host` lines that stand for one host: for a list to choose from. */
export function listHosts(config: ConfigFiles): string[] {
  const names = new Set<string>()
  walk(config, (line) => {
    if (line.keyword !== 'host') return true
    for (const name of line.values) if (!/[*?!]/.test(name)) names.add(name)
    return true
  })
  return [...names]
}

/** The host's name with `%h` put in; lower case, as `ssh` has it. */
export function hostNameOf(options: Options, host: string): string {
  const name = options.get('hostname')?.[0]
  const full = name === undefined ? host : expandTokens(name, { h: host })
  return full.includes(':') ? full : full.toLowerCase()
}

interface Pass {
  readonly options: Options
  readonly wantsFinal: boolean
}

interface Names {
  /** What `Host` lines are held against. */
  readonly host: string
  /** As it was asked for. */
  readonly original: string
}

function pass(
  config: ConfigFiles,
  names: Names,
  options: Map<string, readonly string[]>,
  isFinal: boolean,
): Pass {
  let wantsFinal = false
  walk(config, (line, isActive, isDead) => {
    if (line.keyword === 'host') return !isDead && matchesList(names.host, line.values)
    if (line.keyword === 'match') {
      const context = { config, ...names, options, isFinal }
      const answer = matches(line, context)
      wantsFinal ||= answer.asksForFinal
      return !isDead && answer.isMatch
    }
    if (isActive) take(line, options)
    return isActive
  })
  return { options, wantsFinal }
}

function take({ keyword, values }: ConfigLine, options: Map<string, readonly string[]>): void {
  // Whichever of the two comes first shuts the other one out.
  if (keyword === 'proxyjump' && options.has('proxycommand')) return
  if (keyword === 'proxycommand' && options.has('proxyjump')) return
  const before = options.get(keyword)
  if (before === undefined) return void options.set(keyword, values)
  if (!LISTS.has(keyword)) return
  const added = values.filter((value) => !before.includes(value))
  options.set(keyword, [...before, ...added])
}

/** Told each line with whether its block applies; answers whether the block applies from here on. */
type Visitor = (line: ConfigLine, isActive: boolean, isDead: boolean) => boolean

function walk(config: ConfigFiles, visit: Visitor): void {
  for (const { path, folder } of config.files) readFile(path, folder, true, false, 0)

  function readFile(
    file: string,
    folder: string,
    startsActive: boolean,
    isDead: boolean,
    depth: number,
  ): void {
    let isActive = startsActive
    for (const line of linesOf(file)) {
      if (line.keyword !== 'include') {
        isActive = visit(line, isActive, isDead)
        continue
      }
      if (depth >= DEEPEST_INCLUDE)
        throw new ConfigProblem(
          `${line.file}, line ${line.line}: files include each other too deep.`,
        )
      // What is included into a block that does not apply does not apply, whatever it says itself.
      for (const found of includedBy(line, folder, config.home))
        readFile(found, folder, isActive, isDead || !isActive, depth + 1)
    }
  }
}

function includedBy({ values }: ConfigLine, folder: string, home: string): string[] {
  return values.flatMap((value) => {
    const path = expandHome(value, home)
    const full = isAbsolute(path) ? path : join(folder, path)
    return /[*?[]/.test(full) ? globSync(full).toSorted() : [full]
  })
}

/** Files are read once for each of their states: a list of connections asks for hundreds of hosts. */
const readBefore = new Map<string, { readonly stamp: string; readonly lines: ConfigLine[] }>()

function linesOf(file: string): ConfigLine[] {
  try {
    const { mtimeMs, size, ino } = statSync(file)
    const stamp = `${mtimeMs} ${size} ${ino}`
    const before = readBefore.get(file)
    if (before?.stamp === stamp) return before.lines
    const lines = readLines(readFileSync(file, 'utf8'), file)
    readBefore.set(file, { stamp, lines })
    return lines
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return []
    if (code === undefined) throw error
    throw new ConfigProblem(`${file} cannot be read (${code}).`, { cause: error })
  }
}

interface Context extends Names {
  readonly config: ConfigFiles
  readonly options: Options
  readonly isFinal: boolean
}

function matches(line: ConfigLine, context: Context) {
  const words = line.values.flatMap(splitAssignment)
  let isMatch = true
  let asksForFinal = false
  while (words.length > 0) {
    const word = words.shift()!
    const isNegated = word.startsWith('!')
    const criterion = word.slice(isNegated ? 1 : 0).toLowerCase()
    asksForFinal ||= criterion === 'final'
    const argument = PASSES[criterion] ? '' : words.shift()
    if (argument === undefined)
      throw new ConfigProblem(`${line.file}, line ${line.line}: ${criterion} says nothing.`)
    // As in OpenSSH, what nothing depends on any more is not asked.
    if (isMatch) isMatch = meets(line, criterion, argument, context) !== isNegated
  }
  return { isMatch, asksForFinal }
}

/** Criteria without an argument: about the pass, not about the host. */
const PASSES: Readonly<Record<string, true>> = { all: true, final: true, canonical: true }

/** `user=root` and `user root` are the same. */
function splitAssignment(word: string): string[] {
  const at = word.indexOf('=')
  return at > 0 ? [word.slice(0, at), word.slice(at + 1)] : [word]
}

function meets(
  { file, line }: ConfigLine,
  criterion: string,
  argument: string,
  { config, host, original, options, isFinal }: Context,
): boolean {
  switch (criterion) {
    case 'all':
      return true
    case 'final':
    case 'canonical':
      return isFinal
    case 'host':
      return matchesHost(hostNameOf(options, host), argument)
    case 'originalhost':
      return matchesHost(original, argument)
    case 'user':
      return matchesList(options.get('user')?.[0] ?? config.localUser, argument.split(','))
    case 'localuser':
      return matchesList(config.localUser, argument.split(','))
    default:
      throw new ConfigProblem(`${file}, line ${line}: ${refusalOf(criterion, host)}`)
  }
}

function refusalOf(criterion: string, host: string): string {
  if (criterion === 'exec')
    return `Match exec would run a command to find out about ${host}. Quarterdeck runs none for this. Write the host's settings without it, or enter the connection by hand.`
  return `Match ${criterion} is not known to Quarterdeck, so it cannot tell what holds for ${host}.`
}
