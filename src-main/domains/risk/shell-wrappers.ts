import { assess, worst, type Assessment } from './assessment'
import { readArguments } from './command-arguments'
import { assessVariable } from './shell-names'
import { joined, type CommandRule, type Field, type Inside } from './shell-scope'

interface Wrapper {
  readonly values: ReadonlySet<string>
  readonly skip: number
  /** What it is without a command. */
  readonly bare: Assessment
}

/*
 * name…  | operands before the command | options with a value | options that are known flags | alone it is
 */
const TABLE = `
nohup setsid chronic unbuffer proxychains proxychains4 torsocks torify tini dumb-init catchsegv systemd-cat fakeroot firejail caffeinate | 0 | -t -p --identifier --priority | -q -g -f -w --fork --wait -i -s | change
nice | 0 | -n --adjustment | | read
ionice | 0 | -c -n -p -P -u --class --classdata | -t --ignore | change
chrt | 1 | -T -P -D | -f -r -b -i -o -m -a -v --fifo --rr --batch --idle --other | change
taskset | 1 | | -c -a --cpu-list | change
numactl | 0 | -N -m -i -C -p --cpunodebind --membind --interleave --physcpubind --preferred | -l --localalloc | read
prlimit | 0 | | | change
timeout gtimeout | 1 | -k -s --kill-after --signal | --preserve-status --foreground -v --verbose -p -f | change
stdbuf | 0 | -i -o -e --input --output --error | | change
time gtime | 0 | -f --format | -p -v --verbose --portability -q | read
command | 0 | | -p | read
builtin | 0 | | | read
exec | 0 | -a | -c -l | read
busybox toybox | 0 | | | read
chroot | 1 | | | session
unshare | 0 | -S -G -R -w --setuid --setgid --root --wd | -m -u -i -n -p -U -C -f -r --fork --mount --pid --net --user --map-root-user --mount-proc | session
nsenter | 0 | -t -S -G -r -w --target --setuid --setgid --root --wd | -m -u -i -n -p -U -C -a -F --all --mount --uts --ipc --net --pid --user | session
setarch linux32 linux64 i386 x86_64 | 0 | | -R -B -3 --addr-no-randomize | session
setpriv gosu su-exec | 1 | --reuid --regid --groups | --clear-groups --init-groups | change
xvfb-run dbus-run-session dbus-launch | 0 | -n -s -e -f --server-num --server-args | -a --auto-servernum | change
cpulimit | 0 | -l -p -e --limit --pid --exe | -z -i -b -f --lazy | change
runcon | 1 | -t -u -r -l | -c | change
faketime | 1 | -p | -f -m | change
sshpass | 0 | -p -f -d -P | -e -v | change
aws-vault chamber infisical teller | 2 | -d --duration --env --path --projectId | --no-session -n --json | change
rlwrap sem multitime pexec | 0 | -a -C -f -n -j --jobs | -c | change
strace ltrace truss | 0 | -e -o -p -s -a -P -u -E -S -X -O -b -I -n --output --trace --attach --string-limit | -f -ff -c -C -t -tt -ttt -T -y -yy -v -q -qq -i -k -r -x -z -Z -F -w -h | change
valgrind | 0 | | -q -v -s --leak-check=full | change
systemd-inhibit | 0 | | --list --no-legend --no-pager | change
systemd-run | 0 | -p -E -M -H -u --unit --property --setenv --uid --gid --nice --slice --on-active --on-calendar --on-boot --machine --host --description --working-directory | --user --scope --pty --wait --pipe -t -P -q -d -G --collect --quiet --no-block | session
flock | 1 | -w -E --timeout --wait --conflict-exit-code | -n -x -s -e -o -F -u -v --nonblock --exclusive --shared --close --nb --unlock | change
`
const WRAPPERS = new Map<string, Wrapper & { flags: ReadonlySet<string> }>()
for (const line of TABLE.trim().split('\n')) {
  const [names = '', skip = '', values = '', flags = '', bare = ''] = line
    .split('|')
    .map((part) => part.trim())
  for (const name of names.split(' ')) {
    const alone =
      bare === 'session'
        ? assess('destroy', `${name} opens a shell`)
        : assess(bare === 'read' ? 'read' : 'change', `${name} alone runs nothing`)
    WRAPPERS.set(name, {
      values: new Set(values.split(' ')),
      flags: new Set(flags.split(' ')),
      skip: Number(skip),
      bare: alone,
    })
  }
}

/** A command that runs the command behind it. */
export function wrapped(name: string): CommandRule | undefined {
  const wrapper = WRAPPERS.get(name)
  if (!wrapper) return undefined
  return (args, inside) => {
    const read = leading(args, wrapper.values, wrapper.flags, wrapper.skip)
    if (read.rest.length === 0) return wrapper.bare
    const own: Assessment[] = read.doubtful
      ? [assess('change', `${name} has an option that is not known here`)]
      : []
    if (
      ['strace', 'ltrace', 'time'].includes(name) &&
      read.options.some((option) => /^(-o|-O|--output)/.test(option))
    )
      own.push(assess('change', `${name} writes its report to a file`))
    if (
      read.options.some((option) => option === '-p' || option === '--attach') &&
      ['strace', 'ltrace'].includes(name)
    )
      own.push(assess('change', `${name} attaches to a running process`))
    return worst([inside.command(read.rest), ...own])
  }
}

/** The command behind leading options and operands. */
export function leading(
  args: readonly Field[],
  values: ReadonlySet<string>,
  flags: ReadonlySet<string>,
  skip: number,
): { rest: readonly Field[]; options: readonly string[]; doubtful: boolean } {
  const read = readArguments(args, values, flags)
  const first = read.operands[skip]
  const before = args.slice(0, first?.index ?? args.length)
  const own = readArguments(before, values, flags)
  const known = (name: string): boolean =>
    values.has(name) || flags.has(name) || (name.length > 2 && !name.startsWith('--'))
  return {
    rest: first ? args.slice(first.index) : [],
    options: own.options.map((option) => option.name),
    doubtful: own.options.some((option) => !known(option.name) && option.value === null),
  }
}

/** `env` sets variables, splits strings (`-S`) and runs what follows. */
export const env: CommandRule = (args, inside) => {
  const split = args.findIndex((arg) => /^(-[vi0]*S|--split-string)/.test(arg.text))
  if (split >= 0)
    return inside.script(joined(args.slice(split)).replace(/^(-[vi0]*S|--split-string)[= ]?/, ''))
  const read = leading(
    args,
    new Set(['-u', '-C', '-a', '--unset', '--chdir', '--argv0']),
    new Set(['-i', '-0', '-v', '--ignore-environment', '--null', '--debug']),
    0,
  )
  return assigned(read.rest, inside, assess('read', 'env shows the environment'), read.doubtful)
}

function assigned(
  argv: readonly Field[],
  inside: Inside,
  bare: Assessment,
  doubtful: boolean,
  root = false,
): Assessment {
  const start = argv.findIndex((arg) => !/^\w+=/.test(arg.text))
  const variables = (start < 0 ? argv : argv.slice(0, start)).map((arg) => {
    const [name = '', value = ''] = arg.text.split(/=(.*)/s)
    return assessVariable(name, { ...arg, text: value })
  })
  const doubt = doubtful ? [assess('change', 'an option is not known here')] : []
  const command = start < 0 ? bare : inside.command(argv.slice(start), { root })
  return worst([command, ...variables, ...doubt])
}

const SUDO_VALUES = new Set(
  '-u -g -h -p -C -c -r -t -T -U -D -R -a --user --group --host --prompt --close-from --role --type --other-user --chdir --chroot --command-timeout --auth-type --login-class'.split(
    ' ',
  ),
)
const SUDO_FLAGS = new Set(
  '-n -E -H -S -b -P -A -B -k -K -v -l -i -s -V --non-interactive --preserve-env --set-home --stdin --background --login --shell --list --validate --reset-timestamp --remove-timestamp --bell'.split(
    ' ',
  ),
)

/** What runs as root is judged by itself; what is not known there counts as `destroy`. */
export const sudo: CommandRule = (args, inside, name) => {
  const read = leading(args, SUDO_VALUES, SUDO_FLAGS, 0)
  const has = (...options: string[]): boolean =>
    options.some((option) => read.options.includes(option))
  if (has('-e', '--edit')) return assess('change', `${name} edits files as root`)
  if (read.rest.length === 0) {
    if (has('-l', '--list', '-V', '-v', '-k', '-K', '--validate', '--version'))
      return assess('read', `${name} shows what is allowed`)
    return assess('destroy', `${name} opens a root shell`)
  }
  if (has('-l', '--list') && !has('-s', '-i'))
    return assess('read', `${name} shows what is allowed`)
  return assigned(
    read.rest,
    inside,
    assess('change', `${name} sets variables`),
    read.doubtful,
    true,
  )
}

/** `su -c`, `runuser -c`, `sg group -c`, `script -c`: an option holds the script, otherwise a shell opens. */
export const shellOption: CommandRule = (args, inside, name) => {
  const read = readArguments(
    args,
    new Set([
      '-c',
      '--command',
      '--session-command',
      '-s',
      '-g',
      '-G',
      '-w',
      '-u',
      '--shell',
      '--user',
    ]),
    new Set(),
  )
  const script = read.options.find((option) =>
    /^(-c|--command|--session-command)$/.test(option.name),
  )?.value
  const own =
    name === 'script' &&
    !(read.operands.length > 0 && read.operands.every((one) => one.field.text === '/dev/null'))
      ? [assess('change', 'script records to a file')]
      : []
  if (script) return worst([inside.script(script.text, { root: name !== 'script' }), ...own])
  const behind =
    name === 'runuser' && read.options.some((option) => option.name === '-u')
      ? read.operands[0]
      : undefined
  if (behind) return inside.command(args.slice(behind.index), { root: true })
  return assess('destroy', `${name} opens a shell`)
}

/** Words joined and given to a shell: `watch`, `hyperfine`, `eval`. */
export const joinedScript =
  (values: string, flags = ''): CommandRule =>
  (args, inside, name) => {
    const read = leading(args, new Set(values.split(' ')), new Set(flags.split(' ')), 0)
    if (read.rest.length === 0) return assess('read', `${name} runs nothing`)
    if (!read.rest.every((one) => one.known) && name === 'eval')
      return assess('destroy', 'eval runs a text that is not shown')
    const doubt = read.doubtful
      ? [assess('change', `${name} has an option that is not known here`)]
      : []
    return worst([inside.script(joined(read.rest), { here: name === 'eval' }), ...doubt])
  }

/** `xargs` and `parallel`: the command gets words that are not shown. */
export const xargs: CommandRule = (args, inside, name) => {
  const values = new Set(
    '-a -d -E -I -J -L -n -P -R -S -s -j --arg-file --delimiter --eof --max-args --max-chars --max-lines --max-procs --process-slot-var --jobs --colsep --replace -C --joblog --results --timeout'.split(
      ' ',
    ),
  )
  const flags = new Set(
    '-0 -r -t -p -x -o -i -l --null --no-run-if-empty --verbose --interactive --exit --open-tty -k -X -m --bar --dry-run --will-cite'.split(
      ' ',
    ),
  )
  const behind = args.findIndex((arg) => arg.text === ':::' || arg.text === '::::')
  const own = behind < 0 ? args : args.slice(0, behind)
  const items = behind < 0 ? [] : args.slice(behind + 1)
  const read = leading(own, values, flags, 0)
  if (read.rest.length === 0)
    return name === 'xargs' ? assess('read', 'xargs prints its words') : runItems(items, inside)
  const given: Field = { text: '$ITEM', known: false, glob: false }
  const replace = own.findIndex((arg) => arg.text === '-I' || arg.text === '-J')
  const marker = (replace < 0 ? undefined : own[replace + 1]?.text) ?? '{}'
  const filled = read.rest.map((one) =>
    one.text.includes(marker) || one.text.includes('{}') ? fill(one, marker) : one,
  )
  const doubt = read.doubtful
    ? [assess('change', `${name} has an option that is not known here`)]
    : []
  const argv = [...filled, given]
  const found =
    name === 'parallel'
      ? inside.script(joined(argv))
      : inside.command(argv, { stdin: { kind: 'inherited' } })
  return worst([found, ...doubt])
}

/** A word with the place of an item filled in by what only the run knows. */
export function fill(one: Field, marker: string): Field {
  const text = one.text.replaceAll(marker, '$ITEM').replaceAll('{}', '$ITEM')
  return { text, known: text.includes(' ') ? one.known : false, glob: one.glob }
}

function runItems(items: readonly Field[], inside: Inside): Assessment {
  if (items.length === 0) return assess('destroy', 'parallel runs lines that are not shown')
  return worst(items.map((item) => inside.script(item.text)))
}
