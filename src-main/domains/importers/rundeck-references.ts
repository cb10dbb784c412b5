import { variableOf } from './names'
import type { Splice } from './spliced-shell'

/** What Rundeck's options became: their input's name, and whether they hold several values. */
export interface KnownOption {
  readonly input: string | undefined // undefined: a secret or a file, which no step can be given
  readonly several: boolean
}

export interface Known {
  readonly options: ReadonlyMap<string, KnownOption>
  /** Global variables of the project, as inputs; a new one is added when it is met. */
  globalInput(name: string): string
}

export type Found =
  | { readonly splices: readonly Splice[]; readonly code: string }
  | { readonly problem: string }

const REFERENCE = /\$\{(\w+)\.([^}\s"'`$]{1,100})\}|@(\w+)\.([\w.-]{1,100})@/g
/** What Rundeck itself fills in. `${var.x}` in plain shell code has no dot, so nothing else looks like this. */
const SPACES = new Set([
  'option',
  'unquotedoption',
  'node',
  'unquotednode',
  'job',
  'data',
  'unquoteddata',
  'export',
  'globals',
  'execution',
  'config',
  'plugin',
  'rundeck',
  'tag',
  'error',
  'result',
])

/** Finds Rundeck's variables in a piece of code; `RD_OPTION_X`, which scripts read themselves, is renamed in place. */
export function findReferences(given: string, known: Known): Found {
  const renamed = renameVariables(given, known)
  if ('problem' in renamed) return renamed
  const { code } = renamed
  const splices: Splice[] = []
  for (const match of code.matchAll(REFERENCE)) {
    const space = match[1] ?? match[3]!
    const name = match[2] ?? match[4]!
    if (!SPACES.has(space)) continue
    const found = lookUp(space, name, known)
    if ('problem' in found) return found
    const { variable, several } = found
    splices.push({
      from: match.index,
      to: match.index + match[0].length,
      parts: [{ variable }],
      several,
    })
  }
  return { splices, code }
}

function lookUp(
  space: string,
  name: string,
  known: Known,
): { variable: string; several?: boolean } | { problem: string } {
  if (space === 'option' || space === 'unquotedoption') return lookUpOption(space, name, known)
  if (space === 'globals') return { variable: variableOf(known.globalInput(name)) }
  if (space === 'job' && name === 'execid') return { variable: 'QD_RUN_ID' }
  return { problem: `\`${space}.${name}\` is a value that only Rundeck has` }
}

function lookUpOption(space: string, name: string, { options }: Known) {
  const option = options.get(name.replace(/\.value$/, ''))
  if (!option) return { problem: `the job has no option \`${name}\`` }
  if (option.input === undefined)
    return { problem: `it needs the option \`${name}\`, which is a secret or a file` }
  return {
    variable: variableOf(option.input),
    several: option.several && space === 'unquotedoption',
  }
}

/** Options as the environment of a script has them. */
function renameVariables(code: string, { options }: Known): { code: string } | { problem: string } {
  const names = new Map(Array.from(options, ([name, option]) => [environmentName(name), option]))
  let problem: string | undefined
  const renamed = code.replaceAll(/\bRD_([A-Z]+)_(\w+)/g, (whole, space: string, name: string) => {
    if (whole === 'RD_JOB_EXECID') return 'QD_RUN_ID'
    const input = space === 'OPTION' ? names.get(name)?.input : undefined
    if (input !== undefined) return variableOf(input)
    problem ??= `\`${whole}\` is a value that only Rundeck has`
    return whole
  })
  return problem === undefined ? { code: renamed } : { problem }
}

function environmentName(option: string): string {
  return option.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_')
}
