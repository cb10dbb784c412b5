import type { RiskTier } from '#contract/primitives'
import { assess, entry, worst, type Assessment } from './assessment'
import { readArguments, type Arguments } from './command-arguments'
import { redisCommand } from './redis'
import { field, type CommandRule, type Field, type Inside } from './shell-scope'
import { classifySql } from './sql'

interface Client {
  readonly values: string
  /** Options whose value is SQL. */
  readonly sql: RegExp
  /** Options whose value is a file of SQL. */
  readonly file: RegExp
  /** Options that write a file. */
  readonly writes: RegExp
  /** Options with which it only looks. */
  readonly looks: RegExp
  /** How many operands stand before one with SQL; null = operands are no SQL. */
  readonly operand: number | null
  readonly local?: boolean
}

const NEVER = /^$/
const PSQL: Client = {
  values:
    '-c -f -d -h -p -U -v -o -L -P -F -R -T --command --file --dbname --host --port --username --set --variable --output --log-file --pset --field-separator --record-separator --table-attr',
  sql: /^(-c|--command)$/,
  file: /^(-f|--file)$/,
  writes: /^(-o|--output|-L|--log-file)$/,
  looks: /^(-l|--list|-V|--version|-\?|--help)$/,
  operand: null,
}
const MYSQL: Client = {
  values:
    '-e -h -P -u -D -S --execute --host --port --user --database --socket --defaults-file --defaults-extra-file --default-character-set --init-command --tee --pager --delimiter --protocol --ssl-ca --login-path --prompt',
  sql: /^(-e|--execute|--init-command)$/,
  file: NEVER,
  writes: /^--tee$/,
  looks: /^(-V|--version|-\?|--help|--print-defaults)$/,
  operand: null,
}
const OTHER: Client = {
  values:
    '-e -q -Q -c -i -o -u -p -h -P -d -S -U -H -n -f -F --execute --query --command --file --host --port --user --password --database --format --url --cacert --output -O --multiquery',
  sql: /^(-e|-q|-Q|-c|--execute|--query|--command)$/,
  file: /^(-i|-f|--file|--queries-file)$/,
  writes: /^(-o|--output)$/,
  looks: /^(-V|--version|--help|-\?)$/,
  operand: null,
}
const CLIENTS: Record<string, Client> = {
  psql: PSQL,
  pgcli: PSQL,
  ysqlsh: PSQL,
  mysql: MYSQL,
  mariadb: MYSQL,
  mycli: MYSQL,
  sqlite3: {
    ...OTHER,
    values: '-cmd -init -separator -nullvalue -newline -mmap -lookaside -vfs',
    sql: /^-cmd$/,
    file: /^-init$/,
    writes: NEVER,
    looks: /^(-version|-help)$/,
    operand: 1,
    local: true,
  },
  duckdb: {
    ...OTHER,
    values: '-c -s -cmd -f -init',
    sql: /^(-c|-s|-cmd)$/,
    file: /^(-f|-init)$/,
    operand: 1,
    local: true,
  },
  bq: { ...OTHER, operand: 1 },
}

/** Database clients: the SQL they are given, in an option, an operand or their input. */
export const databaseClient: CommandRule = (args, inside, name) => {
  const client = entry(CLIENTS, name) ?? OTHER
  const read = readArguments(args, new Set(client.values.split(' ')), new Set())
  const given = read.options
    .filter((option) => client.sql.test(option.name) && option.value)
    .map((option) => option.value!)
  if (client.operand !== null)
    given.push(...read.operands.slice(client.operand).map((operand) => operand.field))
  const found = given.map((one) => sqlOf(one, inside))
  if (read.options.some((option) => client.looks.test(option.name)))
    found.push(assess('read', `${name} only looks`))
  if (read.options.some((option) => /^--pager$/.test(option.name) && option.value))
    found.push(assess('destroy', `${name} starts a pager program`))
  if (
    read.options.some(
      (option) => client.file.test(option.name) && option.value?.text !== '/dev/null',
    )
  )
    found.push(assess('change', `${name} runs a file of SQL that is not shown`))
  if (
    read.options.some(
      (option) => client.writes.test(option.name) && option.value?.text !== '/dev/null',
    )
  )
    found.push(assess('change', `${name} writes a file`))
  if (
    read.options.some(
      (option) => /^(-o|--output|-L)$/.test(option.name) && option.value?.text.startsWith('|'),
    )
  )
    found.push(assess('destroy', `${name} gives its result to a program`))
  if (found.length === 0) found.push(fromInput(inside, name))
  return worst([...found, ...remote(read, client)])
}

function sqlOf(given: Field, inside: Inside): Assessment {
  const assessed = classifySql(given.text, (text) => inside.script(text))
  if (given.known || /\s/.test(given.text.trim())) return assessed
  return worst([assessed, assess('destroy', 'the SQL is not shown')])
}

function fromInput(inside: Inside, name: string): Assessment {
  if (inside.stdin.kind === 'text')
    return classifySql(inside.stdin.text, (text) => inside.script(text))
  return inside.stdin.kind === 'hidden'
    ? assess('destroy', `${name} runs SQL that is not shown`)
    : assess('change', `${name} opens a session whose commands are not shown`)
}

function remote(read: Arguments, client: Client): Assessment[] {
  const host = read.options.find((option) => /^(-h|--host|-H)$/.test(option.name))?.value?.text
  return client.local || !host || /^(localhost|127\.|::1|\/|\.$)/.test(host)
    ? []
    : [assess('reach_out', `asks the database on ${host.slice(0, 50)}`)]
}

/** `redis-cli COMMAND …`, or lines of commands from its input. */
const REDIS_VALUES = new Set(
  '-h -p -s -a -u -r -i -n -d -D -X -t --user --pass --cert --key --cacert --cacertdir --sni --pattern --count --eval --rdb --functions-rdb --pipe-timeout --lru-test --intrinsic-latency --tls-ciphers'.split(
    ' ',
  ),
)
/** Options of redis-cli that are commands of their own, the worst first. */
const REDIS_MODES: readonly (readonly [RegExp, RiskTier, string])[] = [
  [/^--eval$/, 'destroy', 'runs a script that is not shown'],
  [/^--(functions-)?rdb$/, 'change', 'writes a file'],
  [/^--(pipe|lru-test|replica|slave)$/, 'change', 'sends commands that are not shown'],
]
const REDIS_LOOKS =
  /^(--(scan|bigkeys|memkeys|keystats|hotkeys|stat|latency(-history|-dist)?|intrinsic-latency|version|help)|-v)$/

export const redisClient: CommandRule = (args, inside, name) => {
  const first = readArguments(args, REDIS_VALUES, new Set()).operands[0]
  const command = first ? args.slice(first.index) : []
  const own = readArguments(args.slice(0, args.length - command.length), REDIS_VALUES, new Set())
  const names = own.options.map((option) => option.name)
  const mode = REDIS_MODES.find(([pattern]) => names.some((option) => pattern.test(option)))
  if (mode) return assess(mode[1], `${name} ${mode[2]}`)
  if (names.includes('--cluster')) return cluster(command[0]?.text ?? '')
  if (first) return line(command)
  if (names.some((option) => REDIS_LOOKS.test(option))) return assess('read', `${name} only looks`)
  return redisInput(inside, name)
}

function cluster(command: string): Assessment {
  if (/^(check|info|help)$/.test(command)) return assess('read', 'redis-cli looks at the cluster')
  return assess(command === 'del-node' ? 'destroy' : 'change', 'redis-cli changes the cluster')
}

function redisInput(inside: Inside, name: string): Assessment {
  const { stdin } = inside
  if (stdin.kind === 'hidden') return assess('destroy', `${name} runs commands that are not shown`)
  if (stdin.kind === 'inherited')
    return assess('change', `${name} opens a session whose commands are not shown`)
  const lines = stdin.text.split('\n').filter((text) => text.trim())
  return worst(lines.map((text) => line(text.trim().split(/\s+/).map(field))))
}

function line(words: readonly { readonly text: string; readonly known: boolean }[]): Assessment {
  if (!words[0]?.known) return assess('destroy', 'the Redis command is not shown')
  return (
    redisCommand(words.map((word) => word.text)) ??
    assess('change', `${words[0].text.slice(0, 30)} is a Redis command that is not known here`)
  )
}
