import { randomBytes } from 'node:crypto'
import type { ProgramAction } from '#contract/actions'
import { GRACE_MS } from '#domains/connectors'

/**
 * One word as POSIX shells read it. Single quotes as far as they reach; `'`, `\` and `!` are written so that fish and
 * csh, which may be somebody's login shell, read them alike.
 */
export function quoteWord(word: string): string {
  if (word === '') return "''"
  const parts = word.match(/'+|\\+|!+|[^'\\!]+/g) ?? []
  return parts.map(quotePart).join('')
}

function quotePart(part: string): string {
  if (part.startsWith("'")) return `"${part}"`
  if (part.startsWith('\\') || part.startsWith('!')) return part.replace(/./g, String.raw`\$&`)
  return `'${part}'`
}

/** Linux gives one argument 128 KiB (MAX_ARG_STRLEN), and sshd hands the whole command to the shell as one. */
const LONGEST_COMMAND_BYTES = 130_000

/** What a host is asked to run, and how to know its answer from everything else a login shell may print. */
export interface RemoteProgram {
  readonly command: string
  readonly isTooLong: boolean
  createReader(): MarkReader
}

export type Mark =
  | { readonly state: 'started'; readonly leader: number; readonly isLeader: boolean }
  | { readonly state: 'no_folder' | 'no_program' | 'other_file' }

/** What a program's terminal is for, if it has one: `isShown`, the step wanted it; else sudo alone does. */
export type TerminalUse = 'its own' | { readonly sudoPrompt: string; readonly isShown: boolean }

type Runnable = Pick<ProgramAction, 'cwd' | 'env' | 'interpreter' | 'script'>

/**
 * A small script, read by the host's own `/bin/sh`, that tells its process id and then becomes the program: the id is
 * also that of its session and process group, which is how all of it is found again when it has to be stopped. Values
 * travel as arguments of `env`, because sshd accepts few variables (AcceptEnv). With `sha256` the script is the path of a
 * file, which has to have this checksum.
 */
export function toRemoteProgram(
  { cwd, env, interpreter, script }: Runnable,
  terminal: TerminalUse = 'its own',
  sha256?: string,
): RemoteProgram {
  const token = randomBytes(8).toString('hex')
  const say = (state: string) => String.raw`printf '\001qd:${token}:${state}\002'`
  const program = [...interpreter, script].map(quoteWord).join(' ')
  const prompt =
    typeof terminal === 'string' ? [] : [{ name: 'SUDO_PROMPT', value: terminal.sudoPrompt }]
  const values = [...env, ...prompt]
    .map(({ name, value }) => `${name}=${quoteWord(value)}`)
    .join(' ')
  const isForSudo = typeof terminal !== 'string' && !terminal.isShown
  const lines = [
    ...(cwd === null
      ? []
      : [`cd -- ${quoteWord(toPath(cwd))} || { ${say('no_folder')}; exit 1; }`]),
    `command -v ${quoteWord(interpreter[0]!)} >/dev/null || { ${say('no_program')}; exit 1; }`,
    ...(sha256 === undefined ? [] : checkOf(script, sha256, say('other_file'))),
    // sshd makes each command the leader of a session. Where a server does not, setsid does.
    ...LEADER,
    `${say('%s:%s')} "$$" "$qd_own"`,
    // Sudo alone needs the terminal: the program's input is empty and its lines end as they do without one.
    ...(isForSudo ? ['stty -echo -onlcr 2>/dev/null'] : []),
    `exec $qd_lead env ${values} ${program}${isForSudo ? ' </dev/null' : ''}`,
  ]
  const command = `exec /bin/sh -c ${quoteWord(lines.join('\n'))}`
  return {
    command,
    isTooLong: Buffer.byteLength(command) > LONGEST_COMMAND_BYTES,
    createReader: () => createMarkReader(token),
  }
}

/** Whatever this system calls its checksum program. */
function checkOf(path: string, sha256: string, complain: string): string[] {
  const file = quoteWord(path)
  const programs = ['sha256sum', 'shasum -a 256', 'openssl dgst -sha256 -r', 'sha256 -q']
  const sum = programs.map((program) => `${program} <${file} 2>/dev/null`).join(' || ')
  return [`case "$(${sum})" in ${sha256}*) ;; *) ${complain}; exit 1 ;; esac`]
}

/** Sets `$qd_own` to 1 when `$$` is, or with `$qd_lead` becomes, a process group's leader; see proc_pid_stat(5). */
const LEADER = [
  'qd_own=1 qd_lead= qd_stat=',
  '{ read -r qd_stat </proc/$$/stat; } 2>/dev/null || qd_stat="0 (x) x 0 $(ps -o pgid= -p $$)"',
  'set -- ${qd_stat##*) }',
  'if [ "$3" != "$$" ]; then',
  '  if command -v setsid >/dev/null; then qd_lead=setsid; else qd_own=0; fi',
  'fi',
  'set --',
]

/** `-` alone would mean the folder before, and CDPATH would be searched. */
function toPath(cwd: string): string {
  return cwd.startsWith('/') ? cwd : `./${cwd}`
}

export interface MarkReader {
  mark(): Mark | undefined
  /** Resolves when the mark came. */
  readonly marked: Promise<void>
  /** What came before the mark: the login shell's own words. */
  noise(): string
  /** Gives back the program's own bytes. */
  read(bytes: Buffer): Buffer
}

const LONGEST_NOISE = 64 * 1024

function createMarkReader(token: string): MarkReader {
  const opening = Buffer.from(`\u0001qd:${token}:`)
  let before = Buffer.alloc(0)
  let mark: Mark | undefined
  const marked = Promise.withResolvers<void>()
  return {
    mark: () => mark,
    marked: marked.promise,
    noise: () => before.toString('utf8').trim(),
    read(bytes) {
      if (mark) return bytes
      const all = Buffer.concat([before, bytes])
      const from = all.indexOf(opening)
      const to = from < 0 ? -1 : all.indexOf('\u0002', from)
      if (to < 0) {
        before = all.subarray(-LONGEST_NOISE)
        return Buffer.alloc(0)
      }
      mark = toMark(all.subarray(from + opening.length, to).toString('latin1'))
      marked.resolve()
      before = all.subarray(0, from)
      return all.subarray(to + 1)
    },
  }
}

function toMark(text: string): Mark {
  if (text === 'no_folder' || text === 'no_program' || text === 'other_file') return { state: text }
  const [leader, own] = text.split(':')
  return { state: 'started', leader: Number(leader), isLeader: own === '1' }
}

const KILL_SECONDS = 2

/** Printed by the stop script when nothing of the program is left. */
export const GONE = 'qd-gone'

/**
 * Ends a program and all it started: SIGTERM, and SIGKILL to what is left after the grace. It looks for the session
 * as well as the group, because `timeout` and shells with job control make groups of their own. Zombies count as gone.
 */
export function toStopCommand(leader: number): string {
  const grace = Math.ceil(GRACE_MS / 1000)
  const script = [
    `p=${leader}`,
    'left() {',
    '  if [ -r /proc/self/stat ]; then',
    '    for f in /proc/[0-9]*/stat; do',
    '      { read -r s <"$f"; } 2>/dev/null || continue',
    '      n=${s%% *}; set -- ${s##*) }',
    '      case $1 in Z|X) continue ;; esac',
    '      if [ "$3" = "$p" ] || [ "$4" = "$p" ]; then echo "$n"; fi',
    '    done',
    '  else',
    '    ps -A -o pid= -o pgid= | while read -r n g; do [ "$g" = "$p" ] && echo "$n"; done',
    '  fi',
    '}',
    'tell() { kill -s "$1" -- "-$p"; for n in $(left); do kill -s "$1" "$n"; done; } 2>/dev/null',
    'tell TERM',
    'end=$(($(date +%s) + 1)) # the second that runs already',
    'while [ -n "$(left)" ]; do',
    '  now=$(date +%s)',
    `  [ "$now" -lt $((end + ${grace})) ] || tell KILL`,
    `  [ "$now" -lt $((end + ${grace + KILL_SECONDS})) ] || break`,
    '  sleep 0.1 2>/dev/null || sleep 1',
    'done',
    `[ -n "$(left)" ] || echo ${GONE}`,
  ]
  return `exec /bin/sh -c ${quoteWord(script.join('\n'))}`
}
