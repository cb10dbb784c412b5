import type { RunbookInput } from '#contract/runbooks'
import type { Report } from './draft'
import { freeName, inputNameOf, oneLine, variableOf } from './names'
import { type Asked, type Fill, type Filled, fillText, findTemplates } from './stackstorm-templates'
import { at, has, isNo, isYes, type Item, NOTHING, shown } from './yaml-tree'

/** What the names in a workflow stand for, as far as the steps before say. */
export interface Scope {
  readonly inputs: RunbookInput[]
  readonly outputs: string[]
  readonly taken: Set<string>
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
  filler(current: string | undefined): Fill
}

interface Needs {
  readonly report: Report
  readonly read: (expression: string) => Asked
}

/** Names begin with the workflow's inputs; publishing adds to them in the order of the steps. */
export function createScope({ report, read }: Needs): Scope {
  const inputs: RunbookInput[] = []
  const outputs: string[] = []
  const taken = new Set<string>()
  const values = new Map<string, Filled>()
  const answers = new Map<string, Filled>()
  const stdout = new Map<string, string>()
  const runs = new Set<string>()

  function outputOf(task: string | undefined): Filled {
    if (task === undefined) return { problem: 'it is not said which task it comes from' }
    if (!runs.has(task))
      return {
        problem: `the result of \`${oneLine(task, 60)}\` is not there: no code runs in that step`,
      }
    const name = stdout.get(task) ?? freeName(inputNameOf(`${task}_stdout`), taken, '_')
    if (!stdout.has(task)) {
      outputs.push(name)
      report.changed(
        1,
        `output of ${oneLine(task, 60)}`,
        `Later steps read it as \`${name}\`: one line, without the space around it. More than one line stops the run.`,
      )
    }
    stdout.set(task, name)
    return { parts: [{ variable: variableOf(name) }] }
  }
  function valueOf(name: string): Filled {
    return values.get(name) ?? { problem: `nothing here sets \`${oneLine(name, 60)}\`` }
  }
  function ask(name: string, label: string, line: number, why: string): Filled {
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
  function storeValue(key: string): Filled {
    const known =
      values.get(`st2kv ${key}`) ??
      ask(
        key.replace(/^(system|user)[.:]/, ''),
        `Datastore value ${oneLine(key, 60)}`,
        1,
        "It is kept in StackStorm's datastore",
      )
    values.set(`st2kv ${key}`, known)
    return known
  }
  const filler =
    (current: string | undefined): Fill =>
    (expression) => {
      const asked = read(expression)
      switch (asked.kind) {
        case 'variable':
          return valueOf(asked.name)
        case 'stdout':
          return outputOf(asked.task ?? current)
        case 'answer':
          return (
            answers.get(`${asked.task ?? current ?? ''}.${asked.field}`) ?? {
              problem: 'the answer is not known as a field of the inquiry',
            }
          )
        case 'item':
          return (
            values.get(`item ${asked.name ?? ''}`) ?? {
              problem: 'it goes through a list, which a step does not',
            }
          )
        case 'store':
          return storeValue(asked.key)
        case 'other':
          return {
            problem: `\`${oneLine(expression, 80) || 'a Jinja statement'}\` is worked out by StackStorm`,
          }
      }
    }
  return {
    inputs,
    outputs,
    taken,
    stdout,
    runs,
    filler,
    declare(name, item, parameter) {
      const input = inputFrom(name, item, parameter, taken, report)
      if (!input) return void values.set(name, { problem: `\`${name}\` is a secret` })
      inputs.push(input)
      values.set(name, { parts: [{ variable: variableOf(input.name) }] })
    },
    start(name, item) {
      if (item.list || item.map)
        return void values.set(name, { problem: `\`${oneLine(name, 60)}\` is a list or a map` })
      const filled = fillText(item.text ?? '', filler(undefined))
      const isSecret = /decrypt/i.test(item.text ?? '')
      const unknown = 'problem' in filled && !isSecret
      values.set(
        name,
        unknown
          ? ask(
              name,
              `Variable ${oneLine(name, 60)}`,
              item.line,
              `StackStorm works it out at the start: ${oneLine(item.text ?? '')}`,
            )
          : filled,
      )
    },
    publish(name, text, fill) {
      const filled = fillText(text, fill)
      const long = 'parts' in filled && filled.parts.length > 50
      values.set(
        name,
        long ? { problem: `\`${name}\` is put together from too many parts` } : filled,
      )
    },
    forget: (name, why) => void values.set(name, { problem: why }),
    setItem(name, text) {
      for (const key of ['item ', `item ${name ?? ''}`])
        if (text === undefined) values.delete(key)
        else values.set(key, { parts: [{ text }] })
    },
    answerField(task, field, schema, line) {
      const input = inputFrom(field, { ...NOTHING, line }, schema, taken, report)
      if (!input)
        return void answers.set(`${task}.${field}`, {
          problem: `the answer \`${field}\` is a secret`,
        })
      inputs.push(input)
      answers.set(`${task}.${field}`, { parts: [{ variable: variableOf(input.name) }] })
      report.changed(
        line,
        `answer ${field}`,
        `StackStorm asks for it in the middle of the workflow; here the input \`${input.name}\` is asked before the run.`,
      )
    },
  }
}

/** An input from what the workflow and its action's metadata say; undefined for a secret. */
function inputFrom(
  name: string,
  item: Item,
  parameter: Item | undefined,
  taken: Set<string>,
  report: Report,
): RunbookInput | undefined {
  const label = `input ${name}`
  if (isYes(at(parameter, 'secret'))) {
    report.needsYou(
      item.line,
      label,
      'It is a secret. A secret never becomes an input, and a default of it is not in this file.',
      'Add a credential to the vault and let a connection use it; the steps that need it are left to you.',
    )
    return undefined
  }
  const values = (at(parameter, 'enum').list ?? []).flatMap(({ text }) => text ?? [])
  const type = typeOf(at(parameter, 'type').text, values)
  const given = defaultOf(item, at(parameter, 'default'), label, report)
  const required = has(parameter, 'required')
    ? isYes(at(parameter, 'required'))
    : given === null && !has(parameter, 'default')
  const input: RunbookInput = {
    name: freeName(inputNameOf(name), taken, '_'),
    label: oneLine(at(parameter, 'description').text ?? name, 200) || name,
    type,
    required: required && !isNo(at(parameter, 'required')),
    default: given,
    pattern: null,
    values: type === 'choice' ? values : [],
    from: [],
  }
  report.mapped(
    item.line,
    label,
    `It is the input \`${input.name}\`, in the environment as ${variableOf(input.name)}.`,
  )
  const kind = at(parameter, 'type').text
  if (kind === 'array' || kind === 'object')
    report.changed(
      item.line,
      label,
      `It is a ${kind}; here it is one text.`,
      'Look at each step that uses it.',
    )
  return input
}

function typeOf(type: string | undefined, values: readonly string[]): RunbookInput['type'] {
  if (values.length > 0) return 'choice'
  if (type === 'integer') return 'integer'
  return type === 'boolean' ? 'boolean' : 'text'
}

function defaultOf(item: Item, fallback: Item, label: string, report: Report): string | null {
  const given = item.text !== undefined || item.list || item.map ? item : fallback
  const text = given.text ?? (given.list || given.map ? shown(given) : undefined)
  if (text === undefined || text === '') return null
  if (findTemplates(text).length === 0) return text
  report.needsYou(
    item.line,
    label,
    `Its default is worked out by StackStorm: ${oneLine(text)}.`,
    'Type the value at each run.',
  )
  return null
}

/** `a=1 b="two words" c=<% x %>` as pairs. */
export function readPairs(text: string): [string, string][] {
  const pairs: [string, string][] = []
  const pair =
    /([A-Za-z_][\w-]*)=("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?:<%[\s\S]*?%>|\{\{[\s\S]*?\}\}|[^\s<{]|[<{])+)/g
  for (const [, name, value] of text.matchAll(pair)) pairs.push([name!, unquoted(value!)])
  return pairs
}

function unquoted(value: string): string {
  const [, double, single] = /^(?:"([\s\S]*)"|'([\s\S]*)')$/.exec(value) ?? []
  return double?.replaceAll(/\\(["\\])/g, '$1') ?? single ?? value
}
