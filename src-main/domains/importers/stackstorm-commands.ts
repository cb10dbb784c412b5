import { oneLine } from './names'
import { commandCode, type StepCode } from './script-code'
import { type Part, quoted, type Splice } from './spliced-shell'
import {
  type Action,
  type ActionContext,
  type Body,
  type Refused,
  textOf,
  timeoutOf,
} from './stackstorm-action'
import { type Fill, fillText, findTemplates, literalOf, variableIn } from './stackstorm-templates'

/** A template in a command becomes a variable of the environment, quoted as the place needs it. */
function splicesOf(code: string, fill: Fill): readonly Splice[] | Refused {
  const splices: Splice[] = []
  for (const { from, to, expression } of findTemplates(code)) {
    const filled = fill(expression)
    if ('problem' in filled) return filled
    splices.push({ from, to, parts: filled.parts })
  }
  return splices
}

/** A command line, in its environment and folder. */
export function commandStep(action: Action, context: ActionContext): Body | Refused {
  const made = commandOf(action, context.fill)
  if ('problem' in made) return made
  const set = environmentOf(action, context.fill)
  if ('problem' in set) return set
  const folder = folderOf(action, context.fill)
  if ('problem' in folder) return folder
  reportAccess(action, context)
  const code = [...set.lines, ...folder.lines, made.code].join('\n')
  return {
    kind: 'code',
    language: made.language,
    code,
    on: 'local',
    ...folder.at,
    ...timeoutOf(action, context.report),
  }
}

function commandOf(action: Action, fill: Fill): StepCode | Refused {
  const written = textOf(action, 'cmd')
  if (written === undefined) return { problem: 'it has no command' }
  const splices = splicesOf(written, fill)
  if ('problem' in splices) return splices
  const made = commandCode(written, splices)
  if ('problem' in made || !isRoot(action)) return made
  return isOneProgram(written)
    ? { ...made, code: `sudo -n -- ${made.code}` }
    : { problem: 'a whole command line would run as root' }
}

function isRoot(action: Action): boolean {
  return action.ref.endsWith('_sudo') || /^(true|yes|1)$/i.test(textOf(action, 'sudo') ?? '')
}

/** One program with its arguments: all that `sudo` can be put before. */
function isOneProgram(command: string): boolean {
  return !/[;&|<>()`$\n]/.test(command.replaceAll(/\{\{[\s\S]*?\}\}|<%[\s\S]*?%>/g, ''))
}

function reportAccess({ given, task }: Action, { report }: ActionContext): void {
  for (const key of ['username', 'password', 'private_key', 'passphrase', 'port', 'bastion_host']) {
    const item = given.get(key)
    if (item)
      report.needsYou(
        item.line,
        `task ${task}: ${key}`,
        'A connection says how a host is reached, and a credential as whom.',
        'Set it on the connection; a secret goes into the vault.',
      )
  }
}

function environmentOf({ given }: Action, fill: Fill): { lines: string[] } | Refused {
  const lines: string[] = []
  for (const [name, value] of given.get('env')?.map ?? []) {
    const filled = fillText(value.text ?? '', fill)
    if ('problem' in filled) return filled
    if (!/^[A-Za-z_]\w*$/.test(name))
      return { problem: `\`${oneLine(name, 40)}\` is no name of a variable` }
    lines.push(`export ${name}=${quoted(filled.parts)}`)
  }
  return { lines }
}

function folderOf(action: Action, fill: Fill): { lines: string[]; at: { cwd?: string } } | Refused {
  const folder = textOf(action, 'cwd')
  if (folder === undefined || folder === '') return { lines: [], at: {} }
  const filled = fillText(folder, fill)
  if ('problem' in filled) return filled
  const literal = literalOf(filled)
  if (literal?.startsWith('/')) return { lines: [], at: { cwd: literal } }
  return { lines: [`cd -- ${quoted(filled.parts)}`], at: {} }
}

/** The same on other hosts, which are connections here. */
export function remoteStep(action: Action, context: ActionContext): Body | Refused {
  const step = commandStep(action, context)
  if ('problem' in step) return step
  const filled = fillText(textOf(action, 'hosts') ?? '', context.fill)
  if ('problem' in filled) return { problem: `its hosts: ${filled.problem}` }
  const on = targetOf(filled)
  if (on === undefined) return { problem: 'its hosts are put together by StackStorm' }
  context.report.needsYou(
    action.given.get('hosts')?.line ?? 1,
    `task ${action.task}: hosts`,
    `It runs on \`${on}\`: a connection's name or tag.`,
    'Make the connection, or change `qd.on`.',
  )
  return { ...step, on }
}

function targetOf(filled: { readonly parts: readonly Part[] }): string | undefined {
  const input = variableIn(filled)
  if (input !== undefined) return `{{${input}}}`
  const hosts = literalOf(filled)
    ?.split(/[\s,]+/)
    .filter((host) => host !== '')
  return hosts !== undefined && hosts.length > 0 && hosts.every((host) => /^[\w.@:-]+$/.test(host))
    ? hosts.join(',')
    : undefined
}
