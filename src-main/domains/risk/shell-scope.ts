import type { Function as ShellFunction, SyntaxNode, Word } from 'unbash'
import type { Assessment } from './assessment'

/** One word as the command will see it, as far as that can be known before it runs. */
export interface Field {
  readonly text: string
  /** False when a part of it comes from a variable or a command that only the run knows. */
  readonly known: boolean
  /** True when the shell will match it against file names. */
  readonly glob: boolean
}

/** What a command reads from its standard input. */
export type Stdin =
  | { readonly kind: 'inherited' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'hidden' }

/** Shrinks with every command looked at: hostile input ends in a refusal, not in a hang. */
interface Budget {
  left: number
  /** Takes the words of every command that is looked at. */
  readonly seen?: string[][]
}

/** The names a script defines, and how deep inside other commands it sits. */
export interface Scope {
  /** Filled as the walk goes on; a name whose value cannot be followed holds null. */
  readonly variables: Map<string, Word | null>
  readonly sure: ReadonlyMap<SyntaxNode, Word>
  readonly functions: ReadonlyMap<string, readonly ShellFunction[]>
  readonly positional: readonly Field[] | null
  readonly calling: readonly string[]
  readonly depth: number
  readonly budget: Budget
  /** Under sudo or its like. */
  readonly root: boolean
}

/** What the rule of a command may ask about what is inside it. */
export interface Inside {
  readonly scope: Scope
  readonly stdin: Stdin
  /** The tier of another command line inside this one. */
  command(
    argv: readonly Field[],
    as?: { readonly root?: boolean; readonly stdin?: Stdin },
  ): Assessment
  /** The tier of a text that a shell will run; `here` is this shell, as for `eval`. */
  script(
    text: string,
    as?: {
      readonly root?: boolean
      readonly positional?: readonly Field[]
      readonly here?: boolean
    },
  ): Assessment
}

/** The rule of one command: its arguments without its name. */
export type CommandRule = (args: readonly Field[], inside: Inside, name: string) => Assessment

export const INHERITED: Stdin = { kind: 'inherited' }
export const HIDDEN: Stdin = { kind: 'hidden' }

/** A word that says what it says. */
export function field(text: string): Field {
  return { text, known: true, glob: false }
}

/** A word that only the run knows. */
export function hiddenField(text: string): Field {
  return { text, known: false, glob: false }
}

/** The values joined as a shell joins the arguments of `eval` and `ssh`. */
export function joined(fields: readonly Field[]): string {
  return fields.map((one) => one.text).join(' ')
}
