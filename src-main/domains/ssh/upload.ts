import { createHash, randomBytes } from 'node:crypto'
import type { ProgramAction } from '#contract/actions'
import type { Log } from '#platform/log'
import { ask } from './ask'
import type { Pool, Way } from './pool'
import { quoteWord } from './remote-program'

/** A script that lies on the host as a file: in a folder of its own that nobody else may look into. */
export interface UploadedScript {
  readonly path: string
  readonly sha256: string
  remove(): Promise<void>
}

const UPLOAD_MS = 60_000
const REMOVE_MS = 5_000

/**
 * Brings a script to the host through `cat`, which is there wherever commands run; SFTP is often switched off. Undefined
 * when the host did not take it. The checksum is compared on the host, right before the script runs.
 */
export async function uploadScript(
  needs: { readonly pool: Pool; readonly log: Log },
  way: Way,
  script: string,
): Promise<UploadedScript | undefined> {
  const bytes = Buffer.from(script)
  const token = randomBytes(8).toString('hex')
  const steps = [
    'umask 077',
    'd=$(mktemp -d "${TMPDIR:-/tmp}/quarterdeck.XXXXXXXX") || exit 1',
    'trap \'rm -rf -- "$d"\' HUP TERM INT',
    `cat >"$d/script" || { rm -rf -- "$d"; exit 1; }`,
    `printf '%s' "${token}:$d:${token}"`,
  ]
  const command = `exec /bin/sh -c ${quoteWord(steps.join('\n'))}`
  const answer = await ask(needs, way, command, { ms: UPLOAD_MS, input: bytes })
  const folder = answer.split(`${token}:`)[1]?.split(`:${token}`)[0]
  if (!folder?.startsWith('/')) return undefined
  const removal = `exec /bin/sh -c ${quoteWord(`rm -rf -- ${quoteWord(folder)}`)}`
  return {
    path: `${folder}/script`,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    async remove() {
      await ask(needs, way, removal, { ms: REMOVE_MS })
    },
  }
}

type Interpreter = ProgramAction['interpreter']

/** The flag after which an interpreter takes a script as an argument, and what takes its place before a file. */
const FLAGS: readonly (readonly [program: RegExp, flag: RegExp, instead: string])[] = [
  [/^(ba|da|a|k|mk|z)?sh$/, /^-c$/, ''],
  [/^(ba|da|a|k|mk|z)?sh$/, /c$(?<=^-[a-z]+)/, '-'],
  [/^python[\d.]*$/, /^-c$/, ''],
  [/^(node|perl|ruby)$/, /^-e$/, ''],
  [/^(pwsh|powershell)$/i, /^-(c|command)$/i, '-File'],
]

/** The same interpreter, told to read a file instead of an argument; undefined when nobody knows how it is told. */
export function toFileInterpreter(interpreter: Interpreter): Interpreter | undefined {
  const [program = '', ...options] = interpreter
  const name = program.replace(/^.*[\\/]/, '').replace(/\.exe$/i, '')
  const last = options.pop() ?? ''
  const found = FLAGS.find(([fits, flag]) => fits.test(name) && flag.test(last))
  if (!found) return undefined
  const [, , instead] = found
  const flag = instead === '-' ? last.slice(0, -1) : instead // `-euc` keeps its `-eu`
  return [program, ...options, ...(flag === '' ? [] : [flag])]
}
