import {
  forEachChild,
  type Assignment,
  type Command,
  type Function as ShellFunction,
  type ParsedScript,
  type SyntaxNode,
  type Word,
} from 'unbash'
import type { Scope } from './shell-scope'

/** What a script itself says about its names. */
export interface Definitions {
  readonly functions: ReadonlyMap<string, readonly ShellFunction[]>
  /** Functions nothing in the script calls. */
  readonly uncalled: readonly ShellFunction[]
  /** Names whose value cannot be followed: assigned twice, in a branch, in a loop, by `read`. */
  readonly unknowable: ReadonlySet<string>
  /** Assignments that surely happen, once, when the walk comes by. */
  readonly sure: ReadonlyMap<Assignment, Word>
}

const SETS_NAMES = /^(read|mapfile|readarray|getopts|printf|let|unset)$/

/** Reads the functions and variables of a script in one pass. */
export function definitionsOf(script: ParsedScript, outer: Scope): Definitions {
  const functions = new Map<string, ShellFunction[]>()
  const assigned = new Map<string, number>()
  const called = new Set<string>()
  const sure = sureAssignments(script)
  const count = (name: string, times: number): unknown =>
    assigned.set(name, (assigned.get(name) ?? 0) + times)
  each(script, [], (node, within) => {
    if (node.type === 'Assignment') count(node.name, sure.has(node) ? 1 : 2)
    else if (node.type === 'For' || node.type === 'Select') count(node.name.value, 2)
    else if (node.type === 'Function')
      functions.set(node.name.value, [...(functions.get(node.name.value) ?? []), node])
    else if (node.type === 'Command') {
      const name = node.name?.value ?? ''
      if (!within.includes(name)) called.add(name)
      for (const set of namesSet(node)) count(set, 2)
    }
  })
  const unknowable = [...assigned].filter(([, times]) => times > 1).map(([name]) => name)
  const all = new Map<string, readonly ShellFunction[]>(outer.functions)
  for (const [name, bodies] of functions) all.set(name, [...(all.get(name) ?? []), ...bodies])
  return {
    functions: all,
    uncalled: [...functions].filter(([name]) => !called.has(name)).flatMap(([, bodies]) => bodies),
    unknowable: new Set(assigned.has('IFS') ? [...unknowable, 'IFS'] : unknowable),
    sure,
  }
}

function sureAssignments(script: ParsedScript): Map<Assignment, Word> {
  const sure = new Map<Assignment, Word>()
  for (const { command, background } of script.commands) {
    if (command.type !== 'Command' || command.name || background) continue
    for (const part of command.prefix)
      if (part.type === 'Assignment' && part.value.type === 'Word' && !part.append && !part.index)
        sure.set(part, part.value)
  }
  return sure
}

function namesSet(node: Command): string[] {
  if (!SETS_NAMES.test(node.name?.value ?? '')) return []
  return node.args.flatMap((arg) =>
    arg.type === 'Word' && /^\w+$/.test(arg.value) ? [arg.value] : [],
  )
}

function each(
  node: SyntaxNode,
  within: readonly string[],
  tell: (node: SyntaxNode, within: readonly string[]) => void,
): void {
  tell(node, within)
  const inner = node.type === 'Function' ? [...within, node.name.value] : within
  forEachChild(node, (child) => each(child, inner, tell))
}

/** `:(){ :|:& };:` — whether a function pipes into itself twice. */
export function isBomb(name: string, bodies: readonly ShellFunction[]): boolean {
  let bomb = false
  for (const body of bodies)
    each(body, [], (node) => {
      const stages = node.type === 'Pipeline' ? node.commands : []
      bomb ||= stages.filter((one) => one.type === 'Command' && one.name?.value === name).length > 1
    })
  return bomb
}
