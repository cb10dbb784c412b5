import type { DraftStep } from './draft'
import { oneLine } from './names'
import type { Action, ActionContext, Body } from './stackstorm-action'
import { at, type Item, listOf, NOTHING } from './yaml-tree'

/**
 * `core.ask` as an approval. In StackStorm any answer that fits the schema is a success, also "approved: false"; here
 * a refusal stops the run. Other questions become inputs, asked before the run.
 */
export function readInquiry(
  action: Action,
  head: Pick<DraftStep, 'line'>,
  context: ActionContext,
): Body {
  const { report, scope } = context
  const schema = action.given.get('schema') ?? NOTHING
  const questions: string[] = []
  for (const [field, question] of at(schema, 'properties').map ?? []) {
    const words = oneLine(at(question, 'description').text ?? field, 300)
    if (at(question, 'type').text === 'boolean') questions.push(words)
    else scope.answerField(action.task, field, question, question.line)
  }
  reportAsked(action, head.line, context)
  report.changed(
    head.line,
    `task ${action.task}: core.ask`,
    'It is an approval: a refusal, or no answer, stops the run. StackStorm goes on after any answer, unless the workflow looks at it.',
    'Check that what happened after a "no" is not needed.',
  )
  return {
    kind: 'approval',
    language: 'text',
    code: questions.length > 0 ? questions.join('\n') : 'May the run go on?',
  }
}

function reportAsked({ given, task }: Action, line: number, { report }: ActionContext): void {
  const who = ['users', 'roles'].flatMap((key) =>
    listOf(given.get(key) ?? NOTHING).map(({ text }) => text ?? ''),
  )
  if (who.length > 0)
    report.needsYou(
      line,
      `task ${task}: users, roles`,
      `Only ${oneLine(who.join(', '), 200)} may answer in StackStorm; here whoever may approve.`,
      'Say in the policy who approves this.',
    )
  if (minutesOf(given.get('ttl')) !== undefined)
    report.changed(
      line,
      `task ${task}: ttl`,
      `It waits ${minutesOf(given.get('ttl'))} minutes for an answer; here approvals expire as the settings say.`,
    )
  if (given.get('route')?.text)
    report.leftOut(
      line,
      `task ${task}: route`,
      `Who is told is decided by rules on \`${oneLine(given.get('route')!.text!, 60)}\`.`,
      'Set up notifications in Quarterdeck.',
    )
}

function minutesOf(ttl: Item | undefined): number | undefined {
  const minutes = Number(ttl?.text ?? '')
  return Number.isFinite(minutes) && minutes > 0 ? minutes : undefined
}
