import type { Token } from './sql-tokens'

/** Whether a condition can leave rows out; `1=1`, `id = id`, `x IS NOT NULL OR …` and their kind cannot. */
export function isSelective(condition: readonly Token[]): boolean {
  return !alwaysTrue(untilClause(condition))
}

function untilClause(tokens: readonly Token[]): readonly Token[] {
  let depth = 0
  const end = tokens.findIndex((token) => {
    if (token.kind === 'mark' && token.text === '(') depth++
    if (token.kind === 'mark' && token.text === ')') depth--
    return (
      depth < 0 ||
      (depth === 0 &&
        token.kind === 'word' &&
        /^(order|limit|returning|option|output|union|group)$/.test(token.text))
    )
  })
  return end < 0 ? tokens : tokens.slice(0, end)
}

function alwaysTrue(tokens: readonly Token[]): boolean {
  const inside = unwrap(tokens)
  const either = split(inside, /^(or|\|\|)$/)
  if (either.length > 1) return either.some((part) => alwaysTrue(part)) || coversAll(either)
  const both = split(inside, /^(and|&&)$/)
  if (both.length > 1 && !inside.some((token) => token.text === 'between'))
    return both.every((part) => alwaysTrue(part))
  if (inside[0]?.text === 'not' || inside[0]?.text === '!')
    return alwaysFalse(unwrap(inside.slice(1)))
  return isTautology(inside)
}

/** `a = 1 OR a <> 1`: two halves of everything. */
function coversAll(parts: readonly (readonly Token[])[]): boolean {
  const texts = new Set(parts.map((part) => words(part)))
  return [...texts].some(
    (one) =>
      (texts.has(one.replace(' is null', ' is not null')) && one.endsWith(' is null')) ||
      (texts.has(one.replace(' = ', ' <> ')) && one.includes(' = ')) ||
      (texts.has(one.replace(' = ', ' != ')) && one.includes(' = ')),
  )
}

function unwrap(tokens: readonly Token[]): readonly Token[] {
  let inside = tokens
  while (inside[0]?.text === '(' && inside.at(-1)?.text === ')' && wraps(inside))
    inside = inside.slice(1, -1)
  return inside
}

function wraps(tokens: readonly Token[]): boolean {
  let depth = 0
  return !tokens.some((token, at) => {
    if (token.kind === 'mark' && token.text === '(') depth++
    if (token.kind === 'mark' && token.text === ')') depth--
    return depth === 0 && at < tokens.length - 1
  })
}

function split(tokens: readonly Token[], at: RegExp): (readonly Token[])[] {
  const parts: Token[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (token.kind === 'mark' && token.text === '(') depth++
    if (token.kind === 'mark' && token.text === ')') depth--
    if (depth === 0 && token.kind !== 'string' && token.kind !== 'name' && at.test(token.text))
      parts.push([])
    else parts.at(-1)!.push(token)
  }
  return parts
}

function words(tokens: readonly Token[]): string {
  return tokens.map((token) => (token.kind === 'string' ? `'${token.text}'` : token.text)).join(' ')
}

function alwaysFalse(tokens: readonly Token[]): boolean {
  const text = words(tokens)
  if (/^(false|0|null|'')$/.test(text)) return true
  const sides = comparison(tokens)
  if (!sides) return false
  if (isConstant(sides.left) && isConstant(sides.right)) return !compare(sides)
  return words(sides.left) === words(sides.right) && /^(<>|!=|<|>)$/.test(sides.operator)
}

const TRUE_TEXTS = [
  /^(true|'t'|'true'|[1-9]\d*|'[1-9]\d*')$/,
  / is not null$| i?like '%+'$| (regexp|~|rlike) '\.?\*?'$/,
  /^exists \( select (1|\*|''|null) \)$/,
  /^(.+) (in \( select \1 from .*\)|between \1 and \1)$/,
]
/** Keys and lengths are never below zero. */
const NEVER_NEGATIVE = /(^|[._ ])(id|pk|uid|oid|ctid|rowid|rownum|key)$|_(id|pk|uid|no)$|len/i

function isTautology(tokens: readonly Token[]): boolean {
  const text = words(tokens).slice(0, 2000)
  if (TRUE_TEXTS.some((pattern) => pattern.test(text))) return true
  const member = /^('[^']*'|\d+) in \( (.*) \)$/.exec(text)
  if (member?.[2]?.split(' , ').includes(member[1]!)) return true
  const sides = comparison(tokens)
  return sides !== null && holdsAlways(sides)
}

function holdsAlways(sides: Sides): boolean {
  const { left, right, operator } = sides
  if (isConstant(left) && isConstant(right)) return compare(sides)
  if (words(left) === words(right)) return /^(=|==|>=|<=|<=>|is)$/.test(operator)
  return (
    /^>=?$/.test(operator) &&
    /^(0|- ?\d+|'')$/.test(words(right)) &&
    NEVER_NEGATIVE.test(words(left))
  )
}

interface Sides {
  readonly left: readonly Token[]
  readonly right: readonly Token[]
  readonly operator: string
}

function comparison(tokens: readonly Token[]): Sides | null {
  let depth = 0
  const at = tokens.findIndex((token) => {
    if (token.kind === 'mark' && token.text === '(') depth++
    if (token.kind === 'mark' && token.text === ')') depth--
    return (
      depth === 0 &&
      ((token.kind === 'mark' && /^(=|==|<>|!=|<=?|>=?|<=>)$/.test(token.text)) ||
        (token.kind === 'word' && token.text === 'is'))
    )
  })
  return at > 0
    ? {
        left: unwrap(tokens.slice(0, at)),
        right: unwrap(tokens.slice(at + 1)),
        operator: tokens[at]!.text,
      }
    : null
}

function isConstant(tokens: readonly Token[]): boolean {
  return (
    tokens.length > 0 &&
    tokens.every(
      (token) =>
        token.kind === 'string' ||
        token.kind === 'number' ||
        (token.kind === 'mark' && /^[+*/()-]$/.test(token.text)) ||
        /^(true|false)$/.test(token.text),
    )
  )
}

const COMPARISONS: Record<string, (order: number) => boolean> = {
  '<>': (order) => order !== 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}

function compare({ left, right, operator }: Sides): boolean {
  // Arithmetic of constants is not computed: `1+1 = 2` is taken for true, as somebody wrote it to be.
  if (left.length > 1 || right.length > 1) return operator !== '<>' && operator !== '!='
  const a = left[0]!.text
  const b = right[0]!.text
  const difference = Number(a) - Number(b)
  const order = Number.isNaN(difference) ? a.localeCompare(b) : difference
  return (COMPARISONS[operator] ?? ((same: number) => same === 0))(order)
}
