import type { RunbookInput } from '#contract/runbooks'
import type { Report } from './draft'
import { freeName, inputNameOf, oneLine, variableOf } from './names'
import { inputFrom } from './stackstorm-inputs'
import { type Asked, type Fill, type Filled, fillText } from './stackstorm-templates'
import { type Item, NOTHING } from './yaml-tree'

/** What the names in a workflow stand for, as far as the steps before say. */
export interface Scope {
  readonly inputs: RunbookInput[]
  readonly outputs: string[]
  /** Tasks that became steps with an output of their own. */
  readonly runs: Set<string>
  /** Steps whose standard output is read, and the name it has then. */
  readonly stdout: Map<string, string>
  declare(name: string, item: Item, parameter: Item | undefined): void
  /** A variable of `vars`; what StackStorm works out at the start is asked for. */
  start(name: string, item: Item): void
  /** A variable that is worth what a text says, published by a task. */
  publish(name: string, text: string, fill: Fill): void
  forget(name: string, why: string): void
  /** Fields of an inquiry's answer become inputs, asked before the run. */
  answerField(task: string, field: string, schema: Item, line: number): void
  /** The one item that a step is for, of a list written out in the workflow. */
  setItem(name: string | undefined, text: string | undefined): void
  /** What a step reads: outputs that it needs are given from now on. */
  filler(current: string | undefined): Fill
  /** The same for what is only published, and perhaps never read. */
  quietFiller(current: string | undefined): Fill
}

interface Needs {
  readonly report: Report
  readonly read: (expression: string) => Asked
}

/** Names begin with the workflow's inputs; publishing adds to them in the order of the steps. */
export function createScope({ report, read }: Needs): Scope {
  const known: Known = {
    report,
    inputs: [],
    outputs: [],
    taken: new Set(),
    values: new Map(),
    stdout: new Map(),
    named: new Map(),
    runs: new Set(),
  }
  const { inputs, outputs, taken, stdout, runs, values } = known
  const quietFiller =
    (current: string | undefined): Fill =>
    (expression) =>
      fillIn(read(expression), expression, current, known)
  const filler =
    (current: string | undefined): Fill =>
    (expression) =>
      noteOutputs(fillIn(read(expression), expression, current, known), known)
  const declared = (key: string, name: string, item: Item, parameter: Item | undefined) => {
    const input = inputFrom(name, item, parameter, taken, report)
    if (input) inputs.push(input)
    values.set(
      key,
      input
        ? { parts: [{ variable: variableOf(input.name) }] }
        : { problem: `\`${oneLine(name, 60)}\` is a secret` },
    )
    return input
  }
  return {
    inputs,
    outputs,
    stdout,
    runs,
    filler,
    quietFiller,
    declare: (name, item, parameter) => void declared(name, name, item, parameter),
    start: (name, item) =>
      void values.set(name, atStart(name, item, quietFiller(undefined), known)),
    publish: (name, text, fill) => void values.set(name, publishedAs(name, fillText(text, fill))),
    forget: (name, why) => void values.set(name, { problem: why }),
    setItem(name, text) {
      for (const key of ['item ', `item ${name ?? ''}`])
        if (text === undefined) values.delete(key)
        else values.set(key, { parts: [{ text }] })
    },
    answerField(task, field, schema, line) {
      const input = declared(`answer ${task}.${field}`, field, { ...NOTHING, line }, schema)
      if (input)
        report.changed(
          line,
          `answer ${field}`,
          `StackStorm asks for it in the middle of the workflow; here the input \`${input.name}\` is asked before the run.`,
        )
    },
  }
}

function publishedAs(name: string, filled: Filled): Filled {
  const isLong = 'parts' in filled && filled.parts.length > MOST_PARTS
  return isLong
    ? { problem: `\`${oneLine(name, 60)}\` is put together from too many parts` }
    : filled
}

/** A workflow that publishes onto itself again and again would grow without end. */
const MOST_PARTS = 50

interface Known extends Pick<Scope, 'inputs' | 'outputs' | 'stdout' | 'runs'> {
  readonly report: Report
  readonly taken: Set<string>
  /** The name that a task's output has, if it is ever read. */
  readonly named: Map<string, string>
  /** Variables by name; `item …`, `answer …` and `st2kv …` beside them. */
  readonly values: Map<string, Filled>
}

function fillIn(
  asked: Asked,
  expression: string,
  current: string | undefined,
  known: Known,
): Filled {
  if (asked.kind === 'stdout') return outputOf(asked.task ?? current, known)
  if (asked.kind === 'store') return storeValue(asked.key, known)
  const [key, otherwise] = keyOf(asked, expression, current)
  return known.values.get(key) ?? { problem: otherwise }
}

/** Under which key a value is known, and what to say when it is not. */
function keyOf(
  asked: Exclude<Asked, { kind: 'stdout' | 'store' }>,
  expression: string,
  current: string | undefined,
): [string, string] {
  if (asked.kind === 'variable')
    return [asked.name, `nothing here sets \`${oneLine(asked.name, 60)}\``]
  if (asked.kind === 'answer')
    return [
      `answer ${asked.task ?? current ?? ''}.${asked.field}`,
      'the answer is no field of the inquiry',
    ]
  if (asked.kind === 'item')
    return [`item ${asked.name ?? ''}`, 'it goes through a list, which a step does not']
  return ['', `\`${oneLine(expression, 80) || 'a Jinja statement'}\` is worked out by StackStorm`]
}

function outputOf(task: string | undefined, { named, runs, taken }: Known): Filled {
  if (task === undefined || !runs.has(task))
    return {
      problem: `the result of \`${oneLine(task ?? 'the task', 60)}\` is not there: no code runs in that step`,
    }
  const name = named.get(task) ?? freeName(inputNameOf(`${task}_stdout`), taken, '_')
  named.set(task, name)
  return { parts: [{ variable: variableOf(name) }] }
}

/** A step that gives an output stops at more than one line, so only those give one that are read. */
function noteOutputs(filled: Filled, { named, stdout, outputs, report }: Known): Filled {
  const variables =
    'parts' in filled
      ? filled.parts.flatMap((part) => ('variable' in part ? part.variable : []))
      : []
  for (const [task, name] of named) {
    if (stdout.has(task) || !variables.includes(variableOf(name))) continue
    stdout.set(task, name)
    outputs.push(name)
    report.changed(
      1,
      `output of ${oneLine(task, 60)}`,
      `Later steps read it as \`${name}\`: one line, without the space around it. More than one line stops the run.`,
    )
  }
  return filled
}

/** A value of the datastore is asked for, once. */
function storeValue(key: string, known: Known): Filled {
  const label = `Datastore value ${oneLine(key, 60)}`
  const value =
    known.values.get(`st2kv ${key}`) ??
    ask(
      key.replace(/^(system|user)[.:]/, ''),
      label,
      1,
      "It is kept in StackStorm's datastore",
      known,
    )
  known.values.set(`st2kv ${key}`, value)
  return value
}

/** A variable of `vars`: what StackStorm works out at the start is asked for, unless it is a secret. */
function atStart(
  name: string,
  { text = '', list, map, line }: Item,
  fill: Fill,
  known: Known,
): Filled {
  if (list || map) return { problem: `\`${oneLine(name, 60)}\` is a list or a map` }
  const filled = fillText(text, fill)
  if ('parts' in filled || /decrypt/i.test(text)) return filled
  return ask(
    name,
    `Variable ${oneLine(name, 60)}`,
    line,
    `StackStorm works it out at the start: ${oneLine(text)}`,
    known,
  )
}

function ask(
  name: string,
  label: string,
  line: number,
  why: string,
  { inputs, taken, report }: Known,
): Filled {
  const input = freeName(inputNameOf(name), taken, '_')
  inputs.push({
    name: input,
    label,
    type: 'text',
    required: true,
    default: null,
    pattern: null,
    values: [],
    from: [],
  })
  report.needsYou(
    line,
    label,
    `${why}; here it is the input \`${input}\`.`,
    'Type the value at each run, or give it a default.',
  )
  return { parts: [{ variable: variableOf(input) }] }
}
