import {
  forEachChild,
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
  readonly sure: ReadonlyMap<SyntaxNode, Word>
}

const SETS_NAMES = /^(read|mapfile|readarray|getopts|printf|let|unset)$/

/** Reads the functions and variables of a script in one pass. */
export function definitionsOf(script: ParsedScript, outer: Scope): Definitions {
  const functions = new Map<string, ShellFunction[]>()
  const assigned = new Map<string, number>()
  const called = new Set<string>()
  const sure = sureAssignments(script)
  each(script, [], (node, within) => {
    for (const name of namesSet(node))
      assigned.set(name, (assigned.get(name) ?? 0) + (sure.has(node) ? 1 : 2))
    if (node.type === 'Function') {
      const same = functions.get(node.name.value)
      if (same) same.push(node)
      else functions.set(node.name.value, [node])
    }
    const name = node.type === 'Command' ? node.name?.value : undefined
    if (name !== undefined && !within.includes(name)) called.add(name)
  })
  const unknowable = [...assigned].filter(([name, times]) => times > 1 || name === 'IFS')
  const all = new Map<string, readonly ShellFunction[]>(outer.functions)
  for (const [name, bodies] of functions) all.set(name, [...(all.get(name) ?? []), ...bodies])
  return {
    functions: all,
    uncalled: [...functions].filter(([name]) => !called.has(name)).flatMap(([, bodies]) => bodies),
    unknowable: new Set(unknowable.map(([name]) => name)),
    sure,
  }
}

function sureAssignments(script: ParsedScript): Map<SyntaxNode, Word> {
  const sure = new Map<SyntaxNode, Word>()
  for (const { command, background } of script.commands) {
    if (command.type !== 'Command' || command.name || background) continue
    for (const part of command.prefix)
      if (part.type === 'Assignment' && part.value.type === 'Word' && !part.append && !part.index)
        sure.set(part, part.value)
  }
  return sure
}

function namesSet(node: SyntaxNode): string[] {
  if (node.type === 'Assignment') return [node.name]
  if (node.type === 'For' || node.type === 'Select') return [node.name.value]
  if (node.type !== 'Command' || !SETS_NAMES.test(node.name?.value ?? '')) return []
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
