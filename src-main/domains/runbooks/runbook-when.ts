/** How an earlier step of this run ended, as far as it is known. */
export interface StepFact {
  readonly status: string // a StepStatus
  readonly exitCode: number | null
}

/** What a condition may look at: the step right before, any earlier step by name, inputs, and what steps gave. */
export interface WhenFacts {
  readonly previous: StepFact | undefined
  readonly steps: Readonly<Record<string, StepFact>>
  readonly inputs: Readonly<Record<string, string>>
  readonly outputs?: Readonly<Record<string, string>>
}

type Path = readonly string[]
type Operand = { readonly path: Path } | { readonly value: string | number }
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | {
      readonly kind: 'compare'
      readonly left: Operand
      readonly operator: string
      readonly right: Operand
    }

/** A condition, or what is wrong with it. */
export type ParsedWhen = { readonly condition: Condition } | { readonly problem: string }

const TOKEN =
  /\s*(?:(==|!=|<=|>=|<|>|\(|\))|"([^"]*)"|'([^']*)'|(-?\d+(?:\.\d+)?)(?![\w.-])|([A-Za-z_][\w.-]*(?:(?<=\.)"[^"]*"[\w.-]*)?))/y
type Value = string | number
const COMPARE: Readonly<Record<string, (one: Value, other: Value) => boolean>> = {
  '==': (one, other) => one === other,
  '!=': (one, other) => one !== other,
  '<': (one, other) => one < other,
  '<=': (one, other) => one <= other,
  '>': (one, other) => one > other,
  '>=': (one, other) => one >= other,
}
const DEEPEST = 50

interface Token {
  readonly kind: 'sign' | 'text' | 'number' | 'word'
  readonly text: string
}

class WhenProblem extends Error {}

/**
 * Reads `previous.exit == 2 and not (steps.check-disk.status == "skipped" or inputs.mode != "fast")`. Sides are
 * `previous.exit`, `previous.status`, `steps.<name>.exit`, `steps.<name>.status` (`steps."a name".exit`),
 * `inputs.<name>`, `outputs.<name>`, numbers, quoted texts and single words.
 */
export function parseWhen(text: string): ParsedWhen {
  try {
    const tokens = tokensOf(text)
    const [condition, next] = readOr(tokens, 0, 0)
    if (next < tokens.length)
      throw new WhenProblem(`\`${tokens[next]!.text}\` is not expected there`)
    return { condition }
  } catch (error) {
    if (error instanceof WhenProblem) return { problem: error.message }
    throw error
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  const end = text.trimEnd().length
  let at = 0
  while (at < end) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(text)
    if (!match) throw new WhenProblem(`\`${text.slice(at).trim().slice(0, 20)}\` cannot be read`)
    const [, sign, double, single, number, word] = match
    if (sign !== undefined) tokens.push({ kind: 'sign', text: sign })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word })
    else tokens.push({ kind: 'text', text: double ?? single ?? '' })
    at = TOKEN.lastIndex
  }
  return tokens
}

type Read = readonly [Condition, number]

function readOr(tokens: readonly Token[], from: number, depth: number): Read {
  return readChain(tokens, from, 'or', (at) =>
    readChain(tokens, at, 'and', (inner) => readNot(tokens, inner, depth)),
  )
}

function readChain(
  tokens: readonly Token[],
  from: number,
  kind: 'and' | 'or',
  readPart: (at: number) => Read,
): Read {
  const [first, afterFirst] = readPart(from)
  const parts = [first]
  let at = afterFirst
  while (isWord(tokens[at], kind)) {
    const [part, next] = readPart(at + 1)
    parts.push(part)
    at = next
  }
  return [parts.length === 1 ? first : { kind, parts }, at]
}

function readNot(tokens: readonly Token[], from: number, depth: number): Read {
  if (depth > DEEPEST) throw new WhenProblem('it is nested too deeply')
  if (isWord(tokens[from], 'not')) {
    const [part, next] = readNot(tokens, from + 1, depth + 1)
    return [{ kind: 'not', part }, next]
  }
  if (tokens[from]?.text === '(' && tokens[from].kind === 'sign') {
    const [inner, next] = readOr(tokens, from + 1, depth + 1)
    if (tokens[next]?.text !== ')') throw new WhenProblem('a `)` is missing')
    return [inner, next + 1]
  }
  return readComparison(tokens, from)
}

function readComparison(tokens: readonly Token[], from: number): Read {
  const left = readOperand(tokens[from])
  const operator = tokens[from + 1]?.text ?? ''
  if (!Object.hasOwn(COMPARE, operator))
    throw new WhenProblem('a comparison is needed, such as `previous.exit == 2`')
  const right = readOperand(tokens[from + 2])
  return [{ kind: 'compare', left, operator, right }, from + 3]
}

function readOperand(token: Token | undefined): Operand {
  if (!token || token.kind === 'sign') throw new WhenProblem('a value is missing')
  if (token.kind === 'number') return { value: Number(token.text) }
  if (token.kind === 'text' || /^[\w-]+$/.test(token.text)) return { value: token.text }
  const path = pathOf(token.text)
  if (!path) throw new WhenProblem(`\`${token.text}\` is nothing a condition can look at`)
  return { path }
}

function pathOf(text: string): Path | undefined {
  const [, name, fact] = /^steps\.("[^"]+"|.+)\.(exit|status)$/.exec(text) ?? []
  if (name !== undefined) return ['steps', name.replaceAll('"', ''), fact!]
  return /^(previous\.(exit|status)|(inputs|outputs)\.[a-z][a-z0-9_]*)$/.test(text)
    ? text.split('.')
    : undefined
}

function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text === word
}

/** Every path a condition looks at, with what it is compared to, so that a linter can tell what does not exist. */
export function pathsOf(
  condition: Condition,
): { path: Path; comparedTo: string | number | undefined }[] {
  if (condition.kind === 'not') return pathsOf(condition.part)
  if (condition.kind !== 'compare') return condition.parts.flatMap(pathsOf)
  const sides: [Operand, Operand][] = [
    [condition.left, condition.right],
    [condition.right, condition.left],
  ]
  return sides.flatMap(([side, other]) =>
    'path' in side
      ? [{ path: side.path, comparedTo: 'value' in other ? other.value : undefined }]
      : [],
  )
}

/**
 * Is the condition met? What is not known (a skipped step's exit code) makes a comparison neither true nor false, and a
 * condition that hangs on it is not met: a step never runs because nobody knows. `why` is for the operator.
 */
export function evaluateWhen(text: string, facts: WhenFacts): { met: boolean; why: string } {
  const parsed = parseWhen(text)
  if ('problem' in parsed)
    return { met: false, why: `The condition cannot be read: ${parsed.problem}.` }
  const met = holds(parsed.condition, facts) === true
  const seen = pathsOf(parsed.condition).map(({ path }) => {
    const value = look(path, facts)
    return `${path.join('.')} is ${value === undefined ? 'not known' : value}`
  })
  return { met, why: [...new Set(seen)].join(', ') }
}

/** Kleene's three values: undefined is "not known". */
function holds(condition: Condition, facts: WhenFacts): boolean | undefined {
  if (condition.kind === 'compare') return compare(condition, facts)
  if (condition.kind === 'not') {
    const inner = holds(condition.part, facts)
    return inner === undefined ? undefined : !inner
  }
  const results = new Set(condition.parts.map((part) => holds(part, facts)))
  const decisive = condition.kind === 'or'
  if (results.has(decisive)) return decisive
  return results.has(undefined) ? undefined : !decisive
}

function compare(
  { left, operator, right }: Extract<Condition, { kind: 'compare' }>,
  facts: WhenFacts,
): boolean | undefined {
  const one = 'path' in left ? look(left.path, facts) : left.value
  const other = 'path' in right ? look(right.path, facts) : right.value
  if (one === undefined || other === undefined) return undefined
  const numbers = isNumber(one) && isNumber(other)
  return COMPARE[operator]?.(
    numbers ? Number(one) : String(one),
    numbers ? Number(other) : String(other),
  )
}

function isNumber(value: string | number): boolean {
  return typeof value === 'number' || /^-?\d+(\.\d+)?$/.test(value)
}

function look(path: Path, facts: WhenFacts): string | number | undefined {
  const [root, name = '', fact = ''] = path
  if (root === 'inputs') return own(facts.inputs, name)
  if (root === 'outputs') return own(facts.outputs ?? {}, name)
  if (root === 'previous') return factOf(facts.previous, name)
  return factOf(Object.hasOwn(facts.steps, name) ? facts.steps[name] : undefined, fact)
}

function own(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined
}

function factOf(step: StepFact | undefined, fact: string): string | number | undefined {
  return fact === 'exit' ? (step?.exitCode ?? undefined) : step?.status
}
