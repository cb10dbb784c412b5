import { randomBytes } from 'node:crypto'
import type { ProgramAction } from '#contract/actions'
import type { Credentials, LeaseUse } from '#domains/credentials'
import { quoteWord } from './remote-program'

/**
 * Types a vault password at sudo's own prompt. The prompt carries a word that is new for each run (`SUDO_PROMPT`); a
 * program that knows it could show it, too, so before anything is typed the host is asked which process waits: only a
 * sudo that runs as root, in this program's session, with nothing under it, is told the password. Each sudo is told it
 * once. It needs a terminal, because sudo reads from nothing else.
 */
export interface SudoSession {
  /** What sudo has to ask with. */
  readonly prompt: string
  /** Gives back the program's own bytes, without the prompts; calls `asked` for each of them. */
  read(bytes: Buffer, asked: () => void): Buffer
  /** Answers a prompt. `find` asks the host for the waiting sudos. */
  answer(terminal: Terminal, find: () => Promise<readonly number[]>): Promise<void>
}

export interface Terminal {
  write(text: string): void
  /** For the operator, in the step's output. */
  tell(words: string): void
}

/** Control-C: what a person at the terminal would press. */
export const INTERRUPT = '\u0003'

export function createSudo(
  sudo: NonNullable<ProgramAction['sudo']>,
  use: LeaseUse,
  credentials: Pick<Credentials, 'lease'>,
): SudoSession {
  const hostName = use.subject
  const prompt = `[qd:${randomBytes(12).toString('hex')}]`
  const told = new Set<number>()
  const reader = createPromptReader(prompt)
  return {
    prompt,
    read: reader.read,
    async answer(terminal, find) {
      const waiting = await find()
      const asking = waiting.find((pid) => !told.has(pid))
      if (asking !== undefined) {
        told.add(asking)
        const { secret } = await credentials.lease(sudo.credentialId, {
          ...use,
          subject: `sudo on ${hostName}`,
        })
        terminal.write(`${secret.reveal()}\n`)
      } else if (waiting.length > 0) {
        terminal.tell(
          `sudo on ${hostName} did not take the password "${sudo.credentialName}". It was typed once, and is not typed again.`,
        )
        terminal.write(INTERRUPT)
      } else {
        terminal.tell('Something asked as sudo does, but no sudo waits there. Nothing was typed.')
      }
    },
  }
}

function createPromptReader(prompt: string) {
  const mark = Buffer.from(prompt)
  let held: Buffer = Buffer.alloc(0)
  let isAfterPrompt = false

  /** Sudo ends the line itself, since the password is not echoed. */
  function withoutNewline(bytes: Buffer): Buffer {
    if (!isAfterPrompt || bytes.length === 0) return bytes
    isAfterPrompt = false
    const found = /^\r?\n/.exec(bytes.subarray(0, 2).toString('latin1'))
    return bytes.subarray(found?.[0].length ?? 0)
  }
  return {
    read(bytes: Buffer, asked: () => void): Buffer {
      let rest = Buffer.concat([held, bytes])
      const own: Buffer[] = []
      for (let at = rest.indexOf(mark); at >= 0; at = rest.indexOf(mark)) {
        own.push(withoutNewline(rest.subarray(0, at)))
        rest = rest.subarray(at + mark.length)
        isAfterPrompt = true
        asked()
      }
      const settled = rest.length - endThatMayBegin(rest, mark)
      own.push(withoutNewline(rest.subarray(0, settled)))
      held = rest.subarray(settled)
      return Buffer.concat(own)
    },
  }
}

/** How many of the last bytes may be the beginning of `mark`. */
function endThatMayBegin(bytes: Buffer, mark: Buffer): number {
  for (let length = Math.min(mark.length - 1, bytes.length); length > 0; length--)
    if (bytes.subarray(bytes.length - length).equals(mark.subarray(0, length))) return length
  return 0
}

/** Prints the process ids of sudos that run as root in the session of `leader` and have started nothing yet. */
export function toFindSudoCommand(leader: number): string {
  const script = [
    `p=${leader} all= parents=' '`,
    'if [ -r /proc/self/stat ]; then',
    '  for f in /proc/[0-9]*/stat; do',
    '    { read -r s <"$f"; } 2>/dev/null || continue',
    '    n=${s%% *} c=${s#*\\(}; c=${c%\\)*}; set -- ${s##*) }',
    '    parents="$parents$2 "',
    '    if [ "$4" = "$p" ] && [ "$c" = sudo ]; then',
    '      while read -r k r e x; do',
    '        if [ "$k" = Uid: ] && [ "$e" = 0 ]; then all="$all $n"; fi',
    '      done <"/proc/$n/status"',
    '    fi',
    '  done',
    'else',
    '  list=$(ps -A -o pid= -o ppid= -o pgid= -o user= -o comm=)',
    '  while read -r n up g u c; do',
    '    parents="$parents$up "',
    '    case $g:$u:$c in "$p":root:sudo|"$p":root:*/sudo) all="$all $n" ;; esac',
    '  done <<EOF',
    '$list',
    'EOF',
    'fi',
    'for n in $all; do case $parents in *" $n "*) ;; *) echo "$n" ;; esac; done',
  ]
  return `exec /bin/sh -c ${quoteWord(script.join('\n'))}`
}

export const toPids = (answer: string) => answer.split(/\s+/).filter(Boolean).map(Number)
