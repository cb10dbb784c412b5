import { type Splice, type Spliced, variableAlone } from './spliced-shell'

/** How a language looks into its environment. */
const LOOKS: Readonly<Record<string, (variable: string) => string>> = {
  python: (variable) => `__import__("os").environ["${variable}"]`,
  python2: (variable) => `__import__("os").environ["${variable}"]`,
  python3: (variable) => `__import__("os").environ["${variable}"]`,
  perl: (variable) => `$ENV{${variable}}`,
  ruby: (variable) => `ENV["${variable}"]`,
  php: (variable) => `getenv("${variable}")`,
  node: (variable) => `process.env.${variable}`,
}

/** A variable can take the place of a whole text in quotes, and of nothing else. */
export function spliceLiterals(code: string, splices: readonly Splice[], program: string): Spliced {
  const look = Object.hasOwn(LOOKS, program) ? LOOKS[program] : undefined
  if (!look && splices.length > 0)
    return { problem: `it is not known how \`${program}\` looks into its environment` }
  return spliceEach(code, splices, ({ from, to }, line, variable) => {
    if (/^\s*(#|\/\/)/.test(line)) return { from, to, text: variable }
    const quote = code[from - 1]
    const opens = (quote === '"' || quote === "'") && !/[\w"'\\]/.test(code[from - 2] ?? ' ')
    return opens && code[to] === quote && code[to + 1] !== quote
      ? { from: from - 1, to: to + 1, text: look!(variable) }
      : 'it is not the whole of a text in quotes, where a variable could take its place'
  })
}

/** PowerShell reads `$env:X` in the open and `$($env:X)` in double quotes; in single quotes it reads nothing. */
export function splicePowershell(code: string, splices: readonly Splice[]): Spliced {
  return spliceEach(code, splices, ({ from, to }, line, variable) => {
    const isOdd = (mark: RegExp) => (line.match(mark)?.length ?? 0) % 2 === 1
    if (isOdd(/"/g)) return { from, to, text: `$($env:${variable})` }
    if (!isOdd(/'/g)) return { from, to, text: `$env:${variable}` }
    return code[from - 1] === "'" && code[to] === "'"
      ? { from: from - 1, to: to + 1, text: `$env:${variable}` }
      : 'it stands inside of a text in single quotes'
  })
}

interface Replacement {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** `replace` is told what stands before the place in its line; a text as answer says why it cannot be done. */
function spliceEach(
  code: string,
  splices: readonly Splice[],
  replace: (splice: Splice, line: string, variable: string) => Replacement | string,
): Spliced {
  let result = ''
  let done = 0
  for (const splice of splices.toSorted((one, other) => one.from - other.from)) {
    const variable = variableAlone(splice.parts)
    if (variable === undefined)
      return { problem: 'a value that is put together cannot be handed to this language' }
    const line = code.slice(code.lastIndexOf('\n', splice.from - 1) + 1, splice.from)
    const replacement = replace(splice, line, variable)
    if (typeof replacement === 'string') return { problem: replacement }
    result += code.slice(done, replacement.from) + replacement.text
    done = replacement.to
  }
  return { code: result + code.slice(done) }
}
