import { assess, brief, worst } from './assessment'
import { readArguments } from './command-arguments'
import type { CommandRule, Field } from './shell-scope'
import { assessWrite, isDisk, isNowhere } from './shell-redirects'

const NONE: ReadonlySet<string> = new Set()
/** The whole disk a machine usually starts from. */
const ROOT_DISK = /^\/dev\/(sda|vda|xvda|hda|nvme0n1|mmcblk0|disk0)$/

function plain(path: string): string {
  return path.replaceAll(/\/(\.?\/)+/g, '/').replace(/(?<=.)\/$/, '')
}

/** Below a temporary folder, by a path without surprises. */
function isTemporary(target: Field): boolean {
  return (
    target.known &&
    /^\/(var\/)?tmp\/[^/?.]/.test(plain(target.text)) &&
    !/(^|\/)\.\.(\/|$)/.test(target.text)
  )
}

function isRoot(target: Field): boolean {
  return /^\/(\*|\.\*|\.)?$/.test(plain(target.text))
}

/** `rm` deletes for good; only below a temporary folder it is a change. */
export const rm: CommandRule = (args, _inside, name) => {
  const { options, operands } = readArguments(args, NONE, NONE)
  const targets = operands.map((operand) => operand.field)
  const recursive = options.some(
    ({ name: option }) =>
      option === '-r' || option === '-R' || (option.length > 3 && '--recursive'.startsWith(option)),
  )
  const unguarded = options.some(
    ({ name: option }) => option.length > 6 && '--no-preserve-root'.startsWith(option),
  )
  if (
    recursive &&
    targets.some(
      (target) => isRoot(target) && (unguarded || target.glob || plain(target.text) === '/'),
    )
  )
    return assess('forbidden', `${name} of / deletes the whole machine`)
  if (targets.length > 0 && targets.every((target) => isTemporary(target)))
    return assess('change', `${name} deletes temporary files`)
  return assess(
    'destroy',
    `${name} deletes ${brief(targets.map((target) => target.text).join(' ')) || 'files'}`,
  )
}

/** `mv` and `cp`: a change, unless nothing or a disk is on one end. */
export const move: CommandRule = (args, _inside, name) => {
  const { operands, options } = readArguments(
    args,
    new Set(['-t', '--target-directory', '-S', '--suffix']),
    NONE,
  )
  const paths = operands.map((operand) => operand.field)
  const target = options.find((option) => /^(-t|--target)/.test(option.name))?.value ?? paths.at(-1)
  if (!target) return assess('change', `${name} writes files`)
  if (isDisk(target)) return assess('destroy', `${name} writes to the device ${brief(target.text)}`)
  const nothing =
    name === 'mv'
      ? isNowhere(target)
      : paths.slice(0, -1).some((path) => path.text === '/dev/null' || path.text === '/dev/zero')
  if (nothing)
    return assess('destroy', `${name} empties ${brief(paths.map((path) => path.text).join(' '))}`)
  if (name === 'cp' && /^\/dev\/(stdout|stderr|tty)$/.test(target.text))
    return assess('read', 'cp prints a file')
  return assess('change', `${name} writes ${brief(target.text)}`)
}

/** `dd` writes its `of=`. */
export const dd: CommandRule = (args) => {
  const value = (key: string): Field | undefined => {
    const found = args.find((arg) => arg.text.startsWith(`${key}=`))
    return found && { ...found, text: found.text.slice(key.length + 1) }
  }
  const output = value('of')
  if (!output)
    return args.every((arg) => arg.known)
      ? assess('read', 'dd prints what it reads')
      : assess('destroy', 'what dd writes is not shown')
  if (
    ROOT_DISK.test(plain(output.text)) &&
    /^\/dev\/(zero|u?random|null)$/.test(value('if')?.text ?? '')
  )
    return assess('forbidden', `dd wipes the disk ${output.text}`)
  if (!output.known && !output.text.includes('/'))
    return assess('destroy', `what dd writes is not shown`)
  return assessWrite(output)
}

/** `mkfs` and its kind put an empty file system over whatever is there. */
export const format: CommandRule = (args, _inside, name) => {
  const { operands, options } = readArguments(
    args,
    new Set(
      '-t -L -n -U -E -O -b -N -m -i -F -S -s -f --type --label'
        .split(' ')
        .filter((one) => one !== '-F' && one !== '-n'),
    ),
    NONE,
  )
  if (
    options.some((option) => option.name === '-V' || option.name === '--version') &&
    operands.length === 0
  )
    return assess('read', `${name} shows its version`)
  const disk = operands.find((operand) => ROOT_DISK.test(plain(operand.field.text)))
  return disk
    ? assess('forbidden', `${name} formats the disk ${disk.field.text}`)
    : assess('destroy', `${name} formats a file system`)
}

/** `tee` writes its operands. */
export const tee: CommandRule = (args) => {
  const { operands, options } = readArguments(args, NONE, NONE)
  const how = options.some((option) => option.name === '-a' || option.name === '--append')
    ? 'appends'
    : 'overwrites'
  return worst([
    assess('read', 'tee prints what it reads'),
    ...operands.map(({ field }) =>
      field.text.startsWith('/dev/fd/') ? assess('read', 'tee prints') : assessWrite(field, how),
    ),
  ])
}

/** `truncate`: growing a file is a change, shrinking it loses data. */
export const truncate: CommandRule = (args) => {
  const { options } = readArguments(
    args,
    new Set(['-s', '-r', '--size', '--reference', '-o']),
    NONE,
  )
  const size = options.find((option) => /^(-s|--size)$/.test(option.name))?.value?.text ?? ''
  return /^[+>]/.test(size)
    ? assess('change', 'truncate grows a file')
    : assess('destroy', 'truncate cuts data off files')
}

/** `chmod -R` and its kind on the machine's own folders cannot be undone. */
export const permissions: CommandRule = (args, _inside, name) => {
  const { operands, options } = readArguments(args, new Set(['--reference', '--from']), NONE)
  const recursive = options.some((option) => option.name === '-R' || option.name === '--recursive')
  const system = operands
    .slice(1)
    .some(
      ({ field }) =>
        isRoot(field) ||
        /^\/(etc|usr|bin|sbin|lib|lib64|boot|var|dev|home|root|opt)(\/\*)?$/.test(
          plain(field.text),
        ),
    )
  if (recursive && system)
    return assess('destroy', `${name} -R on a system folder cannot be taken back`)
  return assess('change', `${name} changes who may use files`)
}

/** `tar`: by its mode; several of its options start programs. */
export const tar: CommandRule = (args) => {
  const [first, ...rest] = args
  const bare = first && !first.text.startsWith('-')
  const bundle = bare
    ? [{ ...first, text: `-${first.text.replaceAll(/[fbC]/g, '')}` }, ...rest]
    : args
  const { options } = readArguments(bundle, TAR_VALUES, NONE)
  const has = (pattern: RegExp): boolean => options.some((option) => pattern.test(option.name))
  if (options.some(startsProgram)) return assess('destroy', 'an option of tar starts a program')
  if (has(/^--(delete|remove-f)/)) return assess('destroy', 'tar deletes files')
  const toPipe = options.some(
    (option) => /^(-f|--file)$/.test(option.name) && option.value?.text === '-',
  )
  if (has(/^(-x|--extract|--get)$/) && !has(/^(-O|--to-stdout)$/))
    return assess('change', 'tar writes the files it unpacks')
  const looks = has(/^(-x|--extract|--get|-t|--list|-d|--diff|--compare|--version)$/)
  const prints = toPipe && !has(/^(-r|-u|-A|--append|--update)/)
  return looks || prints
    ? assess('read', 'tar prints or lists an archive')
    : assess('change', 'tar writes an archive')
}

const TAR_VALUES = new Set(
  '-C -f -I -F -T -X -b -N -K -H -V -g --directory --file --exclude --transform --use-compress-program --to-command --checkpoint-action --rsh-command --rmt-command --info-script --new-volume-script'.split(
    ' ',
  ),
)

function startsProgram({
  name,
  value,
}: {
  readonly name: string
  readonly value: Field | null
}): boolean {
  if (name === '-I' || name.startsWith('--use-c')) return !isPacker(value?.text)
  return name === '-F' || /^--(to-c|checkpoint-a|rsh|rmt|info-s|new-v)/.test(name)
}

function isPacker(program: string | undefined): boolean {
  return /^(p?xz|p?bzip2|gzip|pigz|zstd|zstdmt|lz4|lzop|lbzip2)( -[\dT]+)*$/.test(program ?? '')
}

/** `rsync`: a copy is a change, deleting on the other side destroys. */
export const rsync: CommandRule = (args) => {
  const { options, operands } = readArguments(args, RSYNC_VALUES, NONE)
  const has = (pattern: RegExp): boolean => options.some((option) => pattern.test(option.name))
  const shell = options.find((option) => option.name === '-e' || option.name.startsWith('--rs'))
    ?.value?.text
  if (shell !== undefined && !PLAIN_SSH.test(shell))
    return assess('destroy', 'rsync starts a program of its own')
  const asks = operands.some(({ field }) => /^[\w@.-]+:|^rsync:/.test(field.text))
    ? 'reach_out'
    : 'read'
  if (has(/^(-n|--dry-run|--list-only|--version)$/))
    return assess(asks, 'rsync shows what it would do')
  if (has(/^--(del|remove-so)/)) return assess('destroy', 'rsync deletes files')
  if (operands.length <= 1) return assess(asks, 'rsync lists files')
  const target = operands.at(-1)!.field
  return assess(isDisk(target) ? 'destroy' : 'change', `rsync writes ${brief(target.text)}`)
}

const RSYNC_VALUES = new Set(
  '-e -f -M -B -T --rsh --exclude --include --filter --rsync-path --log-file --files-from --exclude-from --include-from --bwlimit --timeout --port --password-file --backup-dir --suffix --chmod --chown --max-size --min-size --partial-dir --compare-dest --copy-dest --link-dest --temp-dir --out-format --remote-option'.split(
    ' ',
  ),
)
/** `ssh -p 22 -i key`, without an option that starts a command. */
const PLAIN_SSH =
  /^(?!.*(proxycommand|localcommand))ssh( +-(p|i|l|o|q|T|x|4|6|C|v|c|F)? ?[\w@./:=$~{}"-]+)*$/i

/** `kill -l` and `kill -0` only look. */
export const kill: CommandRule = (args, _inside, name) => {
  const first = args[0]?.text ?? ''
  if (
    /^(-l|-L|--list|--table|-0)$/.test(first) ||
    (args[0]?.text === '-s' && args[1]?.text === '0')
  )
    return assess('read', `${name} looks at processes`)
  return args.some((arg) => arg.text === '-1' && arg !== args[0])
    ? assess('destroy', `${name} stops every process`)
    : assess('change', `${name} stops processes`)
}
