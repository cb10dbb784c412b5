import type { Field } from './shell-scope'

/** Options and operands of a command line as its tool's table reads them. */
export interface Arguments {
  readonly options: readonly { readonly name: string; readonly value: Field | null }[]
  readonly operands: readonly {
    readonly field: Field
    readonly index: number
    readonly doubtful: boolean
  }[]
}

/** Splits arguments into options and operands; an operand after an option the table does not know is doubtful. */
export function readArguments(
  args: readonly Field[],
  values: ReadonlySet<string>,
  flags: ReadonlySet<string>,
): Arguments {
  const options: Arguments['options'][number][] = []
  const operands: Arguments['operands'][number][] = []
  const mark = args.findIndex((arg) => arg.text === '--')
  const end = mark < 0 ? args.length : mark
  let doubtful = false
  for (let index = 0; index < args.length; index++) {
    const field = args[index]!
    if (index === mark) continue
    if (index > end || !/^-./s.test(field.text)) {
      operands.push({ field, index, doubtful })
      doubtful = false
      continue
    }
    const read = readOption(field, values, flags)
    const next = read.takesNext ? args[++index] : undefined
    options.push(...withValue(read.names, read.value, next))
    doubtful = !next && !field.text.includes('=') && !read.names.every((name) => flags.has(name))
  }
  return { options, operands }
}

/** Only the last letter of `-xvf file` takes the next word. */
function withValue(
  names: readonly string[],
  value: Field | null,
  next: Field | undefined,
): Arguments['options'][number][] {
  const last = names.length - 1
  return names.map((name, at) => ({ name, value: at === last && next ? next : value }))
}

function readOption(
  arg: Field,
  values: ReadonlySet<string>,
  flags: ReadonlySet<string>,
): { names: string[]; value: Field | null; takesNext: boolean } {
  const [name = '', attached] = arg.text.split(/=(.*)/s)
  if (attached !== undefined)
    return { names: [name, ...letters(name)], value: { ...arg, text: attached }, takesNext: false }
  const whole = arg.text.startsWith('--') || arg.text.length === 2
  if (whole || values.has(arg.text) || flags.has(arg.text))
    return { names: [arg.text], value: null, takesNext: values.has(arg.text) }
  const all = letters(arg.text)
  const taking = all.findIndex((letter) => values.has(letter))
  if (taking < 0) return { names: [arg.text, ...all], value: null, takesNext: false }
  const tail = arg.text.slice(taking + 2)
  const names = [arg.text, ...all.slice(0, taking + 1)]
  return { names, value: tail ? { ...arg, text: tail } : null, takesNext: tail === '' }
}

function letters(name: string): string[] {
  return name.startsWith('--')
    ? []
    : name
        .slice(1)
        .split('')
        .map((letter) => `-${letter}`)
}
