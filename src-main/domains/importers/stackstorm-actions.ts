import { byHand } from './draft'
import { inputNameOf, oneLine, slugOf } from './names'
import { quoted } from './spliced-shell'
import {
  type Action,
  type ActionContext,
  type Body,
  type Head,
  type Refused,
  textOf,
} from './stackstorm-action'
import { commandStep, remoteStep } from './stackstorm-commands'
import { httpCode } from './stackstorm-http'
import { readInquiry } from './stackstorm-inquiry'
import { type Filled, fillText, literalOf, variableIn } from './stackstorm-templates'
import { NOTHING, shown } from './yaml-tree'

/** One action as a step. What only StackStorm can do is left to a person, with everything it was given. */
export function readAction(action: Action, head: Head, context: ActionContext): Body {
  const made = (MAKERS.get(action.ref) ?? otherStep)(action, head, context)
  if (!('problem' in made)) return made
  context.report.needsYou(
    head.line,
    `task ${action.task}: ${action.ref}`,
    `${upper(made.problem)}.`,
    made.todo ?? 'Do it by hand in the run, or write the step in the runbook.',
  )
  return byHand(head, `Not imported as a step that runs: ${made.problem}.`, asWritten(action))
}

/** An action for a person to read. */
export function asWritten({ ref, given }: Action): string {
  const said = [...given].filter(([, { text, list, map }]) => text !== undefined || list || map)
  const details = said.length > 0 ? [shown({ ...NOTHING, map: new Map(said) })] : []
  return [`action: ${ref}`, ...details].join('\n')
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Which actions run code whose standard output is theirs. */
export function givesOutput(ref: string): boolean {
  return /^core\.(local|local_sudo|remote|remote_sudo|echo|http)$/.test(ref)
}

type Maker = (action: Action, head: Head, context: ActionContext) => Body | Refused

const nothing: Maker = () => ({ kind: 'code', language: 'sh', code: 'true', on: 'local' })
const command: Maker = (action, _, context) => commandStep(action, context)
const remote: Maker = (action, _, context) => remoteStep(action, context)

/** Actions of which it is known what they do. */
const MAKERS = new Map<string, Maker>([
  ['core.local', command],
  ['core.local_sudo', command],
  ['core.remote', remote],
  ['core.remote_sudo', remote],
  ['core.echo', (action, _, context) => echoStep(action, context)],
  ['core.noop', nothing],
  ['', nothing],
  ['core.http', (action, _, context) => httpCode(action, context)],
  ['core.pause', pauseStep],
  ['core.ask', readInquiry],
  ...[
    'core.announcement',
    'chatops.post_message',
    'slack.post_message',
    'slack.chat.postMessage',
  ].map((ref): [string, Maker] => [ref, (action, _, context) => noticeStep(action, context)]),
])

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
