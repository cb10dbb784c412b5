import {
  forEachChild,
  parse,
  type Assignment,
  type Command,
  type Function as ShellFunction,
  type ParameterExpansionPart,
  type ParsedScript,
  type Pipeline,
  type SyntaxNode,
} from 'unbash'
import { assess, brief, worst, type Assessment } from './assessment'
import { classifyCommand, isKnownCommand } from './shell-command'
import { definitionsOf, isBomb } from './shell-definitions'
import { assessAssignment } from './shell-names'
import { fieldOf, fieldsOf } from './shell-fields'
import { assessRedirect, isNowhere } from './shell-redirects'
import { HIDDEN, INHERITED, type Field, type Inside, type Scope, type Stdin } from './shell-scope'

/** Longer scripts are not read: nobody can approve them from a card either. */
const LONGEST = 60_000
const DEEPEST = 12
const MOST_COMMANDS = 5_000

/** The tier of a shell script by its grammar; what a shell would refuse or nobody can follow is `destroy`. */
export function classifyShell(text: string): Assessment {
  return classifyText(text, outermost(), INHERITED)
}

/** The words of every command in a shell script, of wrapped and substituted ones too, as far as it can be read. */
export function commandsInShell(text: string): string[][] {
  const seen: string[][] = []
  classifyText(text, outermost(seen), INHERITED)
  return seen
}

function outermost(seen?: string[][]): Scope {
  return {
    variables: new Map(),
    functions: new Map(),
    sure: new Map(),
    positional: null,
    calling: [],
    depth: 0,
    budget: { left: MOST_COMMANDS, ...(seen && { seen }) },
    root: false,
  }
}

function classifyText(text: string, outer: Scope, stdin: Stdin): Assessment {
  if (text.length > LONGEST) return assess('destroy', 'the script is too long to be read')
  if (outer.depth > DEEPEST) return assess('destroy', 'commands are nested too deeply to follow')
  const script = parse(text)
  if (script.errors?.length)
    return assess('destroy', `the shell cannot read this: ${brief(script.errors[0]!.message)}`)
  const defined = definitionsOf(script, outer)
  const variables = new Map(outer.variables)
  for (const name of defined.unknowable) variables.set(name, null)
  const { functions, sure } = defined
  const scope = { ...outer, variables, functions, sure, depth: outer.depth + 1 }
  const found = visit(script, scope, stdin)
  const unused = { ...scope, positional: null }
  return worst([...found, ...defined.uncalled.flatMap((body) => visit(body.body, unused, stdin))])
}

type Visit<Type extends SyntaxNode['type']> = (
  node: Extract<SyntaxNode, { type: Type }>,
  scope: Scope,
  stdin: Stdin,
) => Assessment[]

/** What the kinds of nodes mean by themselves; all others mean what is inside them. */
const VISITS: { readonly [Type in SyntaxNode['type']]?: Visit<Type> } = {
  Function: () => [],
  Pipeline: pipeline,
  Command: (node, scope, stdin) => [
    ...command(node, scope, stdin),
    ...children(node, scope, INHERITED),
  ],
  Redirected: (node, scope, stdin) => [
    ...node.redirects.flatMap((redirect) => visit(redirect, scope, INHERITED)),
    ...visit(node.command, scope, stdinOf(node.redirects, scope) ?? stdin),
  ],
  Assignment: assignment,
  Redirect: (node, scope) => [assessRedirect(node, scope), ...children(node, scope, INHERITED)],
  ParameterExpansion: (node, scope) => [...prompts(node), ...children(node, scope, INHERITED)],
  CommandExpansion: substitution,
  ProcessSubstitution: substitution,
  ArithmeticCommandExpansion: substitution,
}

function visit(node: SyntaxNode, scope: Scope, stdin: Stdin): Assessment[] {
  if ('errors' in node && node.errors?.length)
    return [assess('destroy', 'the shell cannot read a part of this')]
  const known = VISITS[node.type] as Visit<SyntaxNode['type']> | undefined
  return known ? known(node, scope, stdin) : children(node, scope, stdin)
}

function substitution(
  node: { readonly script: ParsedScript | undefined },
  scope: Scope,
): Assessment[] {
  return node.script
    ? visit(node.script, scope, INHERITED)
    : [assess('destroy', 'a part of this cannot be read')]
}

/** `${x@P}` runs the commands inside a value. */
function prompts(node: ParameterExpansionPart): Assessment[] {
  const runs = node.operation?.type === 'Transform' && node.operation.operand.value.includes('P')
  return runs ? [assess('destroy', 'runs the commands inside a variable')] : []
}

/** An assignment that surely happens is known from here on. */
function assignment(node: Assignment, scope: Scope): Assessment[] {
  const found = [assessAssignment(node, scope), ...children(node, scope, INHERITED)]
  const value = scope.sure.get(node)
  if (value && scope.variables.get(node.name) !== null) scope.variables.set(node.name, value)
  return found
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
  const emptied = emptiesFile(node, scope)
  if (!node.name) return emptied
  const argv = argvOf(node, scope)
  const input = stdinOf(node.redirects, scope) ?? stdin
  return [
    callFunction(argv, node, scope, input) ?? classifyCommand(argv, insideOf(scope, input)),
    ...emptied,
  ]
}

/** `> file`, `: > file`: nothing is written, so what was there is gone. */
function emptiesFile(node: Command, scope: Scope): Assessment[] {
  const [name, ...args] = argvOf(node, scope).map((one) => one.text)
  const line = args.join(' ')
  const silent =
    name === undefined || /^(:|true|printf|echo -n|cat \/dev\/null)$/.test(`${name} ${line}`.trim())
  if (!silent) return []
  return node.redirects.flatMap((redirect) => {
    if (redirect.type !== 'Redirect' || !/^>\|?$/.test(redirect.operator) || !redirect.target)
      return []
    const target = fieldOf(redirect.target, scope)
    const kept = isNowhere(target) || /^\/(var\/)?tmp\/|^\/dev\/(tcp|udp)\//.test(target.text)
    return kept ? [] : [assess('destroy', `empties ${brief(target.text)}`)]
  })
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
      return classifyCommand(argv, insideOf(inner, as.stdin ?? stdin))
    },
    script(text, as = {}) {
      const root = scope.root || (as.root ?? false)
      if (as.here) return classifyText(text, { ...scope, root }, stdin)
      // Another shell: it knows neither the variables nor the functions of this one.
      const inner = {
        ...scope,
        root,
        positional: as.positional ?? null,
        variables: new Map(),
        functions: new Map(),
        calling: [],
      }
      return classifyText(text, inner, stdin)
    },
  }
}

/** A call of a function of the script; one that has the name of a real command may be either. */
function callFunction(
  argv: readonly Field[],
  node: Command,
  scope: Scope,
  stdin: Stdin,
): Assessment | null {
  const [word, ...args] = argv
  const name = word?.known ? word.text : ''
  const bodies = scope.functions.get(name)
  if (!bodies) return null
  if (scope.calling.includes(name)) return callsItself(name, bodies)
  if (scope.depth >= DEEPEST) return assess('destroy', 'functions are nested too deeply to follow')
  const inner = {
    ...scope,
    positional: args,
    calling: [...scope.calling, name],
    depth: scope.depth + 1,
  }
  const found = bodies.flatMap((body) => visit(body.body, inner, stdin))
  const early = scope.calling.length === 0 && bodies.some((body) => body.pos > node.pos)
  const either = early || isKnownCommand(name)
  return worst(either ? [...found, classifyCommand(argv, insideOf(scope, stdin))] : found)
}

function callsItself(name: string, bodies: readonly ShellFunction[]): Assessment {
  if (isBomb(name, bodies)) return assess('forbidden', 'a fork bomb takes the machine down')
  return assess('read', `${brief(name)} calls itself`)
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
