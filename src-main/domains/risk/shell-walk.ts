import {
  forEachChild,
  parse,
  type Command,
  type Function as ShellFunction,
  type Pipeline,
  type ParsedScript,
  type SyntaxNode,
  type Word,
} from 'unbash'
import { assess, brief, worst, type Assessment } from './assessment'
import { classifyCommand } from './shell-command'
import { assessAssignment } from './shell-names'
import { fieldOf, fieldsOf } from './shell-fields'
import { assessRedirect } from './shell-redirects'
import { HIDDEN, INHERITED, type Field, type Inside, type Scope, type Stdin } from './shell-scope'

/** Longer scripts are not read: nobody can approve them from a card either. */
const LONGEST = 200_000
const DEEPEST = 12
const MOST_COMMANDS = 5_000

/** The tier of a shell script by its grammar; what a shell would refuse or nobody can follow is `destroy`. */
export function classifyShell(text: string): Assessment {
  const scope: Scope = {
    variables: new Map(),
    functions: new Map(),
    positional: null,
    calling: [],
    depth: 0,
    budget: { left: MOST_COMMANDS },
    root: false,
  }
  return classifyText(text, scope, INHERITED)
}

function classifyText(text: string, outer: Scope, stdin: Stdin): Assessment {
  if (text.length > LONGEST) return assess('destroy', 'the script is too long to be read')
  if (outer.depth > DEEPEST) return assess('destroy', 'commands are nested too deeply to follow')
  const script = parse(text)
  if (script.errors?.length)
    return assess('destroy', `the shell cannot read this: ${brief(script.errors[0]!.message)}`)
  const scope = { ...outer, ...namesOf(script, outer), depth: outer.depth + 1 }
  const uncalled = [...scope.functions].filter(
    ([name, bodies]) => !outer.functions.has(name) && !isCalled(script, name, bodies),
  )
  return worst([
    ...visit(script, scope, stdin),
    ...uncalled.flatMap(([, bodies]) =>
      bodies.flatMap((body) => visit(body.body, { ...scope, positional: null }, stdin)),
    ),
  ])
}

function namesOf(script: ParsedScript, outer: Scope): Pick<Scope, 'variables' | 'functions'> {
  const variables = new Map(outer.variables)
  const functions = new Map(outer.functions)
  function assign(name: string, value: Word | null): void {
    const before = variables.get(name)
    const same = before === undefined || (before !== null && before.value === value?.value)
    variables.set(name, same ? value : null)
  }
  each(script, (node) => {
    if (node.type === 'Assignment')
      assign(
        node.name,
        node.value.type === 'Word' && !node.append && !node.index ? node.value : null,
      )
    else if (node.type === 'For' || node.type === 'Select') assign(node.name.value, null)
    else if (node.type === 'Function')
      functions.set(node.name.value, [...(functions.get(node.name.value) ?? []), node])
    else if (
      node.type === 'Command' &&
      /^(read|mapfile|readarray|getopts|printf|let|unset)$/.test(node.name?.value ?? '')
    )
      for (const arg of node.args)
        if (arg.type === 'Word' && /^\w+$/.test(arg.value)) assign(arg.value, null)
  })
  return { variables, functions }
}

function each(node: SyntaxNode, tell: (node: SyntaxNode) => void): void {
  tell(node)
  forEachChild(node, (child) => each(child, tell))
}

function isCalled(script: ParsedScript, name: string, bodies: readonly ShellFunction[]): boolean {
  let called = false
  const own = new Set<SyntaxNode>(bodies)
  function look(node: SyntaxNode): void {
    if (own.has(node)) return
    if (node.type === 'Command' && node.name?.value === name) called = true
    forEachChild(node, look)
  }
  look(script)
  return called
}

function visit(node: SyntaxNode, scope: Scope, stdin: Stdin): Assessment[] {
  if ('errors' in node && node.errors?.length)
    return [assess('destroy', 'the shell cannot read a part of this')]
  switch (node.type) {
    case 'Function':
      return []
    case 'Pipeline':
      return pipeline(node, scope, stdin)
    case 'Command':
      return [...command(node, scope, stdin), ...children(node, scope, INHERITED)]
    case 'Redirected':
      return [
        ...node.redirects.flatMap((redirect) => [...visit(redirect, scope, INHERITED)]),
        ...visit(node.command, scope, stdinOf(node.redirects, scope) ?? stdin),
      ]
    case 'Assignment':
      return [assessAssignment(node, scope), ...children(node, scope, INHERITED)]
    case 'Redirect':
      return [assessRedirect(node, scope), ...children(node, scope, INHERITED)]
    case 'CommandExpansion':
    case 'ProcessSubstitution':
    case 'ArithmeticCommandExpansion':
      return node.script
        ? visit(node.script, scope, INHERITED)
        : [assess('destroy', 'a part of this cannot be read')]
    default:
      return children(node, scope, stdin)
  }
}

function children(node: SyntaxNode, scope: Scope, stdin: Stdin): Assessment[] {
  const found: Assessment[] = []
  forEachChild(node, (child) => found.push(...visit(child, scope, stdin)))
  return found
}

function pipeline(node: Pipeline, scope: Scope, stdin: Stdin): Assessment[] {
  return node.commands.flatMap((stage, index) => {
    const before = node.commands[index - 1]
    return visit(stage, scope, before ? outputOf(before, scope) : stdin)
  })
}

function command(node: Command, scope: Scope, stdin: Stdin): Assessment[] {
  if (scope.budget.left-- <= 0)
    return [assess('destroy', 'the script runs too many commands to follow')]
  if (!node.name) return []
  const argv = argvOf(node, scope)
  return [classifyCommand(argv, insideOf(scope, stdinOf(node.redirects, scope) ?? stdin))]
}

function argvOf(node: Command, scope: Scope): Field[] {
  const args = node.args.flatMap((arg): Field[] =>
    arg.type === 'Word' ? fieldsOf(arg, scope) : [{ text: arg.text, known: true, glob: false }],
  )
  return [...(node.name ? fieldsOf(node.name, scope) : []), ...args]
}

function insideOf(scope: Scope, stdin: Stdin): Inside {
  return {
    scope,
    stdin,
    command(argv, as = {}) {
      if (scope.budget.left-- <= 0 || scope.depth > DEEPEST)
        return assess('destroy', 'commands are nested too deeply to follow')
      const inner = { ...scope, depth: scope.depth + 1, root: scope.root || (as.root ?? false) }
      const called = callFunction(argv, inner, as.stdin ?? stdin)
      return called ?? classifyCommand(argv, insideOf(inner, as.stdin ?? stdin))
    },
    script(text, as = {}) {
      const inner = {
        ...scope,
        root: scope.root || (as.root ?? false),
        positional: as.positional ?? null,
      }
      return classifyText(text, inner, stdin)
    },
  }
}

function callFunction(argv: readonly Field[], scope: Scope, stdin: Stdin): Assessment | null {
  const [name, ...args] = argv
  const bodies = name?.known ? scope.functions.get(name.text) : undefined
  if (!name || !bodies) return null
  if (scope.calling.includes(name.text)) return callsItself(name.text, bodies)
  const inner = { ...scope, positional: args, calling: [...scope.calling, name.text] }
  return worst(bodies.flatMap((body) => visit(body.body, inner, stdin)))
}

/** `:(){ :|:& };:` — a function that pipes into itself in the background takes the machine down. */
function callsItself(name: string, bodies: readonly ShellFunction[]): Assessment {
  let bomb = false
  for (const body of bodies)
    each(body, (node) => {
      if (
        node.type === 'Pipeline' &&
        node.commands.filter((one) => one.type === 'Command' && one.name?.value === name).length > 1
      )
        bomb = true
    })
  return bomb
    ? assess('forbidden', 'a fork bomb takes the machine down')
    : assess('read', `${name} calls itself`)
}

function stdinOf(redirects: Command['redirects'], scope: Scope): Stdin | null {
  const input = redirects.findLast(
    (redirect) => redirect.type !== 'Redirect' || redirect.operator.startsWith('<'),
  )
  if (!input) return null
  if (input.type === 'HereDoc') return { kind: 'text', text: input.body.text }
  if (input.type === 'HereString')
    return input.target ? { kind: 'text', text: fieldOf(input.target, scope).text } : HIDDEN
  return HIDDEN
}

/** The text a first stage prints, where it can be seen. */
function outputOf(node: SyntaxNode, scope: Scope): Stdin {
  if (node.type !== 'Command') return HIDDEN
  const [name, ...args] = argvOf(node, scope)
  if (name?.text === 'cat' && args.every((arg) => arg.text === '-'))
    return stdinOf(node.redirects, scope) ?? HIDDEN
  if (name?.text === 'echo') return echoed(args)
  if (name?.text === 'printf') return formatted(args)
  return HIDDEN
}

function echoed(args: readonly Field[]): Stdin {
  const first = args.findIndex((arg) => !/^-[neE]+$/.test(arg.text))
  const text = (first < 0 ? [] : args.slice(first)).map((arg) => arg.text).join(' ')
  return text.includes('\\') ? HIDDEN : { kind: 'text', text }
}

function formatted(args: readonly Field[]): Stdin {
  const [format, ...values] = args
  const plain = format?.text.replaceAll('\\n', '\n') ?? ''
  if (!/^(%s\s*)+$/.test(plain)) return /[%\\]/.test(plain) ? HIDDEN : { kind: 'text', text: plain }
  return {
    kind: 'text',
    text: values.map((value) => value.text).join(plain.includes('\n') ? '\n' : ''),
  }
}
