import type { Draft, DraftStep, Report } from './draft'
import { byHand } from './draft'
import type { Importer } from './foreign'
import { freeName, inputNameOf, oneLine } from './names'
import { readOptions } from './rundeck-options'
import { reportSettings, stepTimeout } from './rundeck-settings'
import { readCommand, type JobContext } from './rundeck-steps'
import { readSubSteps } from './rundeck-conditions'
import { readTarget } from './rundeck-target'
import { settle } from './settle'
import { at, isYes, type Item, listOf, readTree } from './yaml-tree'

/** Rundeck's job YAML or JSON (docs.rundeck.com, job-yaml-v12): a list of jobs, or one. Each becomes a runbook. */
export const importRundeck: Importer = ({ text }, report) => {
  const tree = readTree(text)
  if ('problem' in tree) {
    report.leftOut(tree.line, 'the file', tree.problem, 'Export the job again.')
    return []
  }
  const jobs = tree.documents
    .flatMap((document) => listOf(document))
    .filter(({ map }) => map?.has('sequence'))
  const taken = new Set<string>()
  return jobs.map((job) => settle(readJob(job, report), report, taken))
}

function readJob(job: Item, report: Report): Draft {
  const title = oneLine(at(job, 'name').text ?? 'Rundeck job', 200)
  const taken = new Set<string>()
  const { inputs, known } = readOptions(job, taken, report)
  const { target, inputs: targetInputs } = readTarget(job, known, taken, report)
  const globals: Draft['inputs'][number][] = []
  const context: JobContext = {
    report,
    names: new Set(),
    timeout: stepTimeout(job, report),
    known: {
      options: known,
      globalInput: (name) => globalInput(name, globals, taken, job, report),
    },
  }
  const steps = readSequence(job, context)
  reportSettings(job, report)
  const all = [
    ...inputs.map((input) => targetInputs.get(input.name) ?? input),
    ...extras(inputs, targetInputs),
    ...globals,
  ]
  const description = at(job, 'description').text ?? ''
  const group = (at(job, 'group').text ?? '').split('/')
  const tags = [...group, ...(at(job, 'tags').text ?? '').split(',')]
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
  return { title, description, tags: [...new Set(tags)], inputs: all, target, steps }
}

function extras(inputs: Draft['inputs'], found: ReadonlyMap<string, Draft['inputs'][number]>) {
  return [...found.values()].filter(({ name }) => !inputs.some((input) => input.name === name))
}

/** A project's global variable: nobody but Rundeck knows its value, so it is asked for. */
function globalInput(
  name: string,
  globals: Draft['inputs'][number][],
  taken: Set<string>,
  job: Item,
  report: Report,
): string {
  const label = `Global variable ${oneLine(name, 60)}`
  const known = globals.find((input) => input.label === label)
  if (known) return known.name
  const input = {
    name: freeName(inputNameOf(name), taken, '_'),
    label,
    type: 'text' as const,
    required: true,
    default: null,
    pattern: null,
    values: [],
    from: [],
  }
  globals.push(input)
  report.changed(
    job.line,
    `global variable ${name}`,
    `Its value is in Rundeck's project; here it is the input \`${input.name}\`.`,
    'Give it a default.',
  )
  return input.name
}

function readSequence(job: Item, context: JobContext): DraftStep[] {
  const sequence = at(job, 'sequence')
  const commands = listOf(sequence.list ? sequence : at(sequence, 'commands'))
  const keepsGoing = isYes(at(sequence, 'keepgoing'))
  const steps = commands.flatMap((command, index) =>
    readStep(command, String(index + 1), keepsGoing, context),
  )
  if (!keepsGoing) return steps
  context.report.mapped(
    at(sequence, 'keepgoing').line,
    'keepgoing',
    'The steps go on after a failure; the last one fails the run if any did.',
  )
  return [...steps, ...failAtTheEnd(steps, context)]
}

function readStep(
  command: Item,
  number: string,
  keepsGoing: boolean,
  context: JobContext,
): DraftStep[] {
  if (at(command, 'type').text === 'conditional')
    return readSubSteps(command, number, context).map((step) => ({
      ...step,
      goesOn: keepsGoing && step.kind === 'code',
    }))
  const handler = at(command, 'errorhandler')
  const step = readCommand(command, number, context)
  const goesOn = step.kind === 'code' && (keepsGoing || handler.map !== undefined)
  if (keepsGoing && step.kind === 'call')
    context.report.changed(
      step.line,
      step.title,
      'When the called runbook fails, the run stops, although the job kept going.',
    )
  const done = { ...step, ...(goesOn && { goesOn }) }
  return handler.map === undefined
    ? [done]
    : [done, ...readHandler(handler, done, number, keepsGoing, context)]
}

/** An error handler runs on failure: it is never an undo, and after it the job goes on only when it says so. */
function readHandler(
  handler: Item,
  step: DraftStep,
  number: string,
  keepsGoing: boolean,
  context: JobContext,
): DraftStep[] {
  const { report, names } = context
  const read = readCommand(handler, `${number}, on failure`, context)
  const item = `error handler of step ${number}`
  const title = `When it failed: ${read.title}`
  if (step.kind !== 'code') {
    report.needsYou(
      handler.line,
      item,
      `\`${step.name}\` is no step whose failure a condition can see.`,
      'Do it by hand when that step failed.',
    )
    return [
      byHand(
        { ...read, title },
        `Only when \`${step.title}\` failed. Otherwise mark it as done.`,
        read.code,
      ),
    ]
  }
  const when = `steps."${step.name}".status == warned`
  const done: DraftStep = {
    ...read,
    title,
    when,
    ...(keepsGoing && read.kind === 'code' && { goesOn: true }),
  }
  report.mapped(handler.line, item, `It runs only when \`${step.name}\` failed.`)
  if (keepsGoing || isYes(at(handler, 'keepgoingOnSuccess'))) return [done]
  const name = freeName(`${step.name}-stops`, names)
  const stop = 'echo "A step failed and its error handler has run: the job ends here." >&2\nexit 1'
  return [
    done,
    {
      name,
      title: `Stop, because ${step.title} failed`,
      prose: '',
      line: handler.line,
      kind: 'code',
      language: 'sh',
      code: stop,
      when,
      on: 'local',
    },
  ]
}

function failAtTheEnd(steps: readonly DraftStep[], { names }: JobContext): DraftStep[] {
  const failable = steps.filter(({ goesOn }) => goesOn)
  if (failable.length === 0) return []
  const when = failable.map(({ name }) => `steps."${name}".status == warned`).join(' or ')
  const code = 'echo "A step before failed; the job went on, and fails now." >&2\nexit 1'
  return [
    {
      name: freeName('failed-on-the-way', names),
      title: 'Fail if a step failed on the way',
      prose: '',
      line: steps[0]!.line,
      kind: 'code',
      language: 'sh',
      code,
      when,
      on: 'local',
    },
  ]
}
