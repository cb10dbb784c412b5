import type { RiskTier } from '#contract/primitives'
import { assess, brief, entry, reaches, worst, type Assessment } from './assessment'
import { readArguments, type Arguments } from './command-arguments'
import { joined, type Field, type Inside } from './shell-scope'

/*
 * What commands do, written as text so that a person can review a family of tools on one screen:
 *
 *   kubectl oc                         names of the tool
 *     values -n --namespace            options that take a value
 *     flags -A                         options known to take none
 *     read get rollout/status apply+--dry-run=client
 *     destroy delete **purge +--wipe
 *     run exec:1                       the words after `exec` and one operand are a command
 *     script -c                        the value of -c is run by a shell
 *     else change
 *
 * The first rule that matches wins. `a/b` are leading operands (`*` matches within one, `**a` any operand), `.` no operand,
 * `a/$` nothing behind, `+--x` an option that must be there, `+!--x` one that must not, `+--x=v` with that value.
 */
interface Pattern {
  readonly path: readonly RegExp[]
  readonly anywhere: boolean
  readonly bare: boolean
  /** No further operands. */
  readonly exact: boolean
  readonly options: readonly {
    readonly name: string
    readonly value: RegExp | null
    readonly absent: boolean
  }[]
}
type Verdict = RiskTier | 'escape' | 'session'

export interface Tool {
  readonly values: ReadonlySet<string>
  readonly flags: ReadonlySet<string>
  readonly rules: readonly { readonly verdict: Verdict; readonly pattern: Pattern }[]
  readonly runs: readonly { readonly path: readonly RegExp[]; readonly skip: number }[]
  readonly scripts: ReadonlySet<string>
  readonly otherwise: Verdict
}

/** Verbs that only look, in the many tools that name their verbs alike. */
const READ_VERBS =
  'get list ls show describe status info view inspect version versions help search history logs log diff cat read check validate verify lint explain top stats events whoami print tree count exists whois usage tail get-* list-* show-* describe-* head-* search-*'
/** Verbs that take something away for good. */
export const DESTROY_VERBS =
  'delete del remove rm rmi destroy purge drop terminate wipe erase truncate flush flushall flushdb nuke shred obliterate prune uninstall delete-* remove-* destroy-* purge-* terminate-* drop-* wipe-* erase-* batch-delete* *-delete *-destroy *-purge *:delete *:destroy *:remove *:rm *:reset *:purge deleteAll delete_* purge_* drop_* remove_* destroy_* wipe_* force-delete* hard-delete*'

const OUTCOMES: Record<Verdict, { readonly tier: RiskTier; readonly words: string }> = {
  read: { tier: 'read', words: 'only reads' },
  reach_out: { tier: 'reach_out', words: 'asks another machine' },
  change: { tier: 'change', words: 'changes something' },
  session: { tier: 'change', words: 'opens a session whose commands are not shown' },
  destroy: { tier: 'destroy', words: 'deletes or overwrites beyond simple recovery' },
  escape: { tier: 'destroy', words: 'can start any program' },
  forbidden: { tier: 'forbidden', words: 'is never allowed' },
}

/** Verbs whose operand may have any name. */
const LOOKING =
  /^(get|list|ls|show|describe|view|inspect|search|find|help|explain|cat|read|query|diff|grep|log|logs|blame|info|why|depends|policy|status|ps|top|history|wait|\w+-\w+)$/
const TAKING = /^(delete|del|remove|rm|destroy|purge|drop|prune|wipe|erase|clear|flush)$/
const ACTING =
  /^(add|create|new|set|unset|update|edit|import|pull|push|tag|untag|apply|reset|start|stop|restart|enable|disable|copy|cp|mv|move|rename|mount|unmount|convert|label|expire|register|unregister|install|upgrade|restore|rollback|run|exec|attach|detach|lock|unlock|init|use|switch|load|save|write|put|patch|send|publish|assign|grant|revoke|join|leave|resume|suspend|pause|unpause|kill|scale|rotate|renew|sign|approve|reject|cancel|retry|rerun|trigger|sync|up|down|allocate|deallocate|release|modify|invite|provision|deploy|redeploy|transfer|promote|demote|failover|drain|cordon|taint|archive|unarchive|submit|execute|invoke|call|reload|refresh|rebuild|reindex|compact|seed|migrate|fork|clone|checkout|merge|commit|close|reopen|block|unblock|mute|unmute|ack|acknowledge|silence|snooze|download|upload|build|connect|disconnect|login|logout|bind|unbind|link|unlink|map|unmap|expose|forward|issue|abort|(set|add|remove|create|update|enable|disable|put|delete|modify|start|stop|reset)[-_:]\S+)$/

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean)
const glob = (text: string): RegExp =>
  new RegExp(`^${RegExp.escape(text).replaceAll('\\*', '.*')}$`)

/** The tools of a table text by their names. */
export function readTable(text: string): Map<string, Tool> {
  const tools = new Map<string, Tool>()
  for (const block of text.split(/\n(?=\S)/)) {
    const [names, ...lines] = block
      .split('\n')
      .filter((line) => line.trim() && !line.startsWith('#'))
    if (!names) continue
    const tool = readTool(lines.map((line) => words(line)))
    for (const name of words(names)) {
      if (tools.has(name)) throw new Error(`the table of commands names ${name} twice`)
      tools.set(name, tool)
    }
  }
  return tools
}

function readTool(lines: readonly string[][]): Tool {
  const rules: Tool['rules'][number][] = []
  const named: Record<string, string[]> = { values: [], flags: [], script: [], run: [], else: [] }
  for (const [key = '', ...rest] of lines) {
    const list = rest.flatMap(expand)
    const special = entry(named, key)
    if (special) special.push(...list)
    else if (isVerdict(key))
      rules.push(...list.map((one) => ({ verdict: key, pattern: readPattern(one) })))
    else throw new Error(`the table of commands has a line that starts with ${key}`)
  }
  const otherwise = named['else']!.find(isVerdict) ?? 'change'
  return {
    values: new Set([...named['values']!, ...named['script']!]),
    flags: new Set(named['flags']),
    scripts: new Set(named['script']),
    rules,
    runs: named['run']!.map(readRun),
    otherwise,
  }
}

function isVerdict(word: string): word is Verdict {
  return Object.hasOwn(OUTCOMES, word)
}

function expand(pattern: string): string[] {
  if (pattern.includes('@read'))
    return words(READ_VERBS).map((verb) => pattern.replace('@read', verb))
  if (pattern.includes('@destroy'))
    return words(DESTROY_VERBS).map((verb) => pattern.replace('@destroy', verb))
  return [pattern]
}

function readRun(text: string): { path: RegExp[]; skip: number } {
  const [path = '', skip = '0'] = text.split(':')
  const segments = path === '.' ? [] : path.split('/').map(glob)
  return { path: segments, skip: segments.length + Number(skip) }
}

function readPattern(text: string): Pattern {
  const [path = '', ...options] = text.split(/\+(?=!?-)/)
  const anywhere = path.startsWith('**')
  const exact = path.endsWith('/$')
  const plain = exact ? path.slice(0, -2) : path
  const segments =
    path === '' || path === '.' ? [] : (anywhere ? [path.slice(2)] : plain.split('/')).map(glob)
  return {
    path: segments,
    anywhere,
    bare: path === '.',
    exact,
    options: options.map((option) => {
      const absent = option.startsWith('!')
      const [name = '', value] = (absent ? option.slice(1) : option).split(/=(.*)/)
      return { name, value: value === undefined ? null : glob(value), absent }
    }),
  }
}

/** What the table says about a command line. */
export function judge(
  name: string,
  tool: Tool,
  args: readonly Field[],
  inside: Inside,
): Assessment {
  if (asksForHelp(args)) return assess('read', `${name} shows its help`)
  const read = readArguments(args, tool.values, tool.flags)
  const inner = runsInside(tool, read, args, inside)
  const scripts = read.options.filter((option) => tool.scripts.has(option.name) && option.value)
  const found = scripts.map((option) => inside.script(option.value!.text))
  if (inner) return worst([inner, ...found, ...raised(name, tool, read)])
  return worst([decide(name, tool, read), ...found])
}

/** Rules that name an option only still count when the tool runs a command for somebody. */
function raised(name: string, tool: Tool, read: Arguments): Assessment[] {
  const bare = { ...read, operands: [] }
  const hit = tool.rules.find(
    (rule) =>
      rule.pattern.options.length > 0 &&
      rule.pattern.path.length === 0 &&
      matches(rule.pattern, bare, rule.verdict),
  )
  return hit && reaches(OUTCOMES[hit.verdict].tier, 'change')
    ? [outcome(name, hit.verdict, bare, 0)]
    : []
}

function decide(name: string, tool: Tool, read: Arguments): Assessment {
  const first = decideOnce(name, tool, read)
  const doubted = read.operands.slice(0, first.depth).findIndex((operand) => operand.doubtful)
  if (doubted < 0 || reaches(first.found.tier, 'destroy')) return first.found
  const without = { ...read, operands: read.operands.filter((_, index) => index !== doubted) }
  return worst([first.found, decide(name, tool, without)])
}

function decideOnce(
  name: string,
  tool: Tool,
  read: Arguments,
): { found: Assessment; depth: number } {
  const rule = tool.rules.find((one) => matches(one.pattern, read, one.verdict))
  if (rule) {
    const depth = rule.pattern.anywhere ? 1 : rule.pattern.path.length
    const behind = acts(rule, read, depth)
    if (behind) return { found: outcome(name, behind, read, depth + 1), depth: depth + 1 }
    return { found: outcome(name, rule.verdict, read, depth), depth }
  }
  const verb = read.operands[0]?.field
  const hasVerbs = tool.rules.some((one) => one.pattern.path.length > 0 && !one.pattern.anywhere)
  if (verb && !verb.known && hasVerbs && tool.otherwise !== 'read')
    return { found: assess('destroy', `which command of ${name} runs is not shown`), depth: 1 }
  return { found: outcome(name, tool.otherwise, read, 1), depth: 1 }
}

/** A noun whose listing is a read may be followed by a verb that is none: `silence add`. */
function acts(rule: Tool['rules'][number], read: Arguments, depth: number): Verdict | null {
  const noun = read.operands[depth - 1]?.field.text
  const verb = read.operands[depth]?.field.text
  if (reaches(OUTCOMES[rule.verdict].tier, 'change') || rule.pattern.anywhere) return null
  if (noun === undefined || verb === undefined || LOOKING.test(noun)) return null
  if (TAKING.test(verb)) return 'destroy'
  return ACTING.test(verb) ? 'change' : null
}

function outcome(name: string, verdict: Verdict, read: Arguments, depth: number): Assessment {
  const shown = read.operands.slice(0, Math.min(depth, 3)).map((operand) => operand.field)
  const { tier, words: does } = OUTCOMES[verdict]
  return assess(tier, `${brief(`${name} ${joined(shown)}`)} ${does}`)
}

function matches(pattern: Pattern, read: Arguments, verdict: Verdict): boolean {
  if (pattern.bare && read.operands.length > 0) return false
  const raises = reaches(OUTCOMES[verdict].tier, 'change')
  if (
    !pattern.options.every(
      (option) => option.absent !== hasOption(option, read, raises !== option.absent),
    )
  )
    return false
  if (pattern.anywhere) return read.operands.some(({ field }) => pattern.path[0]!.test(field.text))
  if (
    pattern.path.length > read.operands.length ||
    (pattern.exact && pattern.path.length < read.operands.length)
  )
    return false
  return pattern.path.every((segment, at) => {
    const operand = read.operands[at]!.field
    return segment.test(operand.text) && (operand.known || segment.source === '^.*$')
  })
}

function hasOption(
  wanted: { readonly name: string; readonly value: RegExp | null },
  read: Arguments,
  shortened: boolean,
): boolean {
  return read.options.some((option) => {
    if (!isNamed(wanted.name, option.name, shortened)) return false
    const text = option.value?.text ?? ''
    if (wanted.value) return option.value !== null && wanted.value.test(text)
    // `--dry-run=false` asks for the opposite.
    return shortened || !/^(false|none|no|off|0)$/i.test(text)
  })
}

/** `--del` is `--delete` where that reaches further, but no `--dry` is a `--dry-run`. */
function isNamed(wanted: string, given: string, shortened: boolean): boolean {
  if (given === wanted) return true
  if (wanted.endsWith('*')) return given.startsWith(wanted.slice(0, -1))
  return shortened && /^--../.test(given) && wanted.startsWith(given)
}

function runsInside(
  tool: Tool,
  read: Arguments,
  args: readonly Field[],
  inside: Inside,
): Assessment | null {
  for (const run of tool.runs) {
    if (run.path.length > read.operands.length) continue
    if (!run.path.every((segment, at) => segment.test(read.operands[at]!.field.text))) continue
    const after = read.operands[run.skip]
    if (after) return inside.command(args.slice(after.index))
  }
  return null
}

function asksForHelp(args: readonly Field[]): boolean {
  const last = args.at(-1)
  if (last?.text !== '--help' && !(args.length === 1 && last?.text === '--version')) return false
  return args.slice(0, -1).every((arg) => arg.known && /^[a-z][\w-]*$/i.test(arg.text))
}
