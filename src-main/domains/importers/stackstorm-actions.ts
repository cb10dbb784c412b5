import { byHand, type DraftStep, type Report } from './draft'
import { inputNameOf, oneLine, slugOf } from './names'
import { commandCode } from './script-code'
import { type Part, quoted, type Splice } from './spliced-shell'
import { httpCode } from './stackstorm-http'
import { readInquiry } from './stackstorm-inquiry'
import type { Scope } from './stackstorm-scope'
import {
  type Fill,
  type Filled,
  fillText,
  findTemplates,
  literalOf,
  variableIn,
} from './stackstorm-templates'
import { type Item, NOTHING, shown } from './yaml-tree'

type Head = Pick<DraftStep, 'name' | 'title' | 'line' | 'prose'>
export type Body = Omit<DraftStep, keyof Head>

/** A task's action with what it is given. */
export interface Action {
  readonly ref: string
  readonly task: string
  readonly given: ReadonlyMap<string, Item>
}

export interface ActionContext {
  readonly report: Report
  readonly scope: Scope
  readonly fill: Fill
  /** Is this action a workflow among the files chosen together? Its runbook's name. */
  readonly runbookOf: (ref: string) => string | undefined
}

export type Refused = { readonly problem: string; readonly todo?: string }

/** One action as a step. What only StackStorm can do is left to a person, with everything it was given. */
export function readAction(action: Action, head: Head, context: ActionContext): Body {
  const made = bodyOf(action, head, context)
  if (!('problem' in made)) return made
  context.report.needsYou(
    head.line,
    `task ${action.task}: ${action.ref}`,
    `${upper(made.problem)}.`,
    made.todo ?? 'Do it by hand in the run, or write the step in the runbook.',
  )
  const given = new Map(
    [...action.given].filter(([, item]) => item.text !== undefined || item.list || item.map),
  )
  const original = [
    `action: ${action.ref}`,
    ...(given.size > 0 ? [shown({ ...NOTHING, map: given })] : []),
  ].join('\n')
  return byHand(head, `Not imported as a step that runs: ${made.problem}.`, original)
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Which actions run code whose standard output is theirs. */
export function givesOutput(ref: string): boolean {
  return /^core\.(local|local_sudo|remote|remote_sudo|echo|http)$/.test(ref)
}

function bodyOf(action: Action, head: Head, context: ActionContext): Body | Refused {
  switch (action.ref) {
    case 'core.local':
    case 'core.local_sudo':
      return commandStep(action, action.ref.endsWith('_sudo'), context)
    case 'core.remote':
    case 'core.remote_sudo':
      return remoteStep(action, context)
    case 'core.echo':
      return echoStep(action, context)
    case 'core.noop':
    case '':
      return { kind: 'code', language: 'sh', code: 'true', on: 'local' }
    case 'core.http':
      return httpCode(action, context)
    case 'core.pause':
      return pauseStep(action)
    case 'core.ask':
      return readInquiry(action, head, context)
    case 'core.announcement':
    case 'chatops.post_message':
    case 'slack.post_message':
    case 'slack.chat.postMessage':
      return noticeStep(action, context)
    default:
      return otherStep(action, head, context)
  }
}

export function textOf({ given }: Action, name: string): string | undefined {
  return given.get(name)?.text
}

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

function commandStep(
  action: Action,
  sudo: boolean,
  { fill, report }: ActionContext,
): Body | Refused {
  const command = textOf(action, 'cmd')
  if (command === undefined) return { problem: 'it has no command' }
  const splices = splicesOf(command, fill)
  if ('problem' in splices) return splices
  const made = commandCode(command, splices)
  if ('problem' in made) return made
  const asRoot = sudo || /^(true|yes|1)$/i.test(textOf(action, 'sudo') ?? '')
  if (asRoot && /[;&|<>()`$\n]/.test(command.replaceAll(/\{\{[\s\S]*?\}\}|<%[\s\S]*?%>/g, '')))
    return { problem: 'a whole command line would run as root' }
  const set = environmentOf(action, fill)
  if ('problem' in set) return set
  for (const key of [
    'env',
    'cwd',
    'kwarg_op',
    'username',
    'password',
    'private_key',
    'passphrase',
    'port',
    'bastion_host',
  ])
    if (action.given.has(key) && /user|pass|key|port|bastion/.test(key))
      report.needsYou(
        action.given.get(key)!.line,
        `task ${action.task}: ${key}`,
        'A connection says how a host is reached, and a credential as whom.',
        'Set it on the connection; a secret goes into the vault.',
      )
  const folder = folderOf(action, fill)
  if ('problem' in folder) return folder
  const code = [...set.lines, ...folder.lines, asRoot ? `sudo -n -- ${made.code}` : made.code].join(
    '\n',
  )
  return {
    kind: 'code',
    language: made.language,
    code,
    on: 'local',
    ...folder.at,
    ...timeoutOf(action, report),
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

export function timeoutOf(action: Action, report: Report): { timeout?: string } {
  const given = textOf(action, 'timeout')
  if (given !== undefined && !/^\d+$/.test(given))
    report.leftOut(
      action.given.get('timeout')!.line,
      `task ${action.task}: timeout`,
      'How long it may take is worked out by StackStorm; here it has 5 minutes.',
      'Give the step a `qd.timeout`.',
    )
  const seconds = Number(textOf(action, 'timeout') ?? '')
  return Number.isInteger(seconds) && seconds > 0
    ? { timeout: `${Math.min(seconds, 86_400)}s` }
    : {}
}

function remoteStep(action: Action, context: ActionContext): Body | Refused {
  const step = commandStep(action, action.ref.endsWith('_sudo'), context)
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

function echoStep(action: Action, { fill }: ActionContext): Body | Refused {
  const filled = fillText(textOf(action, 'message') ?? '', fill)
  if ('problem' in filled) return filled
  return { kind: 'code', language: 'sh', code: `echo ${quoted(filled.parts)}`, on: 'local' }
}

function pauseStep(action: Action): Body | Refused {
  const seconds = Number(textOf(action, 'max_pause') ?? textOf(action, 'delay') ?? '')
  if (!Number.isInteger(seconds) || seconds <= 0 || seconds > 86_400)
    return { problem: 'it is not known how long it waits' }
  return { kind: 'wait', language: 'text', code: `Waits ${seconds} s.`, timer: `${seconds}s` }
}

function noticeStep(action: Action, { fill, report }: ActionContext): Body | Refused {
  const message = textOf(action, 'message') ?? textOf(action, 'text') ?? ''
  const filled = fillText(message, fill)
  const words = 'problem' in filled ? undefined : literalOf(filled)
  if (words === undefined || words.trim() === '')
    return { problem: 'it posts a message that is put together from values' }
  report.changed(
    action.given.get('message')?.line ?? 1,
    `task ${action.task}`,
    `\`${action.ref}\` posts to a chat; here it is a notice of Quarterdeck.`,
  )
  return { kind: 'notify', language: 'text', code: words }
}

/** A workflow of the same choice is called; of any other action nobody here knows what it does. */
function otherStep(
  action: Action,
  head: Head,
  { runbookOf, fill, report }: ActionContext,
): Body | Refused {
  const runbook = runbookOf(action.ref)
  if (runbook === undefined)
    return {
      problem: `the action \`${oneLine(action.ref, 80)}\` is only in StackStorm`,
      todo: `If it is a workflow, choose its file as well, or call its runbook with qd.run=${slugOf(action.ref.replace(/^.*\./, ''))}; otherwise write the step by hand.`,
    }
  const inputs: Record<string, string> = {}
  for (const [name, item] of action.given) {
    const value = valueFor(fillText(item.text ?? shown(item), fill))
    if (typeof value !== 'string') return { problem: `\`${oneLine(name, 40)}\`: ${value.problem}` }
    inputs[inputNameOf(name)] = value
  }
  report.needsYou(
    head.line,
    `task ${action.task}: ${action.ref}`,
    `It calls the runbook \`${runbook}\`, which has to be there.`,
    'Keep the runbook of that workflow as well.',
  )
  return {
    kind: 'call',
    language: 'text',
    code: `Runs the runbook ${runbook}.`,
    call: { runbook, inputs },
  }
}

function valueFor(filled: Filled): string | Refused {
  if ('problem' in filled) return filled
  const input = variableIn(filled)
  return input === undefined
    ? (literalOf(filled) ?? { problem: 'it is put together from several parts' })
    : `{{${input}}}`
}
