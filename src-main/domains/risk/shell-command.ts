import { assess, brief, entry, reaches, worst, type Assessment } from './assessment'
import { CLOUD_TABLE } from './cloud-table'
import { interpreter } from './code-scan'
import { DESTROY_VERBS, judge, readTable, type Tool } from './command-table'
import { DATA_TABLE } from './data-table'
import { databaseClient, redisClient } from './database-commands'
import { mongoClient } from './mongo'
import { DEV_TABLE } from './dev-table'
import { dd, format, kill, move, permissions, rm, rsync, tar, tee, truncate } from './file-commands'
import { FILES_TABLE } from './files-table'
import { NETWORK_TABLE } from './network-table'
import { PACKAGES_TABLE } from './packages-table'
import { ansible, gitCommand, packageRun, salt } from './tool-commands'
import type { CommandRule, Field, Inside } from './shell-scope'
import { behind, find, ssh } from './shell-runners'
import { env, joinedScript, shellOption, sudo, wrapped, xargs } from './shell-wrappers'
import { awk, sed } from './text-programs'
import { STORAGE_TABLE } from './storage-table'
import { SYSTEM_TABLE } from './system-table'
import { VAULT_TABLE } from './vault-table'
import { curl, httpie, wget } from './web-commands'

const TOOLS: ReadonlyMap<string, Tool> = readTable(
  [
    FILES_TABLE,
    SYSTEM_TABLE,
    NETWORK_TABLE,
    CLOUD_TABLE,
    DATA_TABLE,
    DEV_TABLE,
    PACKAGES_TABLE,
    STORAGE_TABLE,
    VAULT_TABLE,
  ].join('\n'),
)
const MOST_WORDS = 3_000
const PROGRAM_FOLDER =
  /^(\/usr)?(\/local)?\/s?bin\/(?=[^/]+$)|^\/(opt\/homebrew|snap|usr\/local\/opt|opt\/[\w.-]+|usr\/lib\/[\w./-]+|usr\/libexec)(\/[\w.-]+)*?(\/s?bin)?\/(?=[^/]+$)/
const DESTROY_VERB = new RegExp(
  `^(${DESTROY_VERBS.replaceAll('*', '\\S*').split(' ').join('|')})$`,
  'i',
)

const RULES: Record<string, CommandRule> = {
  ...rules('sudo doas dzdo pfexec gsudo pkexec', sudo),
  ...rules('env genv', env),
  ...rules('su runuser sg newgrp script', shellOption),
  ...rules('xargs gxargs parallel rush', xargs),
  ...rules('ssh autossh mosh dbclient', ssh),
  ...rules('find gfind', find),
  ...rules('rm grm unlink srm trash-empty', rm),
  ...rules('mv cp gmv gcp install ginstall scp_', move),
  ...rules('dd gdd dcfldd', dd),
  ...rules('mkfs mke2fs mkntfs mkdosfs mkswap_ mkfs.ext2 newfs', format),
  ...rules('tee gtee', tee),
  ...rules('truncate', truncate),
  ...rules('chmod chown chgrp setfacl chattr', permissions),
  ...rules('tar gtar bsdtar star', tar),
  ...rules('rsync', rsync),
  ...rules('kill killall pkill killall5', kill),
  ...rules('sed gsed ssed', sed),
  ...rules('awk gawk mawk nawk original-awk', awk),
  ...rules('curl', curl),
  ...rules('wget', wget),
  ...rules('http https xh xhs httpie', httpie),
  ...rules('sh bash dash zsh ksh ash mksh rbash fish csh tcsh yash posh elvish xonsh ksh93', shell),
  ...rules(
    'python pypy ipython perl ruby node nodejs deno bun php lua luajit Rscript R tclsh wish expect irb pry julia octave jrunscript jjs groovy guile racket ghc ghci runghc elixir erl iex scala kotlin swift osascript',
    interpreter,
  ),
  ...rules(
    'psql pgcli ysqlsh mysql mariadb mycli sqlite3 sqlite duckdb sqlcmd osql isql clickhouse-client cqlsh snowsql trino presto impala-shell beeline hive vsql nzsql db2 crate crash usql influx_',
    databaseClient,
  ),
  ...rules('redis-cli valkey-cli keydb-cli', redisClient),
  ...rules('mongosh mongo', mongoClient),
  ...rules('git', gitCommand(TOOLS)),
  ...rules('ansible', ansible),
  ...rules('salt salt-call salt-ssh', salt),
  ...rules('npx bunx pnpx uvx pipx_', packageRun),
  ...rules('eval', joinedScript('')),
  ...rules(
    'watch gwatch',
    joinedScript(
      '-n -q --interval --equexit',
      '-d -t -b -e -g -c -x -p --differences --no-title --beep --errexit --chgexit --color --exec --precise',
    ),
  ),
  ...rules(
    'hyperfine',
    joinedScript(
      '-w -r -m -M -p -c -s -n --warmup --runs --min-runs --max-runs --prepare --cleanup --setup',
      '-i -N --show-output --ignore-failure',
    ),
  ),
  ...rules('fd fdfind', behind(/^(-x|-X|--exec|--exec-batch)$/, assess('read', 'fd lists files'))),
  ...rules(
    'watchexec entr nodemon',
    behind(/^--$/, assess('destroy', 'runs a command again and again')),
  ),
  ...rules('trap alias', textArgument),
  ...rules('let declare typeset local export readonly unset read test [ printf', evaluates),
  ...rules('source .', sourced),
}

function rules(names: string, rule: CommandRule): Record<string, CommandRule> {
  return Object.fromEntries(names.split(' ').map((name) => [name, rule]))
}

/** The tier of one command line: its name decides which rule reads its arguments. */
export function classifyCommand(argv: readonly Field[], inside: Inside): Assessment {
  const [name, ...args] = argv
  if (!name) return assess('read', 'nothing runs')
  inside.scope.budget.seen?.push(argv.map(({ text }) => text))
  if (argv.length > MOST_WORDS)
    return assess('destroy', 'the command has too many words to be read')
  if (!name.known || name.glob || /\s/.test(name.text))
    return assess('destroy', `which program runs is not shown: ${brief(name.text, 40)}`)
  if (/^:?!/.test(name.text)) return assess('destroy', 'a pager or editor is told to start a shell')
  const bare = name.text.replace(PROGRAM_FOLDER, '')
  if (bare.includes('/')) return elsewhere(bare, args, inside)
  return byName(bare, args, inside) ?? unknown(bare, args, inside)
}

function ruleOf(name: string): CommandRule | undefined {
  const versioned =
    /^(python|pypy|perl|ruby|php|lua|node|tclsh|psql|ipython|guile|ghc)(?=-?\d)/.exec(name)?.[0]
  if (/^mkfs\.\w+$/.test(name)) return format
  return entry(RULES, versioned ?? name) ?? wrapped(name)
}

/** Whether the name is one of a program or builtin whose effect is known here. */
export function isKnownCommand(name: string): boolean {
  return ruleOf(name) !== undefined || TOOLS.has(name) || name === 'command'
}

function byName(bare: string, args: readonly Field[], inside: Inside): Assessment | null {
  const name = bare.replace(/\.exe$|(?<=^(kafka|zookeeper|connect)-.*)\.sh$/, '')
  const rule = ruleOf(name)
  if (name === 'busybox' || name === 'toybox' || name === 'command')
    return multiCall(name, args, inside)
  if (rule && args.length === 1 && /^--(version|help)$/.test(args[0]!.text) && name !== 'eval')
    return assess('read', `${name} shows its version or help`)
  if (rule) return rule(args, inside, name)
  const tool = TOOLS.get(name)
  return tool ? judge(name, tool, args, inside) : null
}

function multiCall(name: string, args: readonly Field[], inside: Inside): Assessment {
  if (name === 'command' && /^-[pvV]*[vV]/.test(args[0]?.text ?? ''))
    return assess('read', 'command looks a name up')
  return args.length === 0 || args[0]!.text === '--list'
    ? assess('read', `${name} lists its commands`)
    : (wrapped(name)?.(args, inside, name) ?? assess('destroy', name))
}

/** A program outside the system's folders may be anything, but it is no less than its name says. */
function elsewhere(path: string, args: readonly Field[], inside: Inside): Assessment {
  const named = byName(path.slice(path.lastIndexOf('/') + 1), args, inside)
  const opaque = inside.scope.root || /^\/?((var\/)?tmp|dev\/shm|proc)\//.test(path)
  const own = assess(
    opaque ? 'destroy' : 'change',
    `${brief(path)} is a program that is not known here`,
  )
  return named && reaches(named.tier, 'destroy') ? named : own
}

function unknown(name: string, args: readonly Field[], inside: Inside): Assessment {
  if (args.length === 1 && /^(--version|--help|-V)$/.test(args[0]!.text) && /^[\w.+-]+$/.test(name))
    return assess('read', `${brief(name)} shows its version or help`)
  if (args.some((arg) => /(^|[\s'"=,(])\/(usr\/)?bin\/(ba|da|z|k|c)?sh\b/.test(arg.text)))
    return assess('destroy', `${brief(name)} is not known here and is given a shell`)
  const verb = args.slice(0, 4).find((arg) => DESTROY_VERB.test(arg.text))
  if (verb)
    return assess('destroy', `${brief(name)} is not known here and is told to ${brief(verb.text)}`)
  return assess(
    inside.scope.root ? 'destroy' : 'change',
    `${brief(name)} is a program that is not known here${inside.scope.root ? ', under sudo' : ''}`,
  )
}

/** `sh -c text`, a script from a pipe, a file, or a shell for somebody. */
function shell(args: readonly Field[], inside: Inside, name: string): Assessment {
  const first = args.findIndex(
    (arg, at) => !/^[-+]/.test(arg.text) && !/^[-+][oO]$/.test(args[at - 1]?.text ?? ''),
  )
  const options = first < 0 ? args : args.slice(0, first)
  const has = (letter: RegExp): boolean => options.some((arg) => letter.test(arg.text))
  if (has(/^-[a-zA-Z]*c[a-zA-Z]*$|^--command$/))
    return commandText(args.slice(options.length), inside, name)
  const file = has(/^-[a-zA-Z]*s[a-zA-Z]*$/) ? undefined : args[first]
  if (file && !/^(-|\/dev\/stdin)$/.test(file.text)) {
    if (has(/^-[a-zA-Z]*n[a-zA-Z]*$/)) return assess('read', `${name} -n only checks the grammar`)
    return scriptFile(file, inside, name)
  }
  if (inside.stdin.kind === 'text') return inside.script(inside.stdin.text)
  return assess(
    'destroy',
    `${name} ${inside.stdin.kind === 'hidden' ? 'runs code that is not shown' : 'opens a shell'}`,
  )
}

function scriptFile(file: Field, inside: Inside, name: string): Assessment {
  const tier = file.known && !inside.scope.root ? 'change' : 'destroy'
  return assess(tier, `${name} runs a file whose code is not shown`)
}

function commandText(rest: readonly Field[], inside: Inside, name: string): Assessment {
  const [text, , ...positional] = rest[0]?.text.startsWith('-') ? rest.slice(1) : rest
  if (!text) return assess('destroy', `${name} opens a shell`)
  if (!text.known && !/\s/.test(text.text.trim()))
    return assess('destroy', `${name} runs code that is not shown`)
  return inside.script(text.text, { positional })
}

function textArgument(args: readonly Field[], inside: Inside, name: string): Assessment {
  if (name === 'trap')
    return args.length > 1 && args[0]!.text !== '-' && !args[0]!.text.startsWith('-')
      ? inside.script(args[0]!.text, { here: true })
      : assess('read', 'trap sets nothing')
  const values = args
    .filter((arg) => arg.text.includes('='))
    .map((arg) => arg.text.replace(/^[^=]*=/, ''))
  return worst([
    assess('read', 'alias names a command'),
    ...values.map((value) => inside.script(value.replace(/^(['"])(.*)\1$/s, '$2'), { here: true })),
  ])
}

function sourced(args: readonly Field[], inside: Inside): Assessment {
  const file = args[0]
  if (!file?.known || file.glob || inside.scope.root || /^\/dev\/(fd|std)/.test(file.text))
    return assess('destroy', 'runs a file whose code is not shown')
  if (/^(\/etc\/(os-release|lsb-release|default\/[\w-]+|profile))$/.test(file.text))
    return assess('read', `reads ${file.text}`)
  return assess('change', `runs ${brief(file.text)}, whose code is not shown`)
}

/** Builtins that look up names evaluate the subscript of an array: `read 'a[$(rm x)]'`. */
function evaluates(args: readonly Field[], inside: Inside, name: string): Assessment {
  const hidden = args.some((arg) => arg.known && /\[.*(\$\(|`)/s.test(arg.text))
  if (hidden) return assess('destroy', `${name} evaluates a text with a command inside`)
  return judge(name, TOOLS.get('echo')!, args, inside)
}
