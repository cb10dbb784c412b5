import { byHand, type DraftStep, type Report } from './draft'
import { freeName, oneLine, slugOf, stepNameOf } from './names'
import { findReferences, type Known } from './rundeck-references'
import { commandCode, scriptCode, type StepCode } from './script-code'
import { type Part, spliceShell } from './spliced-shell'
import { at, has, isYes, type Item, shown } from './yaml-tree'

/** What every step of a job is read with. */
export interface JobContext {
  readonly known: Known
  readonly report: Report
  /** Names of steps given away so far. */
  readonly names: Set<string>
  /** `qd.timeout` of each step, from the job's. */
  readonly timeout: string | undefined
}

/** One command of a job's sequence as a step, without its error handler. */
export function readCommand(command: Item, number: string, context: JobContext): DraftStep {
  const title = titleOf(command, number)
  const name = freeName(
    stepNameOf(title.toLowerCase().slice(0, 48), `step-${number}`),
    context.names,
  )
  const head = {
    name,
    title,
    line: command.line,
    prose: proseOf(command),
    timeout: context.timeout,
  }
  const step = { ...head, ...bodyOf(command, head, context) }
  for (const filter of at(at(command, 'plugins'), 'LogFilter').list ?? [])
    context.report.leftOut(
      filter.line,
      `step ${number}: log filter ${at(filter, 'type').text ?? ''}`.trim(),
      'Output is not filtered here, and values captured by it are not there for later steps.',
      'Give the step `qd.output` if a later one needs a value of it.',
    )
  return step
}

function titleOf(command: Item, number: string): string {
  const what =
    ['exec', 'script', 'scriptfile', 'scripturl', 'jobref'].find((key) => has(command, key)) ??
    at(command, 'type').text ??
    'unknown'
  const given = at(command, 'description').text
  const name = at(at(command, 'jobref'), 'name').text
  const shownAs =
    given?.split('\n')[0] ||
    (name === undefined ? undefined : `Job ${name}`) ||
    at(command, 'exec')
      .text?.split('\n')
      .find((line) => line.trim() !== '' && !line.startsWith('#'))
  return oneLine(shownAs ?? '', 80) || `Step ${number}: ${what}`
}

function proseOf(command: Item): string {
  const [, ...rest] = (at(command, 'description').text ?? '').split('\n')
  return rest.join('\n').trim()
}

type Head = Pick<DraftStep, 'name' | 'title' | 'line' | 'prose'>
type Body = Omit<DraftStep, keyof Head>

function bodyOf(command: Item, head: Head, context: JobContext): Body {
  if (isOff(command))
    return manual(
      command,
      head,
      'It is switched off in Rundeck. Skip it, unless you know better.',
      context,
    )
  if (at(command, 'exec').text !== undefined)
    return commandStep(command, at(command, 'exec').text!, head, context)
  if (at(command, 'script').text !== undefined)
    return scriptStep(command, at(command, 'script').text!, head, context)
  if (has(command, 'jobref')) return jobStep(command, head, context)
  for (const key of ['scriptfile', 'scripturl'])
    if (has(command, key))
      return manual(
        command,
        head,
        'The script is in a file that Rundeck fetches; it is not part of the job.',
        context,
      )
  return pluginStep(command, head, context)
}

function isOff(command: Item): boolean {
  return at(command, 'enabled').text?.toLowerCase() === 'false'
}

function manual(command: Item, head: Head, why: string, { report }: JobContext): Body {
  report.needsYou(
    head.line,
    head.title,
    why,
    'Do it by hand in the run, or write the step in the runbook.',
  )
  return byHand(head, `Not imported as a step that runs: ${why}`, shown(withoutNoise(command)))
}

function withoutNoise(command: Item): Item {
  const only =
    command.map &&
    new Map([...command.map].filter(([key]) => key !== 'errorhandler' && key !== 'plugins'))
  return only?.size === 1 ? [...only.values()][0]! : { ...command, map: only }
}

function commandStep(command: Item, code: string, head: Head, context: JobContext): Body {
  const found = findReferences(code, context.known)
  const made = 'problem' in found ? found : commandCode(found.code, found.splices)
  return asBody(command, made, head, context)
}

function scriptStep(command: Item, code: string, head: Head, context: JobContext): Body {
  const found = findReferences(code, context.known)
  const args = readArguments(
    at(command, 'args').text ?? at(command, 'argString').text ?? '',
    context,
  )
  if ('problem' in found) return asBody(command, found, head, context)
  if ('problem' in args) return asBody(command, args, head, context)
  if (isYes(at(command, 'interpreterArgsQuoted')))
    return asBody(
      command,
      { problem: 'script and arguments are one quoted argument of its interpreter' },
      head,
      context,
    )
  const made = scriptCode({ ...found, interpreter: interpreterOf(command), args: args.code })
  return asBody(command, made, head, context)
}

function interpreterOf(command: Item): string | undefined {
  const given = at(command, 'scriptInterpreter').text?.replaceAll('${scriptfile}', '').trim()
  if (given) return given
  const extension = at(command, 'fileExtension').text?.replace(/^\./, '').toLowerCase()
  const known: Record<string, string> = {
    ps1: 'powershell',
    py: 'python3',
    rb: 'ruby',
    pl: 'perl',
    bat: 'cmd /c',
    cmd: 'cmd /c',
  }
  return extension === undefined
    ? undefined
    : Object.hasOwn(known, extension)
      ? known[extension]
      : undefined
}

function readArguments(
  args: string,
  { known }: JobContext,
): { code: string } | { problem: string } {
  if (args.trim() === '') return { code: '' }
  const found = findReferences(args, known)
  if ('problem' in found) return found
  const before = 'set -- '
  const moved = found.splices.map((splice) => ({
    ...splice,
    from: splice.from + before.length,
    to: splice.to + before.length,
  }))
  const spliced = spliceShell(before + found.code, moved)
  return 'problem' in spliced
    ? spliced
    : { code: spliced.code.slice(before.length).replaceAll('\n', ' ') }
}

function asBody(
  command: Item,
  made: StepCode | { problem: string },
  head: Head,
  context: JobContext,
): Body {
  if ('problem' in made) return manual(command, head, `${made.problem}.`, context)
  return { kind: 'code', ...made }
}

function jobStep(command: Item, head: Head, context: JobContext): Body {
  const reference = at(command, 'jobref')
  const name = at(reference, 'name').text
  if (name === undefined)
    return manual(command, head, 'It starts another job that is only named by its id.', context)
  const inputs = callInputs(at(reference, 'args').text ?? '', context)
  if ('problem' in inputs)
    return manual(command, head, `It starts the job \`${name}\`: ${inputs.problem}.`, context)
  const runbook = slugOf(name)
  const { report } = context
  report.needsYou(
    head.line,
    `job reference ${name}`,
    `It calls the runbook \`${runbook}\`, which has to be there.`,
    `Import the job ${[at(reference, 'group').text, name].filter(Boolean).join('/')} as well.`,
  )
  for (const key of ['nodefilters', 'importOptions', 'project', 'nodeIntersect'])
    if (has(reference, key) && at(reference, key).text !== 'false')
      report.leftOut(
        at(reference, key).line,
        `job reference ${name}: ${key}`,
        'A runbook that is called keeps its own targets and inputs.',
        'Look at the inputs and the target of the called runbook.',
      )
  return {
    kind: 'call',
    language: 'text',
    code: `Runs the runbook ${runbook}.`,
    call: { runbook, inputs: inputs.given },
  }
}

/** `-env ${option.env} -mode fast` as inputs: a value is a text, or one input alone. */
function callInputs(
  args: string,
  { known }: JobContext,
): { given: Record<string, string> } | { problem: string } {
  const given: Record<string, string> = {}
  const words = Array.from(
    args.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g),
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  )
  for (let index = 0; index < words.length; index += 2) {
    const name = /^-{1,2}([A-Za-z_][\w.-]*)$/.exec(words[index]!)?.[1]
    const value = words[index + 1]
    if (name === undefined || value === undefined)
      return { problem: `its arguments cannot be read: ${oneLine(args)}` }
    const filled = callValue(name, value, known)
    if (typeof filled !== 'string') return filled
    given[inputNameIn(name)] = filled
  }
  return { given }
}

function callValue(name: string, value: string, known: Known): string | { problem: string } {
  const found = findReferences(value, known)
  if ('problem' in found) return found
  const [only] = found.splices
  if (!only) return found.code
  const isWhole = only.from === 0 && only.to === found.code.length
  return isWhole
    ? valueOf(only.parts[0]!)
    : { problem: `\`${name}\` is put together from several parts` }
}

function valueOf(part: Part): string {
  return 'text' in part ? part.text : `{{${part.variable.slice('QD_'.length).toLowerCase()}}}`
}

function inputNameIn(option: string): string {
  return slugOf(option.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')).replaceAll('-', '_')
}

/** Plugins that Rundeck brings along and that are plain commands or scripts. */
function pluginStep(command: Item, head: Head, context: JobContext): Body {
  const type = at(command, 'type').text
  const configuration = at(command, 'configuration')
  const value = (key: string) => at(configuration, key).text
  if (type === 'exec-command' && value('adhocRemoteString') !== undefined)
    return commandStep(command, value('adhocRemoteString')!, head, context)
  if (type === 'script-inline' && value('adhocLocalString') !== undefined)
    return scriptStep(configuration, value('adhocLocalString')!, head, context)
  if (type === 'localexec' && value('command') !== undefined)
    return { ...commandStep(command, value('command')!, head, context), on: 'local' }
  if (type === 'flow-control' && isYes(at(configuration, 'fail')))
    return { kind: 'code', language: 'sh', code: 'echo "The job ends here." >&2\nexit 1' }
  return manual(
    command,
    head,
    type === undefined
      ? 'It is not known what this step does.'
      : `The plugin \`${oneLine(type, 60)}\` is only in Rundeck.`,
    context,
  )
}
