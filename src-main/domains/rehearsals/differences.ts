import type { Plan } from '#contract/plans'
import type { Rehearsed } from '#domains/runs'
import type { RunbookTest } from './test-file'

/** What is not as the test expects, in words. `went` is undefined when the plan has problems and nothing was played. */
export function differencesOf(
  { expect, steps }: RunbookTest,
  plan: Plan,
  went: Rehearsed | undefined,
): string[] {
  return [
    ...unknownNames([...Object.keys(steps), ...namesIn(expect)], plan),
    ...problemsOf(expect, plan),
    ...inputsOf(expect, plan),
    ...(went ? runOf(expect, went) : runMissing(expect)),
  ]
}

type Expected = RunbookTest['expect']

const namesIn = ({ ran = [], asks = [], steps = {}, tiers = {} }: Expected) => [
  ...ran,
  ...asks,
  ...Object.keys(steps),
  ...Object.keys(tiers),
]

/** A name that no step has would make a test that cannot fail. */
function unknownNames(names: readonly string[], { steps, onCall = [] }: Plan): string[] {
  const known = new Set([...steps, ...onCall].map(({ name }) => name))
  return [...new Set(names)]
    .filter((name) => !known.has(name))
    .map((name) => `the runbook has no step “${name}”`)
}

function problemsOf({ problems = [] }: Expected, plan: Plan): string[] {
  const missing = problems.filter((words) => !plan.problems.some((one) => one.includes(words)))
  const unexpected = plan.problems.filter((one) => !problems.some((words) => one.includes(words)))
  return [
    ...missing.map((words) => `no problem of the plan says “${words}”`),
    ...unexpected.map((one) => `the plan cannot start: ${one}`),
  ]
}

function inputsOf({ inputs = {} }: Expected, plan: Plan): string[] {
  return Object.entries(inputs).flatMap(([name, wanted]) => {
    const found = plan.inputs.find((input) => input.name === name)?.value ?? 'nothing'
    return found === wanted ? [] : [`input ${name}: expected ${wanted}, but it is ${found}`]
  })
}

function runMissing({ problems, ...rest }: Expected): string[] {
  const wants = Object.keys(rest).filter((key) => key !== 'inputs')
  return problems && wants.length > 0
    ? [`nothing can run, so ${wants.join(', ')} cannot be as expected`]
    : []
}

function runOf(expect: Expected, went: Rehearsed): string[] {
  return [
    ...endOf(expect, went),
    ...listOf('ran', expect.ran, went.ran),
    ...listOf('asks', expect.asks, went.asked),
    ...Object.entries(expect.steps ?? {}).flatMap(([name, wanted]) => stepOf(name, wanted, went)),
    ...Object.entries(expect.tiers ?? {}).flatMap(([name, wanted]) => tierOf(name, wanted, went)),
  ]
}

function endOf({ status, reason }: Expected, { end }: Rehearsed): string[] {
  if (!end) return ['the run never ends: it waits for something that the test does not give']
  const isOther = status !== undefined && end.status !== status
  const isSilent = reason !== undefined && !end.reason.includes(reason)
  return [
    ...(isOther ? [`status: expected ${status}, but it is ${end.status} (${end.reason})`] : []),
    ...(isSilent ? [`reason: expected “${reason}” in “${end.reason}”`] : []),
  ]
}

function stepOf(name: string, wanted: string, { steps }: Rehearsed): string[] {
  const all = steps.filter((step) => step.name === name)
  const last = all.findLast(({ status }) => status !== 'pending') ?? all.at(-1)
  if (!last || last.status === wanted) return []
  return [`step ${name}: expected ${wanted}, but it is ${last.status} (${last.summary})`]
}

function tierOf(name: string, wanted: string, { steps }: Rehearsed): string[] {
  const tier = steps.find((step) => step.name === name && step.tier)?.tier
  return tier === wanted
    ? []
    : [`tier of ${name}: expected ${wanted}, but it is ${tier ?? 'not known: it never ran'}`]
}

function listOf(what: string, wanted: readonly string[] | undefined, found: readonly string[]) {
  if (!wanted || wanted.join('\n') === found.join('\n')) return []
  return [
    `${what}: expected ${wanted.join(', ') || 'none'}, but it is ${found.join(', ') || 'none'}`,
  ]
}
